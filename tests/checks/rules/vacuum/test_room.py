"""Rules on room within pages and on workers: what each must find, and what only looks wrong."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.relation import Column
from pgplumb.catalog.statistics import ColumnStatistics, TableCounters
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database


def with_counts(counts: TableCounters, **table: object) -> Facts:
    """Return facts of one table with one text column of 100 bytes."""
    column = Column(1, "a", 25, -1, True, False, "", "", 100, -1, None)
    relation = r.table(50, "t", _columns=(column,), **table)
    widths = {(50, 1): ColumnStatistics(0.0, 100, -1.0, None, None)}
    statistics = r.statistics(tables={50: counts}, columns=widths)
    return r.facts(catalog=r.catalog(relations={50: relation}), statistics=statistics)


def test_updates_that_find_no_room_on_their_page() -> None:
    rule = "fillfactor-for-update-heavy"
    moving = r.counted(updated=20_000, hot_updated=1000, newpage_updated=9000)
    facts = with_counts(moving)
    (finding,) = r.run(rule, facts).findings
    assert (finding.object, finding.fix and finding.fix.fields["options"]) == (
        "table:public.t",
        {"fillfactor": "90"},
    )
    assert r.run(rule, with_counts(moving, options=("fillfactor=90",))).status is Status.PASS
    assert r.run(rule, with_counts(r.counted(updated=20_000, newpage_updated=100))).status is Status.PASS
    assert r.run(rule, with_counts(r.counted(updated=20_000))).status is Status.UNKNOWN
    assert r.run(rule, with_counts(r.counted(updated=20))).status is Status.NOT_APPLICABLE


def test_heaps_that_are_mostly_empty() -> None:
    rule, pages = "table-bloat", 100 * 1024**2 // 8192 * 3
    full = pages * 8168 / 132
    assert r.run(rule, with_counts(r.counted(pages=pages, tuples=full * 0.95))).status is Status.PASS
    assert r.objects(rule, with_counts(r.counted(pages=pages, tuples=full * 0.4))) == ["table:public.t"]
    stale = r.counted(pages=pages, tuples=full * 0.4, modified_since_analyze=int(full))
    assert r.run(rule, with_counts(stale)).status is Status.UNKNOWN
    wanted = with_counts(r.counted(pages=pages, tuples=full * 0.45), options=("fillfactor=50",))
    assert r.run(rule, wanted).status is Status.PASS
    assert r.run(rule, with_counts(r.counted(pages=100, tuples=10.0))).status is Status.NOT_APPLICABLE


def test_all_workers_at_large_tables() -> None:
    rule, limit = "autovacuum-workers-not-saturated", r.setting("autovacuum_max_workers", "2")
    busy = [
        r.session(
            n,
            user=None,
            backend_type="autovacuum worker",
            xact_start=r.ago(3600),
            query="autovacuum: VACUUM t",
        )
        for n in range(2)
    ]
    found = r.facts(limit, activity=r.activity(*busy))
    assert r.objects(rule, found) == ["setting:autovacuum_max_workers"]
    fresh = replace(busy[1], xact_start=r.ago(5))
    assert r.run(rule, r.facts(limit, activity=r.activity(busy[0], fresh))).status is Status.PASS
    frozen = replace(busy[1], query="autovacuum: VACUUM t (to prevent wraparound)")
    assert r.run(rule, r.facts(limit, activity=r.activity(busy[0], frozen))).status is Status.PASS
    hidden = r.facts(limit, activity=r.activity(*busy, visible=False))
    assert r.run(rule, hidden).status is Status.UNKNOWN


def test_queries_that_a_standby_ended() -> None:
    rule, setting = "standby-conflicts-low", r.setting("hot_standby_feedback", "off")

    def standby(conflicts: int) -> Facts:
        statistics = r.statistics(database=r.counters(conflicts=conflicts))
        return r.facts(catalog=r.catalog(setting, is_standby=True), statistics=statistics)

    assert r.objects(rule, standby(400)) == ["database:shop"]
    assert r.run(rule, standby(200)).status is Status.PASS
    assert r.run(rule, replace(standby(400), statistics=Unread("canceled"))).status is Status.UNKNOWN
    assert r.run(rule, r.facts()).status is Status.NOT_APPLICABLE


def test_a_large_cache_without_huge_pages() -> None:
    def cache(buffers: str, tried: str, status: str | None) -> Facts:
        settings = [r.setting("shared_buffers", buffers), r.setting("huge_pages", tried)]
        return r.facts(*settings, *([r.setting("huge_pages_status", status)] if status else []))

    large = "2097152"
    assert r.objects("huge-pages", cache(large, "try", "off")) == ["setting:huge_pages"]
    assert r.objects("huge-pages", cache(large, "off", None)) == ["setting:huge_pages"]
    assert r.run("huge-pages", cache(large, "try", "on")).status is Status.PASS
    assert r.run("huge-pages", cache(large, "on", None)).status is Status.PASS
    assert r.run("huge-pages", cache(large, "try", None)).status is Status.UNKNOWN
    assert r.run("huge-pages", cache("16384", "try", "off")).status is Status.NOT_APPLICABLE


def test_a_toast_table_that_lost_most_of_its_values_is_found_and_a_full_one_is_not(
    database: Database,
) -> None:
    database.execute(
        "CREATE TABLE emptied (id int, long text); CREATE TABLE full_up (id int, long text);"
        "ALTER TABLE emptied ALTER long SET STORAGE EXTERNAL; ALTER TABLE full_up ALTER long SET STORAGE EXTERNAL"
    )
    for name in ("emptied", "full_up"):
        database.execute(f"INSERT INTO {name} SELECT i, repeat('x', 20000) FROM generate_series(1, 800) i")
    # The last values stay, so that the file keeps its length.
    database.execute("DELETE FROM emptied WHERE id <= 700")
    for name in ("emptied", "full_up"):
        database.execute(f"VACUUM {name}")
    small = Profile(thresholds={"toast-not-dominant-bytes": 1024**2})
    facts = gather(database.session(), small)
    assert r.objects("toast-not-dominant", facts) == ["table:public.emptied"]
    assert r.run("toast-not-dominant", facts).checked == 2
    assert r.run("toast-not-dominant", gather(database.session(), Profile())).status is Status.PASS


def test_toast_tables_that_nobody_could_read_leave_it_open() -> None:
    given = r.facts(statistics=r.statistics(toast=Unread("timeout")))
    assert r.run("toast-not-dominant", given).status is Status.UNKNOWN
    assert (
        r.run("toast-not-dominant", r.facts(statistics=r.statistics(toast={}))).status
        is Status.NOT_APPLICABLE
    )
