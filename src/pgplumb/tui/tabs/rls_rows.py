"""The rows of the RLS list: one record an object, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import KINDS
from pgplumb.foundation.names import dotted
from pgplumb.rls.standing import FINE
from pgplumb.tui.tabs.rls_facts import level, level_cell
from pgplumb.tui.tabs.table_columns import KIND_WORDS
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Span

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.names import Name
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.standing import Standing
    from pgplumb.rls.verdict import Cell as Judged
    from pgplumb.tui.verdicts import Verdicts

LAST = 9


@dataclass(frozen=True, slots=True)
class RlsRow:
    """An object of the list."""

    id: str
    """Its object identifier; while only names were read, its name."""
    oid: int
    """pg_class.oid; 0 for a function."""
    qualified: str
    kind: str
    """pg_class.relkind, or F for a function."""
    relation: Relation | None
    """None while only names were read, and for functions."""
    owner: str = ""
    rank: int = LAST
    """0 first: of the worst cell, roles with the owner's rights apart."""
    cells: Mapping[str, tuple[Judged, ...]] = field(default_factory=dict)
    """By the name of the role."""


def rows_of_names(names: Iterable[Name]) -> list[RlsRow]:
    """Return rows for the first paint."""
    return [
        RlsRow(dotted(n.schema, n.name), n.oid, dotted(n.schema, n.name), n.kind, None)
        for n in names
        if not n.is_partition
    ]


def rows_of(
    catalog: Catalog, verdicts: Verdicts | None, partitions: bool, before: Iterable[RlsRow] = ()
) -> tuple[list[RlsRow], int]:
    """Return the rows in order, and how many partitions were left out; those of `before` that are as they were.

    Without `partitions` those are left out that nobody but their owner may use by themselves.
    """
    drawn = {row.oid: row for row in before}
    if verdicts is None:
        plain = [r for r in catalog.exposed if r.extension is None]
        shown = [r for r in plain if partitions or not r.is_partition]
        return [_row(catalog, r) for r in shown], len(plain) - len(shown)
    known = verdicts.objects
    found: list[tuple[tuple[Standing, str], RlsRow]] = []
    hidden = 0
    for relation in verdicts.judgement.matrix.objects:
        judged = known.get((KINDS[relation.kind], relation.qualified))
        if judged is None:
            continue
        stands = verdicts.standings[judged.kind, judged.name]
        if relation.is_partition and not partitions and stands.strangers >= FINE:
            hidden += 1
            continue
        row = drawn.get(relation.oid)
        if row is None or not _same(row, relation, catalog.role_name(relation.owner), stands, judged.by_role):
            row = _row(catalog, relation, stands.worst, judged.by_role)
        found.append(((stands, judged.name), row))
    for function in catalog.functions.values():
        judged = known.get(("function", function.id.removeprefix("function:")))
        if judged is not None:
            stands = verdicts.standings[judged.kind, judged.name]
            owner = catalog.role_name(function.owner)
            row = RlsRow(function.id, 0, judged.name, "F", None, owner, stands.worst, judged.by_role)
            found.append(((stands, judged.name), row))
    found.sort(key=lambda pair: pair[0])
    return [row for _, row in found], hidden


def _same(
    row: RlsRow, relation: Relation, owner: str, stands: Standing, cells: Mapping[str, tuple[Judged, ...]]
) -> bool:
    return row.relation is relation and row.cells is cells and row.rank == stands.worst and row.owner == owner


def _row(
    catalog: Catalog,
    relation: Relation,
    rank: int = LAST,
    cells: Mapping[str, tuple[Judged, ...]] | None = None,
) -> RlsRow:
    owner = catalog.role_name(relation.owner)
    return RlsRow(
        relation.id, relation.oid, relation.qualified, relation.kind, relation, owner, rank, cells or {}
    )


def kind_word(row: RlsRow) -> str:
    """Return what an object is, where it is no plain table."""
    if row.kind == "F":
        return "function"
    if row.relation is not None and row.relation.is_partition:
        return "partition"
    return "" if row.kind in "rp" else KIND_WORDS.get(row.kind, row.kind)


def _name(row: RlsRow) -> Cell:
    kind = kind_word(row)
    return (Span(row.qualified), Span(f"  {kind}", "muted")) if kind else row.qualified


def _policies(row: RlsRow) -> Cell:
    if row.relation is None or not row.relation.is_table:
        return ""
    number = len(row.relation.policies)
    bare = number == 0 and row.relation.row_security
    idle = number > 0 and not row.relation.row_security
    return Span(str(number), "warn" if bare or idle else "muted")


def _level(row: RlsRow) -> Cell:
    if row.relation is not None:
        return level_cell(row.relation, row.rank == 0)
    return Span("→ owner", "muted") if row.kind == "F" else ""


NAME: Column[RlsRow] = Column("name", "object", _name, sort=lambda row: row.qualified, max_width=60)
FIXED: tuple[Column[RlsRow], ...] = (
    NAME,
    Column(
        "rls",
        "RLS",
        _level,
        width=8,
        sort=lambda row: level(row.relation) if row.relation else None,
    ),
    Column(
        "policies",
        "pol",
        _policies,
        width=3,
        right=True,
        sort=lambda row: len(row.relation.policies) if row.relation and row.relation.is_table else None,
        largest_first=True,
    ),
    Column("owner", "owner", lambda row: Span(row.owner, "muted"), max_width=16, sort=lambda row: row.owner),
)
"""Columns before those of the roles; the later ones give way to roles where there is little room."""
