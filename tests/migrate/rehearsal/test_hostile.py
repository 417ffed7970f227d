"""A stranger's script neither holds the caller up nor spoils what comes after it."""

from __future__ import annotations

import threading

import pytest

from pgplumb.migrate.rehearsal import Stop, rehearse
from pgplumb.twin.scratch import scratches_of
from pgplumb.twin.twin import Twin

ENDLESS = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"
STUBBORN = """
DO $$ BEGIN
    LOOP
        BEGIN LOOP PERFORM 1; END LOOP; EXCEPTION WHEN OTHERS OR query_canceled THEN NULL; END;
    END LOOP;
END $$
"""


@pytest.mark.parametrize(
    ("mode", "script"),
    [
        pytest.param("transaction", ENDLESS, id="transaction-endless", marks=pytest.mark.long),
        pytest.param("transaction", STUBBORN, id="transaction-stubborn"),
        pytest.param("autocommit", ENDLESS, id="autocommit-endless"),
        pytest.param("autocommit", STUBBORN, id="autocommit-stubborn", marks=pytest.mark.long),
    ],
)
def test_what_does_not_end_is_ended(twin: Twin, script: str, mode: str) -> None:
    found = rehearse(twin, script, "autocommit" if mode == "autocommit" else "transaction", seconds=0.5)
    assert found.executes is None
    assert "longer than" in found.stopped
    assert found.unknown
    assert rehearse(twin, "ALTER TABLE orders ADD COLUMN n int").executes is True


def test_another_thread_ends_a_rehearsal_at_once(twin: Twin) -> None:
    stop = Stop()
    started = threading.Event()
    answers = []

    def work() -> None:
        started.set()
        answers.append(rehearse(twin, ENDLESS, stop=stop))

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    stop.now()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert answers[0].executes is None
    assert "no longer wanted" in answers[0].stopped


def test_a_stop_before_the_start_lets_nothing_run(twin: Twin) -> None:
    stop = Stop()
    stop.now()
    found = rehearse(twin, ENDLESS, stop=stop)
    assert found.executes is None


def test_code_that_commits_cannot_inside_a_transaction(twin: Twin) -> None:
    script = "DO $$ BEGIN ALTER TABLE orders ADD COLUMN smuggled int; COMMIT; END $$"
    assert rehearse(twin, script).executes is False
    assert rehearse(twin, script, "autocommit").executes is not False
    assert rehearse(twin, "SELECT smuggled FROM orders").sqlstate == "42703"


def test_a_commit_hidden_behind_a_comment_does_not_get_through(twin: Twin) -> None:
    for script in (
        "/* ; */ COMMIT; ALTER TABLE orders ADD COLUMN x int",
        "SELECT 1 \\; COMMIT",
        "ROLLBACK; DROP TABLE tags",
    ):
        rehearse(twin, script)
    assert rehearse(twin, "SELECT FROM tags").executes is True
    assert rehearse(twin, "SELECT x FROM orders").sqlstate == "42703"


def test_the_disk_is_not_filled(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgplumb.migrate.rehearsal.stopping.DISK", 32 * 1024**2)
    script = "CREATE TABLE big AS SELECT repeat('x', 1000) AS t, g FROM generate_series(1, 1000000) g"
    found = rehearse(twin, script)
    assert found.executes is None
    assert "filled the disk" in found.stopped


def test_thousands_of_statements_end_in_time(twin: Twin) -> None:
    script = "ALTER TABLE orders ALTER COLUMN flag SET DEFAULT true;\n" * 10_000
    found = rehearse(twin, script, seconds=1, exact=False)
    assert len(found.statements) == 10_000
    assert found.executes is None
    assert found.statements[-1].unknown


def test_settings_of_a_script_do_not_blind_the_measuring(twin: Twin) -> None:
    script = """
    SET search_path = '';
    CREATE SCHEMA trap;
    CREATE FUNCTION trap.age(xid) RETURNS int LANGUAGE sql AS 'SELECT 2147483647';
    CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = pg_catalog.oidne);
    SET search_path = trap, pg_catalog;
    ALTER TABLE public.orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
    SET statement_timeout = '1ms';
    """
    found = rehearse(twin, script)
    assert found.executes is True, found
    last = found.statements[-2]
    assert last.rewrites == ("public.orders",)
    assert ("table column", "public.orders.token") in {(c.kind, c.identity) for c in last.changed}


def test_nothing_is_left_behind(twin: Twin) -> None:
    rehearse(
        twin,
        "CREATE TEMP TABLE t (id int); SET ROLE postgres; SELECT pg_advisory_lock(1); LISTEN x",
        "autocommit",
    )
    rehearse(
        twin, "CREATE TEMP TABLE t (id int); SET work_mem = '1MB'; DECLARE c CURSOR WITH HOLD FOR SELECT 1"
    )
    assert rehearse(twin, "CREATE TEMP TABLE t (id int)").executes is True
    copies = scratches_of(twin)
    scratch = copies.take()
    rows = scratch.caged.execute("SELECT current_setting('work_mem'), current_user::text").fetchall()
    copies.give_back(scratch)
    assert rows[0][0] != "1MB"
    assert rows[0][1] == "pgplumb_cage"
