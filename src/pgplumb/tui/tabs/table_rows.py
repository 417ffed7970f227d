"""The rows of the Tables list: one record a relation, made from whatever has been read so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.bloat import table_bloat
from pgplumb.tui.marks import decided
from pgplumb.tui.objects import findings_by_relation
from pgplumb.tui.state import State

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.catalog.statistics import Statistics, TableCounters
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding

BLOCK = 8192


@dataclass(frozen=True, slots=True)
class TableRow:
    """A relation as the list shows it; None where a figure is not known (yet)."""

    oid: int
    schema: str
    name: str
    kind: str
    qualified: str
    rows: float | None
    size: int | None
    """Bytes of the heap by relpages: an estimate that asks no file."""
    indexes: int | None = None
    seq: float | None = None
    """Share of scans that read the whole table."""
    dead: float | None = None
    bloat: float | None = None
    scans: float | None = None
    """Scans of any kind a second, since the reading before."""
    writes: float | None = None
    """Rows written a second, since the reading before."""
    partitions: int = 0
    findings: tuple[tuple[RuleResult, Finding], ...] | None = None
    decided: bool = False
    """Whether every rule about tables was decided, so that no finding means a pass."""
    note: str | None = None
    """What is shown instead of figures: who holds a lock on it."""


def checked(state: State) -> tuple[object, ...]:
    """Return what lists draw of the checklist; the same objects where no relation has other findings."""
    if state.checklist is None or state.catalog is None:
        return (None, False, False)
    found = findings_by_relation(state.checklist, state.catalog)
    return (found, decided(state.checklist), decided(state.checklist, "indexes", "naming"))


def from_names(state: State) -> list[TableRow]:
    """Return rows for the first paint, from names and estimates alone."""
    from pgplumb.foundation.names import dotted

    return [
        TableRow(
            n.oid,
            n.schema,
            n.name,
            n.kind,
            dotted(n.schema, n.name),
            n.tuples if n.tuples >= 0 and n.kind in "rmf" else None,
            n.pages * BLOCK if n.kind in "rm" else None,
        )
        for n in state.names or ()
        if not n.is_partition
    ]


def from_catalog(
    state: State, catalog: Catalog, before: Statistics | None, partitions: bool
) -> list[TableRow]:
    """Return rows for every relation that may be queried; partitions on their own only where asked for."""
    findings = findings_by_relation(state.checklist, catalog) if state.checklist else None
    sure = decided(state.checklist) if state.checklist else False
    return [
        _row(relation, state, catalog, before, findings, sure)
        for relation in catalog.exposed
        if partitions or not relation.is_partition
    ]


def _row(
    r: Relation,
    state: State,
    catalog: Catalog,
    before: Statistics | None,
    findings: Mapping[int, tuple[tuple[RuleResult, Finding], ...]] | None,
    sure: bool,
) -> TableRow:
    statistics = state.statistics
    leaves = list(_leaves(r, catalog)) if r.kind == "p" else [r]
    counted = [statistics.tables[leaf.oid] for leaf in leaves if statistics and leaf.oid in statistics.tables]
    holder = state.locked.get(r.oid)
    stored = r.kind in "rpm"
    return TableRow(
        r.oid,
        r.schema,
        r.name,
        r.kind,
        r.qualified,
        _rows(leaves, counted) if r.kind in "rpmf" else None,
        BLOCK * (sum(c.pages for c in counted) if counted else sum(leaf.pages for leaf in leaves))
        if stored
        else None,
        len(r.indexes) if stored else None,
        _share(sum(c.seq_scans for c in counted), sum(c.index_scans for c in counted)),
        _share(sum(c.dead for c in counted), sum(c.live for c in counted)),
        table_bloat(r, statistics) if statistics and r.kind in "rm" else None,
        _rate(leaves, statistics, before, _scans) if stored else None,
        _rate(leaves, statistics, before, _writes) if stored else None,
        len(leaves) if r.kind == "p" else 0,
        findings.get(r.oid, ()) if findings is not None else None,
        sure,
        holder.summary if holder else None,
    )


def _leaves(r: Relation, catalog: Catalog) -> Iterator[Relation]:
    for child in catalog.children.get(r.oid, ()):
        if child.kind == "p":
            yield from _leaves(child, catalog)
        else:
            yield child


def _rows(leaves: Sequence[Relation], counted: Sequence[TableCounters]) -> float | None:
    known = [c.tuples if c.tuples >= 0 else (float(c.live) if c.live else None) for c in counted]
    if not counted:
        known = [leaf.tuples if leaf.tuples >= 0 else None for leaf in leaves]
    found = [k for k in known if k is not None]
    return sum(found) if found or not leaves else None


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None


def _scans(c: TableCounters) -> int:
    return c.seq_scans + c.index_scans


def _writes(c: TableCounters) -> int:
    return c.inserted + c.updated + c.deleted


def _rate(
    leaves: Sequence[Relation], now: Statistics | None, before: Statistics | None, figure: object
) -> float | None:
    """Return how much a counter rose in a second between two readings; None without two."""
    assert callable(figure)
    if now is None or before is None:
        return None
    seconds = (now.read_at - before.read_at).total_seconds()
    if seconds <= 0:
        return None
    rise = 0
    for leaf in leaves:
        new, old = now.tables.get(leaf.oid), before.tables.get(leaf.oid)
        if new is not None and old is not None:
            rise += max(figure(new) - figure(old), 0)
    return rise / seconds
