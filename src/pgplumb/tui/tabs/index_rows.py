"""The rows of the Indexes list: references alone, so that 30,000 of them cost nothing until they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.held import stored
from pgplumb.catalog.relation import Index, Relation
from pgplumb.foundation.text import calm_age, count, size
from pgplumb.tui.marks import checks_cell, decided, findings_rank
from pgplumb.tui.state import State
from pgplumb.tui.tabs.detail.indexes import keys_of, kind_of
from pgplumb.tui.tabs.index_use import cell, share_of, use_of, uses_of
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Span

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.statistics import IndexCounters, Statistics
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding
    from pgplumb.workload.index_use import Use

BLOCK = 8192
Findings = tuple[tuple["RuleResult", "Finding"], ...]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """An index as the list shows it."""

    relation: Relation
    index: Index
    bytes: int
    """Size by relpages, parts on partitions summed: an estimate that asks no file."""
    entries: float
    """As VACUUM or ANALYZE found them last."""
    counters: IndexCounters | None
    """None for partitioned indexes, which hold nothing themselves, and before statistics were read."""
    findings: Findings | None
    statistics: Statistics | None
    locked: str | None = None
    uses: tuple[Use, ...] | None = None
    """Which of the top queries use it; None where that is not known."""
    decided: bool = False
    """Whether every rule about indexes was decided, so that no finding means a pass."""

    @property
    def name(self) -> str:
        """`schema.name`; an index lives in its table's schema."""
        return self.relation.index_id(self.index).removeprefix("index:")

    @property
    def last_use(self) -> float | None:
        """Seconds since the last scan; None where it was never used, or the server does not say (before 16)."""
        if self.counters is None or self.counters.last_scan is None or self.statistics is None:
            return None
        return max((self.statistics.read_at - self.counters.last_scan).total_seconds(), 0.0)


def index_rows(state: State, catalog: Catalog, partitions: bool) -> list[IndexRow]:
    """Return one row an index, by schema, table and name; those of partitions only where asked for."""
    by_object: Mapping[str, Findings] = state.checklist.by_object if state.checklist else {}
    statistics = state.statistics
    counters = statistics.indexes if statistics else {}
    use = use_of(state)
    sure = decided(state.checklist, "indexes", "naming") if state.checklist else False
    found = []
    for relation in catalog.exposed:
        if relation.is_partition and not partitions:
            continue
        holder = state.locked.get(relation.oid)
        for index in relation.indexes:
            findings = by_object.get(relation.index_id(index), ()) if state.checklist else None
            parts = [counters.get(part.oid, part) for part, _ in stored(index, relation, catalog)]
            found.append(
                IndexRow(
                    relation,
                    index,
                    BLOCK * sum(max(part.pages, 0) for part in parts),
                    sum(max(part.tuples, 0) for part in parts),
                    counters.get(index.oid),
                    findings,
                    statistics,
                    holder.summary if holder else None,
                    uses_of(use, catalog, relation, index),
                    sure,
                )
            )
    return found


def _scans(row: IndexRow) -> Cell:
    if row.counters is None:
        return "" if row.index.is_partitioned or row.statistics is not None else Span("?", "unknown")
    return count(row.counters.scans) if row.counters.scans else Span("0", "warn")


def _last_use(row: IndexRow) -> Cell:
    seconds = row.last_use
    if seconds is not None:
        return calm_age(seconds)
    if row.counters is None or row.counters.scans:
        return ""
    return Span("never", "muted")


COLUMNS: tuple[Column[IndexRow], ...] = (
    Column("name", "index", lambda r: r.name, sort=lambda r: r.name, max_width=44),
    Column(
        "table",
        "table",
        lambda r: Span(r.relation.qualified, "muted"),
        max_width=40,
        priority=7,
        sort=lambda r: r.relation.qualified,
    ),
    Column("method", "method", lambda r: r.index.method, width=6, priority=6, sort=lambda r: r.index.method),
    Column(
        "columns",
        "columns",
        lambda r: keys_of(r.relation, r.index),
        min_width=26,
        max_width=64,
        priority=3,
        grow=True,
    ),
    Column("kind", "kind", lambda r: kind_of(r.relation, r.index), width=11, priority=5),
    Column(
        "size",
        "size",
        lambda r: "" if r.index.is_partitioned else size(r.bytes),
        width=8,
        right=True,
        sort=lambda r: r.bytes,
        largest_first=True,
    ),
    Column(
        "scans",
        "scans",
        _scans,
        width=7,
        right=True,
        sort=lambda r: r.counters.scans if r.counters else None,
    ),
    Column(
        "queries",
        "queries",
        lambda r: cell(r.uses),
        width=8,
        right=True,
        priority=2,
        sort=lambda r: share_of(r.uses) if r.uses is not None else None,
        largest_first=True,
    ),
    Column("use", "last use", _last_use, width=8, right=True, priority=4, sort=lambda r: r.last_use),
    Column("checks", "checks", checks_cell, width=9, priority=1, sort=findings_rank, largest_first=True),
)

WITHOUT_USE = tuple(column for column in COLUMNS if column.name != "queries")
"""While it is not known which queries use an index, that takes no room."""
