"""What the planner of a target goes by: the rows as they were read, and what could not be read.

Rows stay as the server sent them, undecoded until they are written: 10,000 tables make 120,000 of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pgplumb.server.rows import Row
from pgplumb.twin.gaps import Gaps


@dataclass(frozen=True, slots=True)
class PlannerStatistics:
    """Statistics of a database. Unless read without sample values they hold values of rows: keep them in memory."""

    version_num: int
    """server_version_num of the target."""
    relations: Sequence[Row] = ()
    """oid, schema, name, relkind, table's oid, relpages, reltuples, relallvisible, relallfrozen (None before 18)."""
    columns: Sequence[Row] = ()
    """The columns of queries/statistics_column.sql."""
    index_columns: Sequence[Row] = ()
    """Schema, index, column name and number, of indexes with expressions."""
    ranges: Sequence[Row] = ()
    """What queries/statistics_range.sql adds to `columns` before 17."""
    objects: Sequence[Row] = ()
    """The columns of queries/statistics_object.sql."""
    object_data: Sequence[Row] = ()
    """The columns of queries/statistics_object_data.sql."""
    expressions: Sequence[Row] = ()
    """The columns of queries/statistics_expression.sql, with the place of the expression, from 1, for its text."""
    gaps: Gaps = field(default_factory=Gaps)
    """Tables, indexes and objects whose statistics are not here."""


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What writing came to."""

    written: int
    """Rows: of pg_class, pg_statistic and pg_statistic_ext_data."""
    failed: Mapping[str, str] = field(default_factory=dict)
    """Qualified relation -> what of it could not be written, and why."""
