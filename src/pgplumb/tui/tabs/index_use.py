"""Which of the top queries use an index, as the Indexes tab says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import percent
from pgplumb.tui.requests import UsedBy
from pgplumb.tui.state import Phase
from pgplumb.tui.tabs.query.sql_text import one_line
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Cell, Span, line
from pgplumb.workload.index_use import IndexUse, Use, root_index
from pgplumb.workload.statements import Statements

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Index, Relation
    from pgplumb.tui.state import State

SHOWN = 20
"""Queries of one index that are listed."""
Fact = tuple[str, Cell, str | None, str]


def use_of(state: State) -> IndexUse | None:
    """Return what the plans of the top queries use; None before it is known."""
    found = state.answers.get(UsedBy())
    return found if isinstance(found, IndexUse) else None


def uses_of(
    use: IndexUse | None, catalog: Catalog, relation: Relation, index: Index
) -> tuple[Use, ...] | None:
    """Return the queries that use an index; those of a partition's are those of the whole table's."""
    if use is None or not use.planned:
        return None
    oid = root_index(catalog, relation.schema, index.name) if index.parent else index.oid
    return use.uses.get(oid if oid is not None else index.oid, ())


def share_of(uses: tuple[Use, ...]) -> float:
    """Return the part of all time that queries take."""
    return sum(one.share for one in uses)


def cell(uses: tuple[Use, ...] | None) -> Cell:
    """Return how many queries use an index, and their part of the time."""
    if uses is None:
        return ""
    if not uses:
        return Span("none", "faint")
    return line(f"{len(uses)} ", Span(f"{percent(share_of(uses)):>5}", "muted"))


def can_be_asked(state: State) -> bool:
    """Whether there are statements to plan, and a server to make a twin of."""
    statements = state.statements
    return (
        state.connection.phase is Phase.LIVE
        and state.catalog is not None
        and isinstance(statements, Statements)
        and any(entry.query is not None for entry in statements.entries)
    )


def facts(state: State, uses: tuple[Use, ...] | None) -> Iterator[Fact]:
    """Yield what the detail of an index says about the queries that use it, or why that is not known."""
    answer = state.answers.get(UsedBy())
    if isinstance(answer, IndexUse) and uses is not None:
        yield from _known(answer, uses)
    elif isinstance(answer, IndexUse):
        why = answer.unplanned[0] if answer.unplanned else "there is no statement to plan"
        yield "queries", Span(f"no top query could be planned: {why}", "warn"), None, ""
    elif isinstance(answer, Unread):
        yield "queries", Span(answer.reason, "warn"), None, ""
    elif isinstance(state.statements, Unread):
        yield "queries", Span(state.statements.reason, "unknown"), None, ""
    elif state.connection.phase is Phase.OFFLINE:
        yield "queries", Span("a twin is made from a server: a saved catalog is shown", "unknown"), None, ""
    elif state.twin.doing is not None:
        yield "queries", Span(state.twin.doing, "accent"), None, ""


def _known(use: IndexUse, uses: tuple[Use, ...]) -> Iterator[Fact]:
    if not uses:
        said = Span(f"none of {use.top}", "warn")
        yield "queries", line(said, Span("; others were not planned", "faint")), None, ""
        return
    shown = f"{len(uses)} of {use.top} {glyphs.DOT} {percent(share_of(uses))} of all time"
    yield "queries", line(shown, Span("   by their plans in the twin", "faint")), None, ""
    for one in uses[:SHOWN]:
        when = "" if "generic" in one.settings else f"{', '.join(one.settings)} values  "
        spans = (Span(f"{percent(one.share):>5}  ", "muted"), Span(when, "accent"), *one_line(one.query))
        yield "", spans, f"query:{one.key[2]}", one.query
    if len(uses) > SHOWN:
        yield "", Span(f"and {len(uses) - SHOWN} more", "faint"), None, ""
