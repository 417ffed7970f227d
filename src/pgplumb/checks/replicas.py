"""What standbys count: an index or a table that only they read is used all the same.

A physical standby has the primary's oids and its own counters. Only scans are added up; everything else stays the
primary's. Source: https://www.postgresql.org/docs/current/monitoring-stats.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from pgplumb.catalog.counters import read_counters
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.statistics import IndexCounters, Statistics, TableCounters
from pgplumb.server.errors import ConnectError, LostConnection, QueryError
from pgplumb.server.session import Session

Opener = tuple[str, Callable[[], AbstractContextManager[Session]]]
"""What people call a standby, and how to open a session there."""

_IDENTITY = """SELECT pg_is_in_recovery(), d.oid::int8, d.datname::text
  FROM pg_catalog.pg_database d WHERE d.datname = current_database()"""


@dataclass(frozen=True, slots=True)
class Replicas:
    """Which standbys were asked, and what came of it."""

    labels: tuple[str, ...]
    """Those that answered."""
    problems: tuple[str, ...]
    """Why others did not."""
    since: datetime | None
    """When the youngest counters of those that answered began."""


def add_replicas(
    catalog: Catalog, statistics: Statistics, openers: Sequence[Opener]
) -> tuple[Statistics, Replicas]:
    """Return statistics with the scans of standbys, and which of them answered. One that fails is no error."""
    read: list[tuple[str, Statistics]] = []
    problems: list[str] = []
    for label, opener in openers:
        try:
            with opener() as session:
                problem = _other(session, catalog)
                if problem is None:
                    read.append((label, read_counters(session, columns=False)))
                else:
                    problems.append(f"{label}: {problem}")
        except (ConnectError, LostConnection, QueryError) as error:
            problems.append(f"{label} could not be asked: {error.what}")
    for _, there in read:
        statistics = replace(
            statistics,
            indexes=_indexes(statistics.indexes, there.indexes),
            tables=_tables(statistics.tables, there.tables),
        )
    since = max((there.since for _, there in read), default=None)
    return statistics, Replicas(tuple(label for label, _ in read), tuple(problems), since)


def _other(session: Session, catalog: Catalog) -> str | None:
    """Return why a server is no standby of the one that was read, or None where it may be one."""
    with session.unit() as unit:
        standby, oid, name = unit.query(_IDENTITY)[0]
    if not standby:
        return "is no standby: it counts for a database of its own"
    if (oid, name) != (catalog.database.oid, catalog.database.name):
        return f"shows the database {name}, not {catalog.database.name} of this primary"
    return None


def _indexes(
    here: Mapping[int, IndexCounters], there: Mapping[int, IndexCounters]
) -> dict[int, IndexCounters]:
    found = dict(here)
    for oid, own in here.items():
        other = there.get(oid)
        if other is not None and other.scans:
            found[oid] = replace(
                own,
                scans=own.scans + other.scans,
                tuples_read=own.tuples_read + other.tuples_read,
                tuples_fetched=own.tuples_fetched + other.tuples_fetched,
                last_scan=_later(own.last_scan, other.last_scan),
            )
    return found


def _tables(
    here: Mapping[int, TableCounters], there: Mapping[int, TableCounters]
) -> dict[int, TableCounters]:
    found = dict(here)
    for oid, own in here.items():
        other = there.get(oid)
        if other is not None and (other.seq_scans or other.index_scans):
            found[oid] = replace(
                own,
                seq_scans=own.seq_scans + other.seq_scans,
                seq_tuples=own.seq_tuples + other.seq_tuples,
                index_scans=own.index_scans + other.index_scans,
                index_tuples=own.index_tuples + other.index_tuples,
                last_seq_scan=_later(own.last_seq_scan, other.last_seq_scan),
            )
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
