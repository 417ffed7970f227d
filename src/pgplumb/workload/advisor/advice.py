"""The advice, as values: cards of indexes, indexes to drop, queries that got none and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an index does to one query. Costs are of one call, in the planner's units."""

    query: str
    calls: float
    cost_before: float
    """Without any of the advice."""
    cost_after: float
    """With all of it."""
    cost_before_10x: float | None = None
    """The same where every table had ten times the rows; None where it was not planned."""
    cost_after_10x: float | None = None

    def to_json(self) -> Json:
        """As `advise` prints it."""
        return {
            "query": self.query,
            "calls": _plain(self.calls),
            "cost_before": _rounded(self.cost_before),
            "cost_after": _rounded(self.cost_after),
            "cost_before_10x": _rounded(self.cost_before_10x),
            "cost_after_10x": _rounded(self.cost_after_10x),
        }


@dataclass(frozen=True, slots=True)
class AdvisedIndex:
    """The card of one index. Names and DDL are SQL; texts of queries are data: sanitise to show."""

    name: str
    """Without its schema: that of the table."""
    ddl: str
    """CREATE INDEX CONCURRENTLY ..."""
    undo: str
    table: str
    """Qualified."""
    method: str
    columns: tuple[str, ...]
    """Names, or expressions as `pg_get_indexdef` prints them."""
    include: tuple[str, ...]
    where: str | None
    helps: tuple[Effect, ...]
    hurts: tuple[Effect, ...]
    size_bytes: int
    size_bytes_10x: int | None
    write_cost: float
    """What its upkeep costs over the workload, in the planner's units."""
    verified: str
    """twin, target or none."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """As `advise` prints it."""
        return {
            "name": self.name,
            "ddl": self.ddl,
            "undo": self.undo,
            "table": self.table,
            "method": self.method,
            "columns": list(self.columns),
            "include": list(self.include),
            "where": self.where,
            "helps": [effect.to_json() for effect in self.helps],
            "hurts": [effect.to_json() for effect in self.hurts],
            "size_bytes": self.size_bytes,
            "size_bytes_10x": self.size_bytes_10x,
            "write_cost": _rounded(self.write_cost),
            "verified": self.verified,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Drop:
    """An existing index that the workload would not miss."""

    index: str
    """Qualified."""
    reason: str
    ddl: str
    undo: str | None
    """None where its definition could not be read."""
    size_bytes: int = 0

    def to_json(self) -> Json:
        """As `advise` prints it."""
        return {
            "index": self.index,
            "reason": self.reason,
            "ddl": self.ddl,
            "undo": self.undo,
            "size_bytes": self.size_bytes,
        }


@dataclass(frozen=True, slots=True)
class Declined:
    """A query that no index is advised for, and why."""

    query: str
    reason: str

    def to_json(self) -> Json:
        """As `advise` prints it."""
        return {"query": self.query, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice for a whole workload. Costs are the planner's, times calls, over all queries that can be planned."""

    cost_before: float
    cost_after: float
    indexes: tuple[AdvisedIndex, ...] = ()
    drops: tuple[Drop, ...] = ()
    declined: tuple[Declined, ...] = ()
    notes: tuple[str, ...] = ()
    """What concerns all of it: gaps of the twin, HOT updates that kept an index from being advised."""
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    """What it was worked out with: queries, candidates, plans asked for, the twin's version."""

    def to_json(self) -> Json:
        """The document of `pgplumb.advise.v1`: the same advice gives the same bytes."""
        return {
            "format": "pgplumb.advise.v1",
            "cost_before": _rounded(self.cost_before),
            "cost_after": _rounded(self.cost_after),
            "indexes": [index.to_json() for index in self.indexes],
            "drops": [drop.to_json() for drop in self.drops],
            "declined": [declined.to_json() for declined in self.declined],
            "notes": list(self.notes),
            "settings": dict(sorted(self.settings.items())),
        }


def _rounded(value: float | None) -> float | None:
    """Costs have two decimals, as EXPLAIN prints them."""
    return None if value is None else round(value, 2)


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
