"""How much of a table's file holds no row: an estimate from column widths, withheld where it would mislead.

The widths are those of the last ANALYZE. A page holds 8,168 bytes of line pointers and tuples; a tuple is 24 bytes of
header (with its null bitmap), its columns, and padding to 8 (https://www.postgresql.org/docs/current/storage-page-layout.html).
"""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import Unread

_PAGE = 8192 - 24
_TUPLE_HEADER = 24
_LINE_POINTER = 4
_STALE = 0.2
"""Above this share of rows changed since ANALYZE the widths and counts no longer describe the file."""
_SMALL = 64
"""Below this many pages an estimate says more about rounding than about the table."""


def table_bloat(relation: Relation, statistics: Statistics) -> float | None:
    """Return the share of the heap that is neither rows nor wanted free space, from 0 to 1.

    None where it cannot be said: never analysed, analysed too long ago, statistics not readable, or too small.
    """
    counters = statistics.tables.get(relation.oid)
    if counters is None or isinstance(statistics.columns, Unread) or relation.oid in statistics.unreadable:
        return None
    rows = counters.tuples
    if rows < 1000 or counters.pages < _SMALL or counters.modified_since_analyze > _STALE * rows:
        return None
    width = 0.0
    for column in relation.columns:
        known = statistics.columns.get((relation.oid, column.number))
        if known is None:
            return None
        width += (1 - known.null_fraction) * known.average_width
    tuple_bytes = _TUPLE_HEADER + -(-width // 8) * 8 + _LINE_POINTER
    fillfactor = int(relation.option("fillfactor") or 100) / 100
    needed = rows * tuple_bytes / (_PAGE * fillfactor)
    return max(0.0, 1 - needed / counters.pages)
