"""Says of a reading which tables' statistics are not in it, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from pgplumb.foundation.names import dotted
from pgplumb.server.rows import Row, Rows
from pgplumb.twin.gaps import Gaps

NEVER = "never analysed"
OBJECT_HIDDEN = "extended statistics {} are shown to the table's owner only"
RANGES_HIDDEN = "statistics of its range columns are shown to superusers only before version 17"


def narrowed(relations: Sequence[Row], names: frozenset[str]) -> Sequence[Row]:
    """Return the relations that are named, with the indexes of those tables."""
    tables = {row[4] for row in relations if dotted(row[1], row[2]) in names}
    return [row for row in relations if row[4] in tables]


def find_gaps(
    version: int,
    relations: Sequence[Row],
    columns: Sequence[Row],
    objects: Sequence[Row],
    hidden_ranges: Collection[tuple[str, str]],
    notes: Iterable[str],
) -> Gaps:
    """Return what a reading lacks. `relations` has the reason that queries/statistics_relation.sql gives."""
    why: dict[tuple[str, str], list[str]] = defaultdict(list)
    analysed = _relations_of(columns)
    tables = {row[0]: (row[1], row[2]) for row in relations}
    for oid, schema, name, kind, table, pages, tuples, *_, hidden in relations:
        if hidden is not None and kind in "iI":
            why[tables.get(table, (schema, name))].append(f"index {dotted(schema, name)}: {hidden}")
        elif hidden is not None:
            why[schema, name].append(hidden)
        elif kind in "rm" and (schema, name) not in analysed and _never_analysed(version, pages, tuples):
            why[schema, name].append(NEVER)
        if hidden is None and (schema, name) in hidden_ranges:
            why[tables[oid]].append(RANGES_HIDDEN)
    for schema, name, table_schema, table_name, *_, shown in objects:
        if not shown:
            why[table_schema, table_name].append(OBJECT_HIDDEN.format(dotted(schema, name)))
    found = {dotted(*names): "; ".join(dict.fromkeys(reasons)) for names, reasons in sorted(why.items())}
    return Gaps(statistics=found, notes=tuple(notes))


def _relations_of(columns: Sequence[Row]) -> frozenset[tuple[str, str]]:
    """Return the relations that have statistics, without decoding those."""
    if isinstance(columns, Rows):
        return frozenset(zip(columns.column(0), columns.column(1), strict=True))
    return frozenset((row[0], row[1]) for row in columns)


def _never_analysed(version: int, pages: int, tuples: float) -> bool:
    """Tell whether a table without column statistics was never looked at, rather than found empty.

    Before 14 a table that was found empty and one that nobody looked at are written the same.
    """
    return tuples != 0 or (version < 140000 and pages == 0)
