"""Sample values of columns, from the planner's own statistics. They are users' data: never logged, never shown.

Source: https://www.postgresql.org/docs/current/view-pg-stats.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.sql.query_files import query_file
from pgplumb.workload.compared import ColumnKey

if TYPE_CHECKING:
    from pgplumb.server.session import Session


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """What pg_stats holds of one column; values as text. Its repr() leaves them out."""

    most_common: tuple[str, ...] = field(default=(), repr=False)
    """The most common first."""
    frequencies: tuple[float, ...] = ()
    """Of `most_common`, as parts of all rows."""
    histogram: tuple[str, ...] = field(default=(), repr=False)
    """Bounds of parts with equally many rows, in order; the most common values are not among them."""
    distinct: float = 0.0
    """n_distinct: below 0, minus the part of all rows that is distinct."""
    null_fraction: float = 0.0


def read_values(session: Session, columns: Collection[ColumnKey]) -> Mapping[ColumnKey, ColumnValues]:
    """Read the values of some columns; those without statistics are left out. Raises as `Session.unit`."""
    wanted = sorted(columns)
    if not wanted:
        return {}
    arrays = [[key[i] for key in wanted] for i in range(3)]
    with session.unit() as unit:
        rows = unit.query(query_file(__package__, "column_values"), arrays)
    return {
        wanted[place - 1]: ColumnValues(
            tuple(v for v in common or () if v is not None),
            tuple(frequencies or ()),
            tuple(v for v in bounds or () if v is not None),
            distinct,
            nulls,
        )
        for place, nulls, distinct, frequencies, common, bounds in rows
    }
