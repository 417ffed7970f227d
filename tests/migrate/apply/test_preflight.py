"""What is looked at before a plan runs: each item fails where it should, and says what was seen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pgplumb.migrate.apply.guard import pooled, take
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.preflight.item import Item
from pgplumb.migrate.apply.preflight.look import Preflight, look
from pgplumb.migrate.apply.preflight.touched import scope
from pgplumb.migrate.apply.refused import Refused
from pgplumb.migrate.apply.runner import Runner
from pgplumb.migrate.plan import Plan, Step
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.target import Target
from tests.databases import Database
from tests.migrate.apply.plans import ADD, CHECK, FILL, TABLE, WHOLE, plan
from tests.server.test_pooler import Pooler, pooler  # noqa: F401


def found(
    database: Database, what: Plan = WHOLE, *, user: str = "postgres", limits: Limits | None = None
) -> Preflight:
    session, other = database.session(user), database.session(user)
    return look(session, what, what.steps, "up", limits or Limits(), other=other)


def item(name: str, preflight: Preflight) -> Item:
    return next(i for i in preflight.items if i.id == name)


def test_in_order_nothing_fails_on_any_version(every_database: Database) -> None:
    every_database.execute(TABLE)
    preflight = found(every_database)
    assert preflight.database == every_database.name
    assert preflight.failing() == ()
    # Autovacuum is off on the servers of tests.
    assert {i.id for i in preflight.items if i.status == "warn"} == {"autovacuum-on"}
    assert {i.id for i in preflight.items if i.status == "unknown"} <= {"disk-room"}


def test_looking_changes_nothing_and_opens_no_transaction_for_writing(orders: Database) -> None:
    before = orders.execute("SELECT txid_current()")[0][0]
    found(orders)
    assert orders.execute("SELECT txid_current()")[0][0] == before + 1
    assert orders.execute("SELECT to_regnamespace('pgplumb')") == [(None,)]


def test_an_old_transaction_on_a_foreign_key_partner_is_a_warning(orders: Database) -> None:
    orders.execute("CREATE TABLE public.lines (order_id bigint REFERENCES public.orders)")
    reader = orders.connect()
    reader.execute("SELECT 1 FROM public.lines")
    warned = item("long-transactions", found(orders, limits=Limits(old_transaction=0.0)))
    assert warned.status == "warn"
    assert f"pid {reader.info.backend_pid} (postgres) SELECT idle in transaction" in warned.evidence
    assert "AccessShareLock on public.lines" in warned.evidence
    assert item("long-transactions", found(orders)).status == "pass"


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    """A server with prepared transactions and slots."""
    settings = {"max_prepared_transactions": "5", "wal_level": "logical"}
    with EmbeddedServer.start(settings=settings) as server:
        yield server


def test_prepared_transactions_slots_and_publications_are_seen(own_server: EmbeddedServer) -> None:
    database = Database.create(own_server, "around")
    database.execute(TABLE)
    database.execute("CREATE PUBLICATION feed FOR TABLE public.orders")
    other = database.connect()
    other.execute("LOCK TABLE public.orders IN SHARE MODE; PREPARE TRANSACTION 'forgotten'")
    database.execute("SELECT pg_create_physical_replication_slot('unread', true)")
    try:
        preflight = found(database)
        prepared = item("prepared-transactions", preflight)
        assert prepared.status == "fail"
        assert "forgotten" in prepared.evidence
        assert "ShareLock on public.orders" in prepared.evidence
        assert preflight.failing(frozenset(["prepared-transactions"])) == ()
        assert (item("slots", preflight).status, "unread" in item("slots", preflight).evidence) == (
            "warn",
            True,
        )
        assert item("publications", preflight).evidence == "feed: public.orders"
    finally:
        database.execute("ROLLBACK PREPARED 'forgotten'")
        database.execute("SELECT pg_drop_replication_slot('unread')")
        database.drop()


def test_an_invalid_index_left_over_is_a_warning(orders: Database) -> None:
    with pytest.raises(Exception, match="could not create unique index"):
        orders.execute('CREATE UNIQUE INDEX CONCURRENTLY "Broken" ON public.orders (amount)')
    left = item("invalid-index-absent", found(orders))
    assert left.evidence == 'public."Broken"'
    assert left.next_step.startswith('DROP INDEX CONCURRENTLY public."Broken";')


@pytest.mark.skipif(sys.platform != "linux", reason="the server's files are looked for on this machine")
def test_a_disk_without_room_fails(orders: Database) -> None:
    room = item("disk-room", found(orders, limits=Limits(spare_disk=1 << 60)))
    assert room.status == "fail"
    assert "left over" in room.evidence
    assert item("disk-room", found(orders)).status == "pass"


def test_a_step_that_touches_no_rows_needs_no_room(orders: Database) -> None:
    needs = "up to 0 B may be needed"
    assert needs in item("disk-room", found(orders, plan(ADD, CHECK))).evidence
    assert needs not in item("disk-room", found(orders, plan(FILL))).evidence
    retype = Step("expand", "ALTER TABLE public.orders ALTER COLUMN amount TYPE bigint;", None)
    assert needs not in item("disk-room", found(orders, plan(retype))).evidence


def test_a_partitioned_table_needs_the_room_of_its_partitions(database: Database) -> None:
    database.execute("CREATE TABLE public.t (id int, n int) PARTITION BY RANGE (id)")
    retype = Step("expand", "ALTER TABLE public.t ALTER COLUMN n TYPE bigint;", None)
    assert "up to 0 B may be needed" in item("disk-room", found(database, plan(retype))).evidence
    database.execute("CREATE TABLE public.t1 PARTITION OF public.t DEFAULT PARTITION BY RANGE (id)")
    database.execute("CREATE TABLE public.t2 PARTITION OF public.t1 DEFAULT")
    database.execute("INSERT INTO public.t SELECT i, i FROM generate_series(1, 5000) i")
    database.execute("ANALYZE public.t")
    pages = database.execute("SELECT relpages FROM pg_class WHERE relname = 't2'")[0][0]
    session = database.session()
    with session.unit(as_user=True) as unit:
        (table,) = scope(unit, (retype,), "up").tables
    assert (table.pages, table.rows) == (pages, 5000)
    assert "up to -" not in item("disk-room", found(database, plan(retype))).evidence


def test_a_role_without_rights_fails_for_want_of_privilege(orders: Database) -> None:
    orders.execute("CREATE ROLE preflight_guest LOGIN")
    try:
        preflight = found(orders, plan(ADD), user="preflight_guest")
        failing = {i.id: i for i in preflight.failing()}
        assert failing.keys() == {"role-owns-object", "may-record"}
        assert all(i.privilege for i in failing.values())
        assert failing["role-owns-object"].evidence == "public.orders belongs to postgres"
        assert "GRANT CREATE ON DATABASE" in failing["may-record"].next_step
        # Nobody can waive that nothing could be recorded.
        assert [i.id for i in preflight.failing(frozenset(failing))] == ["may-record"]
    finally:
        orders.execute("DROP OWNED BY preflight_guest; DROP ROLE preflight_guest")


def test_a_read_only_role_fails(orders: Database) -> None:
    orders.execute(f"ALTER DATABASE {orders.name} SET default_transaction_read_only = on")
    session = orders.session()
    assert item("writable", look(session, WHOLE, WHOLE.steps, "up", Limits())).status == "fail"


def test_another_time_zone_is_a_warning(orders: Database) -> None:
    orders.execute(f"ALTER DATABASE {orders.name} SET timezone = 'Europe/Vienna'")
    session = orders.session()
    assert item("time-zone", look(session, WHOLE, WHOLE.steps, "up", Limits())).status == "warn"


def test_an_apply_at_work_fails_and_is_named(orders: Database) -> None:
    other = orders.session()
    take(other)
    held = item("advisory-lock-free", found(orders))
    assert held.status == "fail"
    assert str(other.backend_pid) in held.evidence


@pytest.mark.parametrize(
    "sql", ["COMMIT;", "SELECT 1; ROLLBACK;", "START TRANSACTION;", "PREPARE TRANSACTION 'x';"]
)
def test_a_step_that_ends_transactions_itself_fails(orders: Database, sql: str) -> None:
    what = plan(Step("expand", sql, ""))
    assert item("transaction-control", found(orders, what)).status == "fail"


def test_a_plan_for_a_table_that_is_not_there_is_unknown_not_passed(orders: Database) -> None:
    missing = replace(ADD, up="ALTER TABLE public.nowhere ADD COLUMN a int;")
    preflight = found(orders, plan(missing))
    assert item("tables-known", preflight).status == "unknown"
    assert item("role-owns-object", preflight).status == "unknown"


def test_a_pooler_in_transaction_mode_is_refused_and_nothing_of_ours_stays_there(pooler: Pooler) -> None:  # noqa: F811
    pooler.database.execute("CREATE TABLE public.orders (id int)")
    with pooler.session() as session, pooler.session() as other:
        assert pooled(session, other) is not None
        assert (
            look(session, plan(ADD), (ADD,), "up", Limits(), other=other).failing()[0].id
            == "pooler-is-session"
        )
    with pytest.raises(Refused, match="pooler"):
        list(Runner(plan(ADD), Target(pooler.conninfo())).run())
    with pooler.session() as client:
        assert client.once("SELECT current_setting('pgplumb.mark', true)")[0][0] in (None, "")
        assert client.once("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")[0][0] == 0


@pytest.mark.long
def test_more_partitions_than_the_lock_table_has_room_for_fail() -> None:
    settings = {"max_locks_per_transaction": "10", "max_connections": "15"}
    with EmbeddedServer.start(settings=settings) as server:
        parts = Database.create(server, "parts")
        parts.execute("CREATE TABLE public.orders (id bigint PRIMARY KEY) PARTITION BY RANGE (id)")
        assert item("lock-room", found(parts, plan(ADD))).status == "pass"
        for number in range(90):
            edges = f"FOR VALUES FROM ({number}) TO ({number + 1})"
            parts.execute(f"CREATE TABLE public.orders_{number} PARTITION OF public.orders {edges}")
        failed = item("lock-room", found(parts, plan(ADD)))
        assert failed.status == "fail"
        assert "a step locks at most 182 relations; max_locks_per_transaction is 10" in failed.evidence
        parts.close()
