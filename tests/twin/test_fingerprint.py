"""Every fact that a statement can change is in the fingerprint, and reading again what was written since is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from pgplumb.twin.fingerprint import Fingerprint, differences, fingerprint
from tests.catalog.alterations import ALTERATIONS, START, Alteration
from tests.conftest import Clusters, each_major, sampled
from tests.databases import Database


@dataclass
class Ground:
    connection: psycopg.Connection[tuple[Any, ...]]
    major: int
    before: Fingerprint


@pytest.fixture(scope="module", params=each_major())
def ground(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Ground]:
    """The schema, and what it is."""
    database = Database.create(clusters.get(request.param), f"fingerprint_{request.param}")
    if not database.execute("SELECT 1 FROM pg_roles WHERE rolname = 'reader'"):
        database.execute("CREATE ROLE reader")
    database.execute(START)
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        yield Ground(connection, request.param, fingerprint(connection))
    database.drop()


@pytest.mark.parametrize("alteration", sampled(ALTERATIONS, 5), ids=lambda a: a.sql[:60])
def test_each_change_is_seen(alteration: Alteration, ground: Ground) -> None:
    if ground.major < alteration.since:
        pytest.skip(f"from {alteration.since} on")
    connection = ground.connection
    with connection.transaction(force_rollback=True):
        connection.execute(alteration.sql.encode())
        changed = differences(ground.before, fingerprint(connection, ground.before))
        whole = differences(ground.before, fingerprint(connection))
    assert alteration.object in {d.object for d in changed.differences}
    assert changed.unknown == ()
    assert {d.object for d in changed.differences} >= {d.object for d in whole.differences}


def test_nothing_changed_is_no_difference(ground: Ground) -> None:
    again = fingerprint(ground.connection, ground.before)
    assert differences(ground.before, again).same
    assert differences(ground.before, fingerprint(ground.connection)).same


def test_what_is_taken_back_is_no_difference(ground: Ground) -> None:
    connection = ground.connection
    with connection.transaction(force_rollback=True):
        connection.execute("ALTER TABLE app.people RENAME TO persons; GRANT SELECT ON app.persons TO PUBLIC")
        up = fingerprint(connection, ground.before)
        connection.execute(
            "REVOKE SELECT ON app.persons FROM PUBLIC; ALTER TABLE app.persons RENAME TO people"
        )
        assert differences(ground.before, fingerprint(connection, up)).same
        assert not differences(ground.before, up).same
