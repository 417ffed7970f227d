"""The rehearsal over empty tables and the real server with rows say the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.migrate.rehearsal import rehearse
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, each_major, majors, some
from tests.databases import Database
from tests.migrate.rehearsal.orders import SCHEMA, STATEMENTS
from tests.migrate.rehearsal.real import Real, Truth, of

NEWEST = next(iter(majors()))
EVERY = 5
"""On servers other than the newest one statement of so many is asked."""


@pytest.fixture(scope="module", params=each_major())
def pair(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[tuple[int, Database, Twin]]:
    """A server with rows, and a twin of it of the same major version."""
    database = Database.create(clusters.get(request.param), "agreement")
    database.execute(SCHEMA)
    with database.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=database.server.bindir.path) as twin:
        yield request.param, database, twin
    database.drop()


def difference(statement: str, real: Truth, said: Truth) -> str | None:
    """How a rehearsal differs from the truth, or None."""
    found = []
    if (real.error or "").startswith("23") and said.error is None:
        # The rows are in the way: what an empty table cannot show.
        return None
    if real.error != said.error:
        return f"{statement}: really {real.error}, we say {said.error}"
    for name in ("locks", "rewrites", "rebuilds", "scans"):
        truth, told = getattr(real, name), getattr(said, name)
        if name == "scans" and "REFERENCES" in statement and real.scans < said.scans:
            # A referenced table is looked up by its index where there are few rows to look for.
            continue
        if truth != told and not (name == "rebuilds" and statement.startswith("TRUNCATE")):
            found.append(f"{name} are {truth}, we say {told}")
    return f"{statement}: {'; '.join(found)}" if found else None


def test_a_rehearsal_is_exact(pair: tuple[int, Database, Twin]) -> None:
    major, database, twin = pair
    real = Real(database)
    chosen = some(STATEMENTS, 3) if major == NEWEST else STATEMENTS[::EVERY]
    found, unknown = [], []
    for statement in chosen:
        rehearsal = rehearse(twin, statement)
        (one,) = rehearsal.statements
        if one.unknown:
            unknown.append(statement)
            continue
        found.append(difference(statement, real.measure(statement), of(one)))
    # What triggers do depends on rows, and nobody but a superuser puts tables among the system's.
    assert {text.split()[0] for text in unknown} <= {"UPDATE", "DELETE", "INSERT", "ALTER"}
    assert len(unknown) <= 4
    differ = [text for text in found if text]
    assert not differ, "\n".join(differ)
