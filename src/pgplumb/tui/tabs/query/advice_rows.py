"""The rows of an advice: indexes to create, indexes to drop, queries without advice and why, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count, size
from pgplumb.tui.tabs.query.plan_rows import cost
from pgplumb.tui.tabs.query.sql_text import one_line
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind

if TYPE_CHECKING:
    from pgplumb.workload.advisor.advice import Advice, AdvisedIndex, Drop, Effect


_ALIGNED = 80
"""Characters up to which reasons stand in a column."""


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One row: a card, a drop, or a line to read."""

    key: tuple[str, str]
    card: AdvisedIndex | None = None
    drop: Drop | None = None
    text: Line | None = None
    """Drawn in place of the cells."""
    effects: tuple[Effect, ...] = ()
    """Whose costs are shown: all that the index helps, or the one query that is looked at."""
    copy: str = ""


def advice_rows(advice: Advice, query: str | None = None) -> list[AdviceRow]:
    """Return the rows of an advice; with a query, the costs are those of one call of it."""
    rows: list[AdviceRow] = []
    for card in advice.indexes:
        effects = tuple(e for e in card.helps if query is None or e.query == query)
        if effects or query is None:
            rows.append(AdviceRow(("index", card.name), card=card, effects=effects, copy=f"{card.ddl};"))
    if advice.drops:
        rows += [*_gap(rows, "drop"), _heading("drop", "indexes that the workload would not miss")]
        rows += [AdviceRow(("drop", drop.index), drop=drop, copy=f"{drop.ddl};") for drop in advice.drops]
    if advice.declined and query is None:
        rows += [*_gap(rows, "declined"), _heading("declined", "queries without an index, and why")]
        widest = max((len(one.reason) for one in advice.declined if len(one.reason) <= _ALIGNED), default=0)
        for one in advice.declined:
            text = (Span(f"{one.reason:<{widest}}   ", "muted"), *_faint(one_line(one.query)))
            rows.append(AdviceRow(("declined", one.query), text=text, copy=one.query))
    elif advice.declined:
        rows += [
            AdviceRow(("declined", one.reason), text=line(Span(one.reason, "muted")))
            for one in advice.declined
        ]
    if advice.notes:
        rows += _gap(rows, "notes")
        rows += [
            AdviceRow(("note", note), text=line(Span(note, "faint")), copy=note) for note in advice.notes
        ]
    return rows


def _gap(rows: Sequence[AdviceRow], name: str) -> list[AdviceRow]:
    return [AdviceRow(("gap", name), text=())] if rows else []


def _heading(name: str, text: str) -> AdviceRow:
    return AdviceRow(("heading", name), text=line(Span(text, "title")))


def _faint(spans: Line) -> Line:
    return tuple(Span(span.text, "faint") for span in spans)


def shape_of(card: AdvisedIndex) -> Line:
    """Return what an index holds: `app.comments (tenant_id, task_id) include (id) where ...`."""
    from pgplumb.tui.tabs.query.advice_fix import key_list

    method = f" {card.method}" if card.method != "btree" else ""
    spans = [Span(card.table, "strong"), Span(f"{method} ("), Span(key_list(card.ddl)), Span(")")]
    if card.include:
        spans += [Span(" include ", "muted"), Span(f"({', '.join(card.include)})")]
    if card.where:
        spans += [Span(" where ", "muted"), Span(card.where)]
    return tuple(spans)


def _what(row: AdviceRow) -> Cell:
    if row.card is not None:
        return shape_of(row.card)
    if row.drop is not None:
        return line(Span(row.drop.index, "strong"), Span(f"  {row.drop.reason}", "muted"))
    return ""


def _size(row: AdviceRow) -> Cell:
    if row.drop is not None:
        return Span(f"-{size(row.drop.size_bytes)}", "pass")
    return size(row.card.size_bytes) if row.card is not None else ""


def _upkeep(row: AdviceRow) -> Cell:
    if row.card is None:
        return ""
    if any("HOT" in note for note in row.card.notes):
        return Span(f"! {count(row.card.write_cost)}", "warn")
    return count(row.card.write_cost) if row.card.write_cost >= 0.5 else Span("-", "faint")


def _helps(row: AdviceRow) -> Cell:
    if row.card is None:
        return ""
    hurts = len(row.card.hurts)
    return line(str(len(row.card.helps)), Span(f" ! {hurts}", "warn") if hurts else "")


def change(before: float | None, after: float | None) -> Cell:
    """Return a cost before and after."""
    if before is None or after is None:
        return Span("?", "unknown")
    return line(
        Span(f"{_short(before)} {glyphs.ARROW} ", "muted"),
        Span(_short(after), "pass" if after < before else "warn"),
    )


def _short(value: float) -> str:
    return cost(value) if value < 100_000 else count(value)


def summed(effects: Iterable[Effect], one: bool) -> tuple[float, float, float | None, float | None]:
    """Return costs before and after at both sizes: of all calls, or of one call where it is one query."""
    before = after = 0.0
    before_10x: float | None = 0.0
    after_10x: float | None = 0.0
    for effect in effects:
        times = 1.0 if one else effect.calls
        before += times * effect.cost_before
        after += times * effect.cost_after
        if before_10x is None or effect.cost_before_10x is None or effect.cost_after_10x is None:
            before_10x = after_10x = None
        else:
            before_10x += times * effect.cost_before_10x
            after_10x = (after_10x or 0.0) + times * effect.cost_after_10x
    return before, after, before_10x, after_10x


class AdviceTable(LineTable[AdviceRow]):
    """A list of advice; of one query, costs are those of one call."""

    def __init__(self, *, one: bool, id: str | None = None) -> None:  # noqa: A002
        def at(first: int) -> Callable[[AdviceRow], Cell]:
            def cell(row: AdviceRow) -> Cell:
                found = summed(row.effects, one)
                return change(found[first], found[first + 1]) if row.card is not None else ""

            return cell

        of = "cost" if one else "all calls"
        columns = (
            Column[AdviceRow]("index", "index", _what, min_width=34, max_width=160, grow=True),
            Column[AdviceRow]("size", "size", _size, width=8, right=True),
            Column[AdviceRow]("upkeep", "upkeep", _upkeep, width=8, right=True, priority=4),
            Column[AdviceRow]("helps", "helps", _helps, width=7, right=True, priority=3),
            Column[AdviceRow]("1x", f"{of} at 1x", at(0), width=18, right=True, priority=1),
            Column[AdviceRow]("10x", f"{of} at 10x", at(2), width=18, right=True, priority=2),
        )
        super().__init__(
            columns,
            key=lambda row: row.key,
            text=lambda row: row.copy,
            kinds=RowKind(
                whole=lambda row: row.text,
                selectable=lambda row: row.key[0] not in ("gap", "heading"),
                copy=lambda row: row.copy,
            ),
            id=id,
        )
