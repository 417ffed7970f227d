"""The tables and views that a statement names, found in its text."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pgplumb.catalog.held import held_pages, held_rows
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import dotted
from pgplumb.foundation.text import count, size
from pgplumb.migrate.hazards.world import split_path
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.quote import quote_identifier
from pgplumb.sql.ranges import range_name, ranges_in
from pgplumb.tui.marks import finding_marks
from pgplumb.tui.objects import findings_by_relation
from pgplumb.tui.tabs.detail.part import DetailRow, column
from pgplumb.tui.widgets.ink import Cell, Span
from pgplumb.workload.plan import search_path_of
from pgplumb.workload.plan_repair import repair

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.sql.node import Node
    from pgplumb.tui.state import State

PARSED = 20_000
"""Characters of a text beyond which it is not parsed: the screen would wait for it."""
_WRITES = {"InsertStmt": "INSERT", "UpdateStmt": "UPDATE", "DeleteStmt": "DELETE", "MergeStmt": "MERGE"}
_KINDS = {"v": "view", "m": "materialized view", "f": "foreign table", "p": "partitioned table"}

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A relation as a text names it, in the order of first mention."""

    name: Name
    """With the schema where the text gives it."""
    verbs: tuple[str, ...] = ()
    """What is done to it; nothing where it is only read."""


@lru_cache(maxsize=64)
def named_in(text: str) -> tuple[Named, ...] | Unread:
    """Return the relations that a statement names; names of WITH queries are left out."""
    if len(text) > PARSED:
        return Unread(f"texts of more than {PARSED:,} characters are not searched for tables")
    try:
        tree = _tree(text)
    except SyntaxProblem as problem:
        return Unread(f"the text cannot be parsed: {problem}")
    except (ParserMissing, TooDeep) as problem:
        return Unread(str(problem))
    verbs: dict[Name, list[str]] = {range_name(node): [] for node in sorted(ranges_in(tree), key=_location)}
    for node in tree.walk():
        target = node.node("relation") if node.kind in _WRITES else None
        if target is not None:
            verbs.setdefault(range_name(target), []).append(_WRITES[node.kind])
    return tuple(Named(name, tuple(dict.fromkeys(found))) for name, found in verbs.items())


def _location(node: Node) -> int:
    return node.number("location")


def _tree(text: str) -> Node:
    """Parse a text; where normalising made it unreadable, as it must have been."""
    try:
        return parse_statement(text)
    except SyntaxProblem:
        repaired = repair(text)
        if repaired == text:
            raise
        return parse_statement(repaired)


def search_path(catalog: Catalog, userid: int) -> tuple[str, ...]:
    """Return the schemas in which a role finds names that have none."""
    setting = catalog.settings.get("search_path")
    default = setting.reset_value if setting else None
    text = search_path_of(catalog, userid) or default or '"$user", public'
    return split_path(text.replace('"$user"', quote_identifier(catalog.role_name(userid))), catalog)


def find(catalog: Catalog, name: Name, path: tuple[str, ...]) -> Relation | None:
    """Return the relation that a name means; None for one that the catalog does not hold."""
    candidates = [name[-2:]] if len(name) > 1 else [(schema, name[0]) for schema in path]
    return next((found for pair in candidates if (found := catalog.by_name.get((pair[0], pair[1])))), None)


COLUMNS = (
    column(0, "table", max_width=60),
    column(1, "access", width=15),
    column(2, "rows", width=8, right=True),
    column(3, "size", width=8, right=True, priority=2),
    column(4, "idx", width=4, right=True, priority=4),
    column(5, "checks", width=10, priority=3),
    column(6, "", grow=True, priority=5),
)


def table_rows(state: State, text: str, userid: int, block: int) -> list[DetailRow] | Unread:
    """Return one row a relation that the text names."""
    found = named_in(text)
    catalog = state.catalog
    if isinstance(found, Unread) or catalog is None:
        return found if isinstance(found, Unread) else Unread("the schema was not read yet")
    path = search_path(catalog, userid)
    rows: dict[Hashable, DetailRow] = {}
    for one in found:
        relation = find(catalog, one.name, path)
        access: Cell = Span(", ".join(one.verbs), "accent") if one.verbs else Span("read", "muted")
        if relation is None:
            unknown = Span("not among the tables and views of this database", "faint")
            row = DetailRow(
                one.name, (dotted(*one.name), access, "", "", "", "", unknown), None, one.name[-1]
            )
        else:
            row = _row(state, catalog, relation, access, block)
        rows.setdefault(row.key, row)
    return list(rows.values())


def _row(state: State, catalog: Catalog, relation: Relation, access: Cell, block: int) -> DetailRow:
    stored = relation.kind in "rpm"
    tuples = held_rows(relation, catalog)
    holder = state.locked.get(relation.oid)
    marks: Cell = ()
    if state.checklist is not None:
        marks = finding_marks(findings_by_relation(state.checklist, catalog).get(relation.oid, ()))
    note = Span(holder.summary, "warn") if holder else Span(_KINDS.get(relation.kind, ""), "faint")
    return DetailRow(
        relation.oid,
        (
            Span(relation.qualified, "link"),
            access,
            count(tuples) if tuples is not None and stored else Span("?", "unknown") if stored else "",
            size(block * held_pages(relation, catalog)) if stored else "",
            str(len(relation.indexes)) if stored else "",
            marks,
            note,
        ),
        relation.id,
        relation.qualified,
    )
