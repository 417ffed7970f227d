"""Rules on replication, archiving and backups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.statistics import Archiver, PreparedTransaction, Replica, ReplicationSlot
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.server.capabilities import Capabilities
from tests.checks.rules import records as r
from tests.databases import Database

SLOT = ReplicationSlot("s1", None, "physical", None, True, None, None, 2**30, "reserved", None, False)
STANDBY = Replica(7, "standby1", "streaming", "async", 1000, 0.1, None)
PROVIDER = Capabilities(180006, "PostgreSQL 18.6", False, frozenset(), {}, False, provider="rds")


def with_slots(*slots: ReplicationSlot, **fields: object) -> Facts:
    return r.facts(statistics=r.statistics(slots=slots, **fields))


def test_a_slot_without_a_reader_is_found() -> None:
    idle = replace(SLOT, name="Old One", active=False)
    assert r.objects("slot-active", with_slots(SLOT, idle)) == ['slot:"Old One"']
    assert r.run("slot-active", with_slots(SLOT, replace(idle, temporary=True))).status is Status.PASS
    just_started = with_slots(idle, started_at=r.ago(30))
    assert r.run("slot-active", just_started).status is Status.UNKNOWN
    assert r.run("slot-active", with_slots()).status is Status.NOT_APPLICABLE


def test_a_real_slot_that_nobody_reads_is_found(database: Database) -> None:
    database.execute("SELECT pg_create_physical_replication_slot('plumb_idle', true)")
    try:
        facts = gather(database.session(), Profile(thresholds={"slot-active": 0}))
        assert "slot:plumb_idle" in r.objects("slot-active", facts)
        assert r.run("slot-not-invalidated", facts).status is Status.PASS
    finally:
        database.execute("SELECT pg_drop_replication_slot('plumb_idle')")


def test_a_slot_that_lost_its_wal_is_found() -> None:
    given = with_slots(
        SLOT, replace(SLOT, name="s2", wal_status="lost"), replace(SLOT, name="s3", wal_status="unreserved")
    )
    assert r.objects("slot-not-invalidated", given) == ["slot:s2", "slot:s3"]


def test_slots_that_cannot_be_read_are_unknown() -> None:
    given = r.facts(statistics=r.statistics(slots=Unread("needs pg_monitor")))
    for rule in ("slot-active", "slot-not-invalidated"):
        assert r.run(rule, given).status is Status.UNKNOWN


def test_slots_need_a_limit_where_there_can_be_any() -> None:
    keep = r.setting("max_slot_wal_keep_size", "-1")
    assert r.objects("slot-wal-limit-set", r.facts(keep)) == ["setting:max_slot_wal_keep_size"]
    assert (
        r.run("slot-wal-limit-set", r.facts(r.setting("max_slot_wal_keep_size", "1000"))).status
        is Status.PASS
    )
    none = r.facts(keep, r.setting("max_replication_slots", "0"))
    assert r.run("slot-wal-limit-set", none).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("replica", "status"),
    [
        (STANDBY, Status.PASS),
        (replace(STANDBY, replay_lag_seconds=None), Status.PASS),
        (replace(STANDBY, replay_lag_seconds=90.0), Status.FAIL),
        (replace(STANDBY, replay_lag_bytes=10**9), Status.FAIL),
        (replace(STANDBY, state=None, replay_lag_bytes=None), Status.UNKNOWN),
        (replace(STANDBY, state="backup", replay_lag_bytes=None), Status.NOT_APPLICABLE),
    ],
    ids=["close", "quiet primary", "slow", "far", "hidden", "a backup"],
)
def test_the_lag_of_a_standby(replica: Replica, status: Status) -> None:
    assert r.run("replication-lag", r.facts(statistics=r.statistics(replicas=(replica,)))).status is status


ON, OFF = r.setting("archive_mode", "on"), r.setting("archive_mode", "off")


@pytest.mark.parametrize(
    ("archiver", "status"),
    [
        (Archiver(9, r.ago(60), 3, r.ago(600)), Status.PASS),
        (Archiver(9, r.ago(600), 3, r.ago(60)), Status.FAIL),
        (Archiver(0, None, 3, r.ago(60)), Status.FAIL),
        (Archiver(0, None, 0, None), Status.UNKNOWN),
    ],
    ids=["recovered", "failing", "never worked", "nothing yet"],
)
def test_an_archive_is_judged_by_its_last_try(archiver: Archiver, status: Status) -> None:
    given = r.facts(ON, statistics=r.statistics(archiver=archiver))
    assert r.run("wal-archiving-works", given).status is status


def test_no_archive_fails_unless_somebody_else_keeps_the_wal() -> None:
    assert r.objects("wal-archiving-works", r.facts(OFF)) == ["setting:archive_mode"]
    receiver = replace(STANDBY, application_name="pg_receivewal")
    streaming = r.facts(OFF, statistics=r.statistics(replicas=(receiver,)))
    assert r.run("wal-archiving-works", streaming).status is Status.PASS
    assert r.run("wal-archiving-works", r.facts(OFF, capabilities=PROVIDER)).status is Status.UNKNOWN
    standby = r.facts(catalog=r.catalog(ON, is_standby=True))
    assert r.run("wal-archiving-works", standby).status is Status.NOT_APPLICABLE


def test_minimal_wal_serves_no_standby() -> None:
    senders = r.setting("max_wal_senders", "10")
    assert (
        r.run("wal-level-replica", r.facts(r.setting("wal_level", "logical"), senders)).status is Status.PASS
    )
    assert r.objects("wal-level-replica", r.facts(r.setting("wal_level", "minimal"), senders)) == [
        "setting:wal_level"
    ]


def test_a_forgotten_prepared_transaction_is_found() -> None:
    old = PreparedTransaction("xa\x1b[31m", r.ago(3600), "app", "shop")
    new = PreparedTransaction("xa2", r.ago(10), "app", "shop")
    given = r.facts(statistics=r.statistics(prepared=(old, new)))
    assert r.objects("prepared-transactions-none", given) == ["database:shop"]
    assert r.run("prepared-transactions-none", r.facts()).status is Status.PASS


def test_a_server_without_a_standby_is_found_unless_that_is_meant() -> None:
    assert r.objects("standby-exists", r.facts()) == ["database:shop"]
    assert (
        r.run("standby-exists", r.facts(statistics=r.statistics(replicas=(STANDBY,)))).status is Status.PASS
    )
    assert r.run("standby-exists", r.facts(thresholds={"standby-exists": 0})).status is Status.NOT_APPLICABLE
    assert r.run("standby-exists", r.facts(capabilities=PROVIDER)).status is Status.UNKNOWN
    hidden = r.facts(statistics=r.statistics(replicas=(replace(STANDBY, state=None),)))
    assert r.run("standby-exists", hidden).status is Status.UNKNOWN
    assert (
        r.run("standby-exists", r.facts(catalog=r.catalog(is_standby=True))).status is Status.NOT_APPLICABLE
    )


def test_a_backup_is_never_supposed() -> None:
    nothing = r.run("backup-evidence", r.facts())
    assert (nothing.status, nothing.checked) == (Status.UNKNOWN, 0)
    assert "no evidence seen" in nothing.reason
    running = r.facts(activity=r.activity(r.session(4, application_name="pgBackRest [backup]")))
    assert r.run("backup-evidence", running).status is Status.PASS
