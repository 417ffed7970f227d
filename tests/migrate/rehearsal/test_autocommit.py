"""Statements that run by themselves, for real, in a copy that is thrown away."""

from __future__ import annotations

import pytest

from pgplumb.migrate.rehearsal import rehearse
from pgplumb.twin.twin import Twin

ALONE = {
    "CREATE INDEX CONCURRENTLY i ON orders (flag)": ({"public.orders": "ShareUpdateExclusiveLock"}, {"public.orders"}),
    "DROP INDEX CONCURRENTLY orders_plain": ({"public.orders": "ShareUpdateExclusiveLock"}, set()),
    "REINDEX INDEX CONCURRENTLY orders_plain": ({"public.orders": "ShareUpdateExclusiveLock"}, {"public.orders"}),
    "REINDEX TABLE CONCURRENTLY customers": (
        {"public.customers": "ShareUpdateExclusiveLock"},
        {"public.customers"},
    ),
    "ALTER TABLE plainparts DETACH PARTITION plainparts_1 CONCURRENTLY": (
        {"public.plainparts": "ShareUpdateExclusiveLock", "public.plainparts_1": "AccessExclusiveLock"},
        set(),
    ),
    "VACUUM orders": ({"public.orders": "ShareUpdateExclusiveLock"}, set()),
    "VACUUM FULL customers": ({"public.customers": "AccessExclusiveLock"}, {"public.customers"}),
}  # fmt: skip


@pytest.mark.parametrize("statement", ALONE)
def test_every_phase_of_a_statement_that_runs_alone_is_seen(every_twin: Twin, statement: str) -> None:
    locks, scans = ALONE[statement]
    found = rehearse(every_twin, statement, "autocommit")
    assert found.executes is True, found
    (only,) = found.statements
    tables = {lock.object: lock.mode for lock in only.locks if not lock.is_index}
    assert tables == locks
    assert set(only.scans) == scans
    assert only.unknown == ()


TREE = {"public.visits_1a", "public.visits_1b", "public.visits_2"}
KEYS = ("public.visits_1a_pkey", "public.visits_1b_pkey", "public.visits_2_pkey")


def test_reindex_of_a_partitioned_table_works_on_each_partition_and_locks_all_of_them_first(
    every_twin: Twin,
) -> None:
    script = "REINDEX TABLE CONCURRENTLY visits; REINDEX TABLE visits; REINDEX INDEX visits_pkey"
    found = rehearse(every_twin, script, "autocommit")
    assert found.executes is True, found
    patient, table, index = found.statements
    for one in found.statements:
        assert one.rebuilds == KEYS
        assert one.unknown == ()
        brief = {lock.object: lock.mode for lock in one.brief if lock.object in TREE}
        # All partitions are locked against writers before the first is worked on, by the patient form as well.
        assert brief == ({} if one is index else dict.fromkeys(TREE, "ShareLock"))
    for one, mode in ((patient, "ShareUpdateExclusiveLock"), (table, "ShareLock"), (index, "ShareLock")):
        assert {lock.object: lock.mode for lock in one.locks if not lock.is_index} == dict.fromkeys(
            TREE, mode
        )


def test_an_index_that_was_dropped_and_made_anew_was_not_built_again(twin: Twin) -> None:
    script = "DROP INDEX CONCURRENTLY orders_plain; CREATE INDEX CONCURRENTLY orders_plain ON orders (flag)"
    assert [one.rebuilds for one in rehearse(twin, script, "autocommit").statements] == [(), ()]


def test_what_cannot_run_inside_a_transaction_fails_there(twin: Twin) -> None:
    found = rehearse(twin, "CREATE INDEX CONCURRENTLY i ON orders (flag)", "transaction")
    assert found.executes is False
    assert found.sqlstate == "25001"


def test_set_local_outside_a_transaction_is_warned_of(twin: Twin) -> None:
    found = rehearse(twin, "SET LOCAL lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN n int", "autocommit")
    assert found.executes is True
    assert [notice.severity for notice in found.statements[0].notices] == ["WARNING"]
    assert found.statements[1].table_locks == {"public.orders": "AccessExclusiveLock"}


def test_transactions_of_the_script_are_heeded(twin: Twin) -> None:
    block = "BEGIN; ALTER TABLE orders ADD COLUMN n int; COMMIT;"
    script = f"{block} ALTER TABLE orders DROP COLUMN n; SELECT n FROM orders"
    found = rehearse(twin, script, "autocommit")
    assert [bool(s.error) for s in found.statements] == [False, False, False, False, True]
    assert found.sqlstate == "42703"
    assert found.statements[3].table_locks == {"public.orders": "AccessExclusiveLock"}


def test_a_commit_inside_a_migration_leaves_nothing_for_the_next(twin: Twin) -> None:
    script = "ALTER TABLE orders ADD COLUMN n int; COMMIT; ALTER TABLE orders DROP COLUMN label CASCADE"
    assert rehearse(twin, script, "transaction").executes is True
    again = rehearse(twin, script, "transaction")
    assert again.executes is True, again
