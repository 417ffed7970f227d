"""Rules on pg_upgrade and on subscriptions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.model import Extension, Subscription
from pgplumb.catalog.statistics import PreparedTransaction, ReplicationSlot, SubscriptionState
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.server.embedded import EmbeddedServer
from tests.checks.rules import records as r
from tests.databases import Database
from tests.waiting import eventually

LOGICAL = ReplicationSlot(
    "s1", "pgoutput", "logical", "shop", True, None, None, 2**20, "reserved", None, False
)
ALIVE = SubscriptionState("mirror", working=True, tables_behind=0, errors=0)


def prepared(name: str) -> PreparedTransaction:
    return PreparedTransaction(name, r.NOW, "ann", "shop")


def upgrading(version: int, *slots: ReplicationSlot, **fields: object) -> Facts:
    given = r.facts(statistics=r.statistics(slots=slots, **fields))
    return replace(given, catalog=r.catalog(server_version=version))


def test_what_pg_upgrade_refuses_to_start_with_is_found() -> None:
    assert r.objects("upgrade-ready", upgrading(180006, prepared=(prepared("p"),))) == ["database:shop"]
    assert r.objects("upgrade-ready", upgrading(180006, replace(LOGICAL, wal_status="lost"))) == ["slot:s1"]
    assert r.run("upgrade-ready", upgrading(180006)).status is Status.PASS


def test_a_logical_slot_is_lost_before_17_and_kept_from_then_on() -> None:
    assert r.objects("upgrade-ready", upgrading(160004, LOGICAL)) == ["slot:s1"]
    assert r.run("upgrade-ready", upgrading(170000, LOGICAL)).status is Status.PASS
    physical = replace(LOGICAL, slot_type="physical")
    assert r.run("upgrade-ready", upgrading(160004, physical)).status is Status.PASS


def test_an_extension_that_later_versions_lack_is_found_only_before_them() -> None:
    removed = Extension(1, "adminpack", "pg_catalog", "2.1", "2.1", relocatable=False, owner=10)
    given = upgrading(160004)
    given = replace(given, catalog=replace(given.catalog, extensions={1: removed}))
    assert r.objects("upgrade-ready", given) == ["extension:adminpack"]
    given = replace(given, catalog=replace(given.catalog, server_version=170000))
    assert r.run("upgrade-ready", given).status is Status.PASS


def test_slots_that_nobody_could_read_leave_it_open() -> None:
    given = r.facts(statistics=r.statistics(slots=Unread("needs pg_monitor")))
    assert r.run("upgrade-ready", given).status is Status.UNKNOWN


def test_a_child_without_its_parents_not_null_is_found_and_one_with_it_is_not(
    every_database: Database,
) -> None:
    every_database.execute("CREATE TABLE p (a int, b int); CREATE TABLE c () INHERITS (p)")
    every_database.execute("ALTER TABLE p ALTER b SET NOT NULL")
    facts = gather(every_database.session(), Profile())
    assert not [o for o in r.objects("upgrade-ready", facts) if o.startswith("column:")]
    if facts.catalog.server_version < 180000:
        every_database.execute("ALTER TABLE ONLY p ALTER a SET NOT NULL")
        facts = gather(every_database.session(), Profile())
        assert r.objects("upgrade-ready", facts) == ["column:public.c.a"]


def subscribing(*states: SubscriptionState, enabled: bool = True) -> Facts:
    given = r.facts(statistics=r.statistics(subscriptions=states))
    known = tuple(Subscription(1, state.name, 10, enabled) for state in states)
    return replace(given, catalog=r.catalog(subscriptions=known))


def test_a_subscription_that_nobody_applies_is_found() -> None:
    def said(facts: Facts) -> str:
        (finding,) = r.run("logical-worker-alive", facts).findings
        return finding.message

    assert "is disabled" in said(subscribing(ALIVE, enabled=False))
    assert "has no worker, after 12 errors" in said(subscribing(replace(ALIVE, working=False, errors=12)))
    assert "3 tables whose first copy is not done" in said(subscribing(replace(ALIVE, tables_behind=3)))


def test_a_subscription_that_works_passes_and_a_standby_applies_none() -> None:
    assert r.run("logical-worker-alive", subscribing(ALIVE)).status is Status.PASS
    assert r.run("logical-worker-alive", r.facts()).status is Status.NOT_APPLICABLE
    broken = subscribing(replace(ALIVE, working=False))
    standby = replace(broken, catalog=replace(broken.catalog, is_standby=True))
    assert r.run("logical-worker-alive", standby).status is Status.NOT_APPLICABLE


def test_a_real_subscription_that_is_off_is_found(every_database: Database) -> None:
    every_database.execute(
        "CREATE SUBSCRIPTION plumb_off CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)"
    )
    try:
        facts = gather(every_database.session(), Profile())
        (finding,) = r.run("logical-worker-alive", facts).findings
        assert finding.object == f"database:{every_database.name}"
        assert finding.message == (
            "subscription plumb_off is disabled: its slot on the publisher keeps all WAL until somebody goes on"
        )
    finally:
        every_database.execute("ALTER SUBSCRIPTION plumb_off SET (slot_name = NONE)")
        every_database.execute("DROP SUBSCRIPTION plumb_off")


@pytest.mark.long
def test_a_real_subscription_passes_while_it_works_and_fails_once_its_table_is_gone() -> None:
    with EmbeddedServer.start(settings={"wal_level": "logical"}) as server:
        source, target = Database.create(server, "source"), Database.create(server, "target")
        source.execute("CREATE TABLE t (id int PRIMARY KEY)")
        source.execute("CREATE PUBLICATION p FOR TABLE t")
        source.execute("SELECT pg_create_logical_replication_slot('plumb', 'pgoutput')")
        target.execute("CREATE TABLE t (id int PRIMARY KEY)")
        conninfo = server.conninfo("source").replace("'", "''")
        target.execute(
            f"CREATE SUBSCRIPTION plumb CONNECTION '{conninfo}' PUBLICATION p WITH (create_slot = false)"
        )

        def status() -> Status:
            return r.run("logical-worker-alive", gather(target.session(), Profile())).status

        assert eventually(lambda: status() is Status.PASS)
        target.execute("DROP TABLE t")
        source.execute("INSERT INTO t VALUES (1)")
        assert eventually(lambda: status() is Status.FAIL)
        target.execute("ALTER SUBSCRIPTION plumb DISABLE")
        target.execute("ALTER SUBSCRIPTION plumb SET (slot_name = NONE)")
        target.execute("DROP SUBSCRIPTION plumb")
