"""Activity as superuser and as a role without grants sees it."""

from __future__ import annotations

from pgplumb.workload.activity import Activity, SessionInfo, read_activity
from tests.databases import Database
from tests.workload.waiting import waiting


def activity_of(database: Database, user: str = "postgres") -> Activity:
    with database.session(user).unit() as unit:
        return read_activity(unit)


def session_of(activity: Activity, pid: int) -> SessionInfo:
    return next(s for s in activity.sessions if s.pid == pid)


def test_an_open_transaction_that_does_nothing_is_seen_with_its_age(every_database: Database) -> None:
    other = every_database.connect()
    other.execute("SELECT 'what it did last'")
    activity = activity_of(every_database)
    found = session_of(activity, other.info.backend_pid)
    assert found.idle_in_transaction
    assert found.query == "SELECT 'what it did last'"
    assert found.database == every_database.name
    age = activity.seconds(found.xact_start)
    assert age is not None
    assert 0 <= age < 60


def test_our_own_connections_are_left_out_but_counted(every_database: Database) -> None:
    session, second = every_database.session(), every_database.session()
    with session.unit() as unit:
        alone = read_activity(unit)
        both = read_activity(unit, own=[second.backend_pid])
    assert session.backend_pid not in {s.pid for s in alone.sessions}
    assert second.backend_pid in {s.pid for s in alone.sessions}
    assert second.backend_pid not in {s.pid for s in both.sessions}
    assert (alone.own, both.own) == (1, 2)
    assert alone.used == both.used


def test_slots_are_counted_as_the_server_counts_them(every_database: Database) -> None:
    activity = activity_of(every_database)
    row = every_database.execute(
        "SELECT current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int"
        " + coalesce(current_setting('reserved_connections', true)::int, 0)"
    )[0]
    assert (activity.max_connections, activity.reserved) == row
    assert activity.usable == row[0] - row[1]


def test_server_processes_take_no_slot(every_database: Database) -> None:
    activity = activity_of(every_database)
    assert {s.backend_type for s in activity.sessions if not s.is_client} >= {
        "checkpointer",
        "background writer",
    }
    assert all(s.backend_type == "client backend" for s in activity.clients)


def test_a_waiter_names_the_session_that_it_waits_for(plain_role: str, every_database: Database) -> None:
    every_database.execute("CREATE TABLE t (a int)")
    holder = every_database.connect()
    holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    with waiting(every_database, "SELECT * FROM t") as pid:
        for user in ("postgres", plain_role):
            found = session_of(activity_of(every_database, user), pid)
            assert found.blocked_by == (holder.info.backend_pid,), user


def test_a_session_that_waits_for_nothing_is_blocked_by_nobody(every_database: Database) -> None:
    other = every_database.connect()
    assert session_of(activity_of(every_database), other.info.backend_pid).blocked_by == ()


def test_without_privileges_details_are_hidden_and_that_is_said(
    plain_role: str, every_database: Database
) -> None:
    other = every_database.connect()
    other.execute("SELECT 'secret'")
    activity = activity_of(every_database, plain_role)
    found = session_of(activity, other.info.backend_pid)
    assert not activity.visible
    assert activity.hidden >= 1
    assert not found.visible
    assert (found.state, found.xact_start, found.query, found.wait_event) == (None, None, None, None)
    assert found.is_client
    assert not found.idle_in_transaction


def test_connections_are_counted_without_privileges_too(plain_role: str, every_database: Database) -> None:
    every_database.connect()
    with every_database.session(plain_role).unit() as plain, every_database.session().unit() as seen_by_all:
        counted, everything = read_activity(plain), read_activity(seen_by_all)
    assert counted.used == everything.used


def test_pg_read_all_stats_shows_everything(plain_role: str, every_database: Database) -> None:
    every_database.execute(f"GRANT pg_read_all_stats TO {plain_role}")
    other = every_database.connect()
    other.execute("SELECT 1")
    activity = activity_of(every_database, plain_role)
    assert activity.visible
    assert session_of(activity, other.info.backend_pid).state == "idle in transaction"


def test_query_text_that_looks_like_a_refusal_is_still_a_query(every_database: Database) -> None:
    other = every_database.connect()
    other.execute("SELECT 1 AS a -- <insufficient privilege>")
    found = session_of(activity_of(every_database), other.info.backend_pid)
    assert found.visible


def test_a_statement_has_its_query_id_from_14_on(every_database: Database) -> None:
    other = every_database.connect()
    counted = every_database.server.major >= 14
    if counted:
        other.execute("SET compute_query_id = on")
    other.execute("SELECT 1")
    found = session_of(activity_of(every_database), other.info.backend_pid)
    assert (found.query_id is not None) is counted
