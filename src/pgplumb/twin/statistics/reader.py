"""Reads a target's statistics by catalog reads alone: one statement for each kind of statistics, none for a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.server.errors import QueryError
from pgplumb.server.rows import Row
from pgplumb.twin.statistics.gaps import find_gaps, narrowed
from pgplumb.twin.statistics.model import PlannerStatistics
from pgplumb.twin.statistics.text import Values, text

if TYPE_CHECKING:
    from pgplumb.server.session import Session, Unit

TIMEOUT_MS = 60_000
"""Of one statement: 120,000 columns with full histograms take some seconds over a slow line."""


def read_statistics(
    session: Session, relations: frozenset[str] | None = None, sample_values: bool = True
) -> PlannerStatistics:
    """Read what the planner knows; `relations` (qualified names) limits it to some tables and their indexes.

    With `sample_values` false no value of any row is read: no common values, bounds, elements or end points, and no
    frequencies of them. Raises QueryError and LostConnection.
    """
    if not sample_values:
        return _Reading(session, relations, "none").read()
    try:
        return _Reading(session, relations, "all").read()
    except QueryError as error:
        # Printing a composite value looks at its type's table, which may be locked; a type may fail to print.
        if error.cancelled:
            raise
        note = f"no sample values of types that are not built in: {error.why}"
        return _Reading(session, relations, "built-in", note).read()


class _Reading:
    """One reading, in one transaction."""

    def __init__(
        self, session: Session, names: frozenset[str] | None, values: Values, note: str | None = None
    ) -> None:
        self._session = session
        self._version = session.server_version
        self._names = names
        self._values = values
        self._wanted: frozenset[tuple[str, str]] | None = None
        self._notes = [note] if note else []

    def read(self) -> PlannerStatistics:
        """Read everything."""
        with self._session.unit(TIMEOUT_MS, isolation="REPEATABLE READ") as unit:
            unit.query(text("unit", self._version))
            relations: Sequence[Row] = unit.query(text("relation", self._version))
            if self._names is not None:
                relations = narrowed(relations, self._names)
                self._wanted = frozenset((row[1], row[2]) for row in relations)
            columns = self._rows(unit, "column")
            index_columns = unit.query(text("index_column", self._version))
            objects = self._rows(unit, "object", table=2)
            known = {(row[0], row[1]) for row in objects}
            data = [row for row in unit.query(*self._statement("object_data")) if (row[0], row[1]) in known]
            ranges, hidden_ranges = self._ranges(unit)
            expressions = self._expressions(unit) if any("e" in row[7] for row in objects) else ()
        gaps = find_gaps(self._version, relations, columns, objects, hidden_ranges, self._notes)
        return PlannerStatistics(
            self._version,
            [row[:9] for row in relations],
            columns,
            index_columns,
            ranges,
            objects,
            data,
            expressions,
            gaps,
        )

    def _statement(self, name: str) -> tuple[str, list[list[str]] | None]:
        """Return one of the texts with its parameters, narrowed by name to what is asked for."""
        only = self._wanted is not None
        names = sorted({relation for _, relation in self._wanted or ()})
        return text(name, self._version, values=self._values, only=only), [names] if only else None

    def _rows(self, unit: Unit, name: str, table: int = 0) -> Sequence[Row]:
        """Run one of the texts; its columns `table` and the next one are a relation's schema and name."""
        found = unit.result(*self._statement(name))
        if self._wanted is None:
            return found
        return [row for row in found if (row[table], row[table + 1]) in self._wanted]

    def _ranges(self, unit: Unit) -> tuple[Sequence[Row], frozenset[tuple[str, str]]]:
        """Return what pg_stats does not show of ranges, and the tables where we may not look."""
        if self._version >= 170000 or self._values == "none":
            return (), frozenset()
        if unit.query("SELECT has_table_privilege('pg_catalog.pg_statistic', 'SELECT')")[0][0]:
            return self._rows(unit, "range"), frozenset()
        return (), frozenset((row[0], row[1]) for row in self._rows(unit, "range_hidden"))

    def _expressions(self, unit: Unit) -> Sequence[Row]:
        """Return statistics of expressions; their texts need a lock, so a locked table leaves them out."""
        try:
            with unit.savepoint():
                places = {
                    (schema, name, expression): place
                    for schema, name, expressions in unit.query(*self._statement("expression_place"))
                    for place, expression in enumerate(expressions, 1)
                }
                found = unit.query(*self._statement("expression"))
        except QueryError as error:
            if not error.timed_out:
                raise
            self._notes.append(f"statistics of expressions could not be read: {error.why}")
            return ()
        return [
            (schema, name, inherited, places[schema, name, expression], *rest)
            for schema, name, inherited, expression, *rest in found
            if (schema, name, expression) in places
        ]
