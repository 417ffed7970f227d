"""What an index costs when rows are written, and whether it would end HOT updates.

An update is HOT (heap-only tuple) where no indexed column changes: it then touches no index at all
(https://www.postgresql.org/docs/current/storage-hot.html). From 16 on BRIN indexes do not stand in its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pgplumb.catalog.relation import Relation
from pgplumb.workload.advisor.facts import Facts
from pgplumb.workload.advisor.shape import Shape
from pgplumb.workload.advisor.use import Write

ROW_COST = {"btree": 0.5, "gin": 4.0, "gist": 1.5, "brin": 0.02}
"""Planner's units for one more entry: a descent in memory, a page made dirty and its WAL now and then."""
_HOT_FACTOR = 3.0
"""An update that was HOT writes to every index of its table once it is not."""


@dataclass(slots=True)
class TableWrites:
    """Rows that the workload writes to one table."""

    inserted: float = 0.0
    updated: float = 0.0
    deleted: float = 0.0
    set_rows: dict[str, float] = field(default_factory=dict)
    """Rows updated by statements that set a column, by column."""


@dataclass(frozen=True, slots=True)
class HotLoss:
    """Updates that would no longer be HOT."""

    columns: tuple[str, ...]
    rows: float
    """Updated rows of the workload that set one of them."""
    share: float
    """Of the table's updates that are HOT now."""
    cost: float
    """Planner's units."""


class Writes:
    """Everything that the workload writes, by table; where it writes nothing, what the counters say."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._tables: dict[int, TableWrites] = {}

    def add(self, writes: Iterable[Write], calls: float, rows: float) -> None:
        """Count one statement of the workload."""
        for write in writes:
            table = self._tables.setdefault(write.relation.oid, TableWrites())
            if write.kind == "INSERT":
                table.inserted += max(rows, calls)
            elif write.kind == "DELETE":
                table.deleted += rows
            elif write.columns:
                table.updated += rows
                for column in sorted(write.columns):
                    table.set_rows[column] = table.set_rows.get(column, 0.0) + rows

    def of(self, relation: Relation) -> TableWrites:
        """Return what the workload writes to a table."""
        return self._tables.get(relation.oid, TableWrites())

    def cost(self, shape: Shape, relation: Relation) -> float:
        """Return what upkeep of an index costs over the workload, HOT updates that it ends left out."""
        table = self.of(relation)
        hot = self.hot_share(relation)
        changing = sum(table.set_rows.get(column, 0.0) for column in sorted(shape.columns))
        moved = max(table.updated * (1 - hot), min(changing, table.updated))
        return (table.inserted + moved) * ROW_COST.get(shape.method, 1.0)

    def hot_share(self, relation: Relation) -> float:
        """Return the share of a table's updates that are HOT; where nothing was counted, all are taken to be."""
        found = self._facts.counters(relation)
        return found.hot_updated / found.updated if found and found.updated else 1.0

    def hot_loss(self, shape: Shape, relation: Relation) -> HotLoss | None:
        """Return which HOT updates an index would end, or None.

        A column that an index has already, statements that set it are not HOT now.
        """
        if shape.method == "brin" and self._facts.catalog.server_version >= 160000:
            return None
        table = self.of(relation)
        taken = indexed_columns(relation)
        columns = tuple(sorted(c for c in shape.columns if c in table.set_rows and c not in taken))
        share = self.hot_share(relation)
        rows = min(sum(table.set_rows[c] for c in columns), table.updated)
        if not columns or rows * share <= 0:
            return None
        indexes = 1 + sum(1 for index in relation.indexes if index.is_live)
        cost = rows * share * indexes * ROW_COST["btree"] * _HOT_FACTOR
        return HotLoss(columns, rows, share, cost)


def indexed_columns(relation: Relation) -> frozenset[str]:
    """Return the columns that some index of a table has; those within expressions are not known by name."""
    numbers = (n for index in relation.indexes if index.method != "brin" for n in index.columns)
    return frozenset(column.name for n in numbers if (column := relation.column(n)) is not None)


def hot_note(loss: HotLoss, name: str, table: str) -> str:
    """Say what is lost."""
    columns: Sequence[str] = loss.columns
    return (
        f"{name} ends HOT updates of {table}: the workload sets {', '.join(columns)} in {loss.rows:,.0f} rows,"
        f" {100 * loss.share:.0f} % of the table's updates are HOT now"
    )
