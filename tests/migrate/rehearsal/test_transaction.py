"""A file that runs as one transaction: what each statement locks, rewrites and reads."""

from __future__ import annotations

from pgplumb.migrate.rehearsal import rehearse
from pgplumb.twin.twin import Twin


def test_a_file_of_three_statements_is_measured_one_by_one(twin: Twin) -> None:
    found = rehearse(
        twin,
        """
        ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
        ALTER TABLE customers ADD CONSTRAINT c CHECK (id > 0);
        CREATE INDEX ON tags (tag);
        """,
        "transaction",
    )
    assert found.executes is True
    first, second, third = found.statements
    assert first.table_locks == {"public.orders": "AccessExclusiveLock"}
    assert first.rewrites == ("public.orders",)
    assert "public.orders_plain" in first.rebuilds
    assert second.table_locks == {"public.customers": "AccessExclusiveLock"}
    assert second.rewrites == ()
    assert second.scans == ("public.customers",)
    assert third.table_locks == {"public.tags": "ShareLock"}
    assert third.scans == ("public.tags",)
    assert found.unknown == ()
