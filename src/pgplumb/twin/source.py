"""Everything that a twin is made from, read from a target by catalog reads alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.sql.query_files import query_file
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.schema import SchemaText, read_schema
from pgplumb.twin.statistics import PlannerStatistics, read_statistics

if TYPE_CHECKING:
    from pgplumb.server.session import Session

SIZE_TIMEOUT_MS = 20_000
WHOLE = 2000
"""Up to so many relations a twin holds the whole schema; above, those that the queries name and what they need."""


@dataclass(frozen=True, slots=True)
class Locality:
    """How a database compares texts, and as whom it was read."""

    encoding: str = "UTF8"
    collate: str = "C"
    ctype: str = "C"
    provider: str | None = None
    """pg_database.datlocprovider: c libc, i ICU, b builtin, d default; None before 15."""
    role: str | None = None
    superuser: bool = False
    block_size: int = 8192
    locale: str | None = None
    """The ICU or builtin locale."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Pages of tables and of indexes, by qualified name."""

    tables: Mapping[str, int] = field(default_factory=dict)
    indexes: Mapping[str, int] = field(default_factory=dict)
    estimated: frozenset[str] = frozenset()
    """Relations whose size is pg_class's estimate, because they were locked."""


@dataclass(frozen=True, slots=True)
class TwinSource:
    """What was read of a target. It may hold sample values (most common ones, histogram bounds): keep it in memory."""

    version_num: int
    """server_version_num: 170010."""
    schema: SchemaText
    statistics: PlannerStatistics | None = None
    """None for a dump, which restores its own."""
    sizes: Sizes = field(default_factory=Sizes)
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the planner goes by, as SET takes it."""
    locality: Locality = field(default_factory=Locality)
    gaps: Gaps = field(default_factory=Gaps)
    restores: tuple[str, ...] = ()
    """Of a dump: the statements that restore its statistics, sizes included."""
    stranger: bool = False
    """Whether the schema is a text that anybody may have written."""

    @property
    def major(self) -> int:
        """17 of 170010."""
        return self.version_num // 10000


def read_source(
    session: Session, *, relations: frozenset[str] | None = None, sample_values: bool = True
) -> TwinSource:
    """Read what a twin needs; `relations` (qualified names) limits it to some and what those need.

    Nothing is locked beyond ACCESS SHARE and nothing waited for; what is locked is named in `gaps`. With
    `sample_values` false no value of any row is read. Raises QueryError and LostConnection.
    """
    with session.unit(as_user=True) as unit:
        settings = {
            str(name): str(value) for name, value in unit.query(query_file(__package__, "planner_setting"))
        }
    with session.unit() as unit:
        locality = Locality(*unit.query(query_file(__package__, "locality"))[0])
    schema = read_schema(session, relations)
    # Not only of those that were asked for: a view needs its tables', a parent its partitions'.
    held = None if relations is None else schema.relations
    statistics = read_statistics(session, held, sample_values)
    sizes = _read_sizes(session)
    gaps = schema.gaps.and_also(statistics.gaps)
    if sizes.estimated:
        named = ", ".join(sorted(sizes.estimated)[:5])
        gaps = gaps.and_also(Gaps(notes=(f"locked, so sized by the last estimate: {named}",)))
    return TwinSource(session.server_version, schema, statistics, sizes, settings, locality, gaps)


def _read_sizes(session: Session) -> Sizes:
    with session.unit(SIZE_TIMEOUT_MS) as unit:
        rows = unit.query(query_file(__package__, "size"))
    tables: dict[str, int] = {}
    indexes: dict[str, int] = {}
    estimated = set()
    for schema, name, kind, _table_schema, _table, _method, pages, locked in rows:
        qualified = dotted(schema, name)
        (indexes if kind == "i" else tables)[qualified] = pages
        if locked:
            estimated.add(qualified)
    return Sizes(tables, indexes, frozenset(estimated))
