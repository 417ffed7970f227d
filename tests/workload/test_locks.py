"""Relations that are held in ACCESS EXCLUSIVE mode, as anybody may see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from pgplumb.catalog.locked import verb
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.workload.locks import LockHolder, locked_relations
from tests.conftest import Clusters, each_major, majors
from tests.databases import Database
from tests.workload.waiting import waiting


def locked(database: Database, user: str = "postgres") -> Mapping[int, LockHolder]:
    with database.session(user).unit() as unit:
        return locked_relations(unit)


def oid_of(database: Database, name: str) -> int:
    oid: int = database.execute("SELECT %s::regclass::oid", [name])[0][0]
    return oid


def test_a_held_table_names_its_holder_and_what_it_did(every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int); CREATE TABLE u (a int)")
    holder = every_database.connect()
    holder.execute("ALTER TABLE t ADD b int")
    found = locked(every_database)
    lock = found[oid_of(every_database, "t")]
    assert oid_of(every_database, "u") not in found
    assert (lock.pid, lock.mode, lock.granted) == (holder.info.backend_pid, "AccessExclusiveLock", True)
    assert lock.verb == "ALTER TABLE"
    assert lock.state == "idle in transaction"
    assert lock.seconds is not None
    assert lock.summary.startswith(f"locked by {lock.pid} · ALTER TABLE · ")
    assert lock.summary.endswith(" s, idle in transaction")


def test_a_role_without_grants_sees_who_holds_it(plain_role: str, every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int)")
    holder = every_database.connect()
    holder.execute("LOCK TABLE t")
    lock = locked(every_database, plain_role)[oid_of(every_database, "t")]
    assert lock.pid == holder.info.backend_pid
    assert lock.granted
    assert (lock.verb, lock.seconds, lock.state) == (None, None, None)
    assert lock.summary == f"locked by {lock.pid}"


def test_a_waiting_alter_is_named_where_nobody_holds_more_than_a_share(every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int)")
    reader = every_database.connect()
    reader.execute("SELECT * FROM t")
    with waiting(every_database, "ALTER TABLE t ADD b int") as pid:
        lock = locked(every_database)[oid_of(every_database, "t")]
    assert (lock.pid, lock.granted, lock.verb) == (pid, False, "ALTER TABLE")
    assert lock.seconds is not None
    assert lock.summary.startswith(f"{pid} waits to lock it · ALTER TABLE")


def test_the_holder_comes_before_those_who_wait(every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int)")
    holder = every_database.connect()
    holder.execute("LOCK TABLE t")
    with waiting(every_database, "ALTER TABLE t ADD b int"):
        assert locked(every_database)[oid_of(every_database, "t")].pid == holder.info.backend_pid


def test_a_weaker_lock_does_not_count(every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int)")
    holder = every_database.connect()
    holder.execute("LOCK TABLE t IN EXCLUSIVE MODE")
    assert oid_of(every_database, "t") not in locked(every_database)


def test_locks_of_another_database_do_not_count(server: EmbeddedServer, database: Database) -> None:
    other = Database.create(server, f"{database.name}_other")
    try:
        other.execute("CREATE TABLE t (a int)")
        holder = other.connect()
        holder.execute("LOCK TABLE t")
        assert oid_of(other, "t") in locked(other)
        assert oid_of(other, "t") not in locked(database)
    finally:
        other.drop()


@pytest.fixture
def two_phase(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database on a server that allows prepared transactions."""
    bindir = majors()[request.param]
    with EmbeddedServer.start(bindir=bindir, settings={"max_prepared_transactions": "2"}) as server:
        database = Database.create(server, "two_phase")
        yield database
        database.drop()


@pytest.mark.parametrize("two_phase", each_major(), indirect=True)
def test_a_prepared_transaction_is_named(two_phase: Database) -> None:
    two_phase.execute("CREATE TABLE t (a int); CREATE ROLE plain LOGIN")
    holder = two_phase.connect()
    holder.execute("LOCK TABLE t")
    holder.execute("PREPARE TRANSACTION 'night batch'")
    lock = locked(two_phase, "plain")[oid_of(two_phase, "t")]
    holder.rollback()
    two_phase.execute("ROLLBACK PREPARED 'night batch'")
    assert (lock.pid, lock.gid, lock.granted) == (0, "night batch", True)
    assert lock.seconds is not None
    assert lock.summary.startswith("locked by prepared transaction night batch")


def test_a_hostile_name_of_a_prepared_transaction_is_tamed() -> None:
    lock = LockHolder(1, 0, "AccessExclusiveLock", True, None, None, gid="a\x1b[31mb\nc")
    assert "\x1b" not in lock.summary
    assert "\n" not in lock.summary


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ALTER TABLE t ADD b int", "ALTER TABLE"),
        ("/* app */ begin; alter table t add b int", "ALTER TABLE"),
        ("begin isolation level serializable; lock table x", "LOCK TABLE"),
        ("-- nightly\nvacuum full t", "VACUUM FULL"),
        ("refresh materialized view concurrently x", "REFRESH MATERIALIZED VIEW"),
        ("create unique index concurrently i on t (a)", "CREATE UNIQUE INDEX"),
        ("autovacuum: VACUUM public.t (to prevent wraparound)", "AUTOVACUUM"),
        ("truncate secret_table_name", "TRUNCATE"),
        ("begin", "BEGIN"),
        ("<insufficient privilege>", None),
        ("\x1b[31m", None),
        ("", None),
        (None, None),
    ],
)
def test_a_statement_is_called_by_its_first_words_alone(query: str | None, words: str | None) -> None:
    assert verb(query) == words


def test_reading_locks_waits_for_none(every_database: Database, clusters: Clusters) -> None:
    every_database.execute("CREATE TABLE t (a int)")
    holder = every_database.connect()
    holder.execute("LOCK TABLE t; LOCK TABLE pg_proc IN SHARE MODE")
    with every_database.session().unit(lock_timeout_ms=1) as unit:
        assert locked_relations(unit)
