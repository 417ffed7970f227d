"""An index that only a standby uses is used; a standby that cannot be asked keeps rules of usage unknown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.checks.replicas import Opener, Replicas
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.errors import ConnectError
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.databases import Database
from tests.standby import PRIMARY, standby_of
from tests.waiting import eventually

RULE = [rule for rule in all_rules() if rule.id == "no-unused-index"]
SCHEMA = """
    CREATE TABLE t (id int PRIMARY KEY, a int, b int);
    INSERT INTO t SELECT i, i, i FROM generate_series(1, 5000) i;
    CREATE INDEX on_a ON t (a);
    CREATE INDEX on_b ON t (b);
    ANALYZE t;
"""
NO_WAIT = Profile(thresholds={"usage-min-days": 0})


def opener(conninfo: str) -> Opener:
    def opened() -> AbstractContextManager[Session]:
        return Session.open(Target(conninfo))

    return "standby", opened


def judged(facts: Facts) -> tuple[Status, list[str], str]:
    (result,) = Engine(RULE).run(facts).results
    return result.status, [finding.object for finding in result.findings], result.reason


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[EmbeddedServer, str]]:
    with EmbeddedServer.start(settings=PRIMARY) as primary:
        with primary.connect() as connection:
            connection.execute(SCHEMA.encode())
        with standby_of(primary) as conninfo:
            yield primary, conninfo + " dbname=postgres"


@pytest.mark.long
def test_an_index_that_only_a_standby_uses_is_used(pair: tuple[EmbeddedServer, str]) -> None:
    primary, standby = pair
    with Session.open(primary.target()) as session:
        status, found, reason = judged(gather(session, NO_WAIT))
        assert (status, found) == (Status.UNKNOWN, [])
        assert "name them with --replica" in reason
        with psycopg.connect(standby, autocommit=True) as reader:

            def caught_up() -> bool:
                return reader.execute("SELECT to_regclass('on_a') IS NOT NULL").fetchone() == (True,)

            assert eventually(caught_up)
            reader.execute("SET enable_seqscan = off")
            assert reader.execute("SELECT b FROM t WHERE a = 7").fetchall() == [(7,)]
        facts = gather(session, NO_WAIT, replicas=[opener(standby)])
    assert facts.replicas is not None
    assert facts.replicas.problems == ()
    status, found, _ = judged(facts)
    assert (status, found) == (Status.FAIL, ["index:public.on_b"])


@pytest.mark.long
def test_a_primary_and_another_database_are_no_standby(pair: tuple[EmbeddedServer, str]) -> None:
    primary, standby = pair
    elsewhere = standby.replace("dbname=postgres", "dbname=template1")
    with Session.open(primary.target()) as session:
        facts = gather(session, NO_WAIT, replicas=[opener(primary.conninfo()), opener(elsewhere)])
    assert facts.replicas is not None
    assert facts.replicas.labels == ()
    first, second = facts.replicas.problems
    assert "is no standby" in first
    assert "shows the database template1, not postgres" in second
    assert judged(facts)[0] is Status.UNKNOWN


def test_a_standby_that_cannot_be_reached_keeps_the_rule_unknown(database: Database) -> None:
    database.execute(SCHEMA)

    def refused() -> AbstractContextManager[Session]:
        return Session.open(Target("host=/nowhere dbname=x"))

    with pytest.raises(ConnectError):
        refused()
    with database.session() as session:
        facts = gather(session, NO_WAIT, replicas=[("reader-1", refused)])
    status, found, reason = judged(facts)
    assert (status, found) == (Status.UNKNOWN, [])
    assert reason.startswith("reader-1 could not be asked: ")


def test_a_standby_that_has_counted_for_an_hour_proves_nothing(database: Database) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        facts = gather(session, Profile(thresholds={"usage-min-days": 1}))
    read_at = facts.catalog.read_at
    old, young = read_at - timedelta(days=30), read_at - timedelta(hours=1)
    assert not isinstance(facts.statistics, Unread)
    counted = replace(facts.statistics, started_at=old, read_at=read_at)
    if counted.database is not None:
        counted = replace(counted, database=replace(counted.database, stats_reset=old))
    settled = replace(facts, statistics=counted, replicas=Replicas(("r",), (), old))
    assert judged(settled)[0] is Status.FAIL
    status, _, reason = judged(replace(settled, replicas=Replicas(("r",), (), young)))
    assert status is Status.UNKNOWN
    assert "a standby has counted for" in reason
