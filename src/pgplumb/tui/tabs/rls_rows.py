"""The rows of the RLS list: one record an object, in the order of what is readable without row security."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.tui.tabs.rls_census import Strangers
from pgplumb.tui.tabs.rls_facts import level, level_cell
from pgplumb.tui.tabs.table_rows import KIND_WORDS
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Span

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.names import Name
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.access import AccessMatrix

ORDER = "readable with RLS off first"
"""How the list is ordered before anybody sorts it; then by name."""


@dataclass(frozen=True, slots=True)
class RlsRow:
    """An object of the list."""

    oid: int
    qualified: str
    kind: str
    relation: Relation | None
    """None while only names were read."""
    owner: str = ""
    concern: str | None = None
    """The facts for which it stands first."""
    rank: int = 9
    """0 first: readable, row security off, rows of tenants; 1: the same, and row security is on around it."""


def rows_of_names(names: Iterable[Name]) -> list[RlsRow]:
    """Return rows for the first paint."""
    return [RlsRow(n.oid, dotted(n.schema, n.name), n.kind, None) for n in names if not n.is_partition]


def rows_of(
    catalog: Catalog,
    objects: Iterable[Relation],
    matrix: AccessMatrix | None,
    of_tenants: frozenset[str],
    partitions: bool,
) -> tuple[list[RlsRow], int]:
    """Return the rows in order, and how many partitions were left out.

    `of_tenants` names tables of tenants' rows, by identifier. Without `partitions` those are left out that
    nobody was granted anything on: they are reached through their table alone.
    """
    strangers = Strangers(matrix) if matrix is not None else None
    concerns = _Concerns(catalog, strangers, of_tenants)
    found: list[RlsRow] = []
    hidden = 0
    for relation in objects:
        if relation.is_partition and not partitions and not (strangers and strangers.use(relation)):
            hidden += 1
            continue
        rank, concern = concerns.of(relation)
        owner = catalog.role_name(relation.owner)
        found.append(RlsRow(relation.oid, relation.qualified, relation.kind, relation, owner, concern, rank))
    found.sort(key=lambda row: row.rank)
    return found, hidden


class _Concerns:
    """Facts for which an object stands first. What policies let through plays no part in it."""

    def __init__(self, catalog: Catalog, strangers: Strangers | None, of_tenants: frozenset[str]) -> None:
        self._catalog = catalog
        self._strangers = strangers
        self._of_tenants = of_tenants
        self._guarded: dict[str, int] = {}
        for relation in catalog.relations.values():
            if relation.is_table and relation.row_security:
                self._guarded[relation.schema] = self._guarded.get(relation.schema, 0) + 1

    def of(self, relation: Relation) -> tuple[int, str | None]:
        """Return the rank and the facts in words."""
        if relation.kind == "v" or (relation.is_table and relation.row_security):
            return 9, None
        if self._strangers is None or not self._strangers.read(relation):
            return 9, None
        if relation.kind == "m":
            guarded = [r.qualified for r in self._sources(relation) if r.row_security]
            if not guarded:
                return 9, None
            return 1, f"readable without row security, and holds rows of {guarded[0]}, which has it"
        if relation.kind == "f":
            return 9, None
        root = self._catalog.root(relation)
        if relation.id in self._of_tenants:
            return 0, "readable with row security off, and holds rows of tenants"
        if root is not relation and root.row_security:
            return 0, f"readable with row security off, past the policies of {root.qualified}"
        around = self._guarded.get(relation.schema, 0)
        if not around:
            return 9, None
        others = "another table" if around == 1 else f"{around:,} tables"
        return (
            1,
            f"readable with row security off; {others} of its schema {'has' if around == 1 else 'have'} it on",
        )

    def _sources(self, view: Relation) -> Iterable[Relation]:
        found = (self._catalog.relations.get(oid) for oid in view.depends_on)
        return (r for r in found if r is not None and r.is_table)


def _name(row: RlsRow) -> Cell:
    kind = "" if row.kind in "rp" else f"  {KIND_WORDS.get(row.kind, row.kind)}"
    if row.relation is not None and row.relation.is_partition:
        kind = "  partition"
    return (Span(row.qualified), Span(kind, "faint")) if kind else row.qualified


def _policies(row: RlsRow) -> Cell:
    if row.relation is None or not row.relation.is_table:
        return ""
    number = len(row.relation.policies)
    bare = number == 0 and row.relation.row_security
    idle = number > 0 and not row.relation.row_security
    return Span(str(number), "warn" if bare or idle else "text" if number else "faint")


NAME: Column[RlsRow] = Column("name", "object", _name, sort=lambda row: row.qualified, max_width=60)
FIXED: tuple[Column[RlsRow], ...] = (
    NAME,
    Column(
        "rls",
        "RLS",
        lambda row: level_cell(row.relation, row.rank == 0) if row.relation else "",
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
