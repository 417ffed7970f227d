"""Rules on sessions, locks and connections."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.workload.activity import SessionInfo
from tests.checks.rules import records as r
from tests.databases import Database


def of(*sessions: SessionInfo, **fields: object) -> Facts:
    return r.facts(activity=r.activity(*sessions, **fields))


def test_a_nearly_full_server_names_who_fills_it() -> None:
    many = [r.session(n) for n in range(80)]
    assert r.objects("connections-headroom", of(*many)) == ["database:shop"]
    assert "app (80)" in r.run("connections-headroom", of(*many)).findings[0].message
    assert r.run("connections-headroom", of(*many[:50])).status is Status.PASS
    assert r.run("connections-headroom", of(*many, max_connections=500)).status is Status.PASS


def test_sleeping_in_a_transaction_is_found_by_age_not_by_number() -> None:
    fresh = [r.session(n, state="idle in transaction", state_change=r.ago(2)) for n in range(150)]
    assert r.run("idle-in-transaction", of(*fresh)).status is Status.PASS
    old = r.session(7, state="idle in transaction (aborted)", state_change=r.ago(90), xact_start=r.ago(95))
    waiting = r.session(8, blocked_by=(7,))
    found = r.run("idle-in-transaction", of(old, waiting)).findings
    assert [f.object for f in found] == ["role:app"]
    assert "1 session waits for it" in found[0].message


def test_dumps_and_the_servers_own_processes_may_take_their_time() -> None:
    dump = r.session(
        1,
        application_name="pg_dump",
        state="idle in transaction",
        state_change=r.ago(999),
        xact_start=r.ago(999),
    )
    sender = r.session(2, backend_type="walsender", state="active", xact_start=r.ago(9999))
    vacuum = r.session(3, backend_type="autovacuum worker", state="active", xact_start=r.ago(9999))
    index = r.session(4, state="active", xact_start=r.ago(999), query="CREATE INDEX CONCURRENTLY i ON t (x)")
    quiet = of(dump, sender, vacuum, index)
    assert r.run("idle-in-transaction", quiet).status is Status.PASS
    assert r.run("long-transaction", quiet).status is Status.PASS
    busy = r.session(5, state="active", xact_start=r.ago(999), query="SELECT create_index_concurrently()")
    assert r.objects("long-transaction", of(busy)) == ["role:app"]


def test_hidden_sessions_are_unknown() -> None:
    hidden = of(r.session(1, state=None, visible=False), visible=False, hidden=1)
    for rule in ("idle-in-transaction", "long-transaction"):
        assert r.run(rule, hidden).status is Status.UNKNOWN
    for rule in ("connections-headroom", "no-lock-wait-chain", "application-name-set"):
        assert r.run(rule, r.facts(activity=Unread("timed out"))).status is Status.UNKNOWN


def test_a_queue_is_reported_at_its_root() -> None:
    holder = r.session(1, user="nightly", state="idle in transaction")
    alter = r.session(2, user="deploy", state="active", query_start=r.ago(40), blocked_by=(1,))
    readers = [r.session(n, state="active", query_start=r.ago(30), blocked_by=(2,)) for n in (3, 4)]
    found = r.run("no-lock-wait-chain", of(holder, alter, *readers)).findings
    assert [f.object for f in found] == ["role:nightly"]
    assert found[0].evidence["waiting"] == ("2", "3", "4")
    short = r.session(2, state="active", query_start=r.ago(2), blocked_by=(1,))
    assert r.run("no-lock-wait-chain", of(holder, short)).status is Status.PASS
    prepared = r.session(2, state="active", query_start=r.ago(40), blocked_by=(0,))
    assert "a prepared transaction" in r.run("no-lock-wait-chain", of(prepared)).findings[0].message


def test_a_deadlock_that_the_server_will_break_has_no_root() -> None:
    one = r.session(1, state="active", query_start=r.ago(40), blocked_by=(2,))
    two = r.session(2, state="active", query_start=r.ago(40), blocked_by=(1,))
    assert r.run("no-lock-wait-chain", of(one, two)).status is Status.PASS


@pytest.fixture
def jam(database: Database) -> Iterator[tuple[Database, int]]:
    """A database where one session holds a table and another waits for it, with the pid of the holder."""
    database.execute("CREATE TABLE t (x int)")
    holder, waiter = database.connect(), database.connect()
    holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")

    def wait() -> None:
        with pytest.raises(psycopg.errors.QueryCanceled):
            waiter.execute("SELECT 1 FROM t")

    thread = threading.Thread(target=wait)
    thread.start()
    ready = "SELECT 1 FROM pg_locks WHERE NOT granted AND pid = %s"
    while not database.execute(ready, [waiter.info.backend_pid]):
        assert thread.is_alive()
    yield database, holder.info.backend_pid
    waiter.cancel_safe()
    thread.join(60)
    holder.rollback()


def test_a_real_jam_is_found_with_its_root(jam: tuple[Database, int]) -> None:
    database, holder = jam
    nothing = Profile(thresholds={"no-lock-wait-chain": 0, "idle-in-transaction": 0})
    facts = gather(database.session(), nothing)
    assert [f.evidence["root"] for f in r.run("no-lock-wait-chain", facts).findings] == [holder]
    assert holder in [f.evidence["pid"] for f in r.run("idle-in-transaction", facts).findings]


def test_sessions_without_a_name_are_counted_by_role() -> None:
    given = of(
        r.session(1, application_name=""),
        r.session(2, application_name=" "),
        r.session(3),
        r.session(4, user="web"),
    )
    found = r.run("application-name-set", given).findings
    assert [(f.object, f.evidence["sessions"], f.evidence["of"]) for f in found] == [("role:app", 2, 3)]


@pytest.mark.parametrize(
    ("value", "cores", "pooler", "status"),
    [
        ("5000", 0, False, Status.FAIL),
        ("200", 0, False, Status.UNKNOWN),
        ("200", 0, True, Status.PASS),
        ("200", 8, False, Status.FAIL),
        ("100", 8, False, Status.PASS),
    ],
)
def test_max_connections_against_the_cores_that_are_stated(
    value: str, cores: int, pooler: bool, status: Status
) -> None:
    sessions = [r.session(1, application_name="pgbouncer" if pooler else "web")]
    given = r.facts(
        r.setting("max_connections", value),
        thresholds={"cpu-cores": cores},
        activity=r.activity(*sessions),
    )
    assert r.run("max-connections-sane", given).status is status
