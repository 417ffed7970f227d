"""Rules on vacuum, statistics and transaction ids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.model import Setting
from pgplumb.catalog.statistics import PreparedTransaction, Replica, ReplicationSlot
from pgplumb.catalog.unread import Unread
from pgplumb.checks.rule import Status
from tests.checks.rules import records as r
from tests.checks.rules.schema_cases import Case, CaseDatabase

MANY = "INSERT INTO a SELECT n FROM generate_series(1, 5000) n;"

CASES = [
    Case(
        "autovacuum-enabled-per-table",
        "a table and a partition that are kept from it are found",
        """CREATE TABLE a (x int) WITH (autovacuum_enabled = false); CREATE TABLE ok (x int) WITH (fillfactor = 90);
        CREATE TABLE e (x int) PARTITION BY RANGE (x);
        CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (5) WITH (autovacuum_enabled = off);
        CREATE TABLE b (x int) WITH (autovacuum_enabled = true)""",
        ["table:{s}.a", "table:{s}.e"],
    ),
    Case(
        "statistics-present",
        "rows that nobody looked at are found",
        f"""CREATE TABLE a (x int); {MANY} CREATE TABLE b (x int); INSERT INTO b SELECT x FROM a; ANALYZE b;
        CREATE TABLE small (x int); INSERT INTO small VALUES (1)""",
        ["table:{s}.a"],
    ),
    Case(
        "dead-tuples-low",
        "more than twice what autovacuum allows is found",
        f"""CREATE TABLE a (x int); {MANY} ANALYZE a; DELETE FROM a WHERE x <= 3000;
        CREATE TABLE b (x int); INSERT INTO b SELECT n FROM generate_series(1, 5000) n; ANALYZE b;
        DELETE FROM b WHERE x <= 900""",
        ["table:{s}.a"],
        says="3,000 of 5,000 rows",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)


def test_autovacuum_needs_both_switches() -> None:
    given = r.facts(r.setting("autovacuum", "on"), r.setting("track_counts", "off"))
    assert r.objects("autovacuum-on", given) == ["setting:track_counts"]


def test_a_setting_of_our_own_session_says_nothing_of_the_server() -> None:
    ours = r.setting("autovacuum", "off", source="session", reset_value="on")
    assert r.run("autovacuum-on", r.facts(ours, r.setting("track_counts", "on"))).status is Status.PASS


@pytest.mark.parametrize(
    ("options", "settings", "found"),
    [
        ((), (), True),
        (("autovacuum_vacuum_scale_factor=0.01",), (), False),
        ((), (r.setting("autovacuum_vacuum_scale_factor", "0.02"),), False),
        ((), (r.setting("autovacuum_vacuum_max_threshold", "100000"),), False),
        (("autovacuum_vacuum_max_threshold=-1",), (r.setting("autovacuum_vacuum_max_threshold", "9"),), True),
    ],
)
def test_a_large_table_is_vacuumed_in_small_steps(
    options: tuple[str, ...], settings: tuple[Setting, ...], found: bool
) -> None:
    table = r.table(7, "big", tuples=2e7, options=options)
    catalog = r.catalog(*settings, relations={7: table})
    assert r.objects("autovacuum-scale-large-tables", r.facts(catalog=catalog)) == (
        ["table:public.big"] if found else []
    )


def test_a_table_that_changed_and_was_forgotten_is_found_and_a_quiet_one_is_not() -> None:
    week = 8 * 86400
    loud = r.counted(tuples=1e4, live=10000, modified_since_analyze=9000, last_analyze=r.ago(week))
    quiet = r.counted(tuples=1e4, live=10000, modified_since_analyze=90, last_analyze=r.ago(100 * week))
    never = r.counted(tuples=-1, live=10000, modified_since_analyze=10000, last_analyze=None)
    catalog = r.catalog(relations={7: r.table(7, "loud"), 8: r.table(8, "quiet"), 9: r.table(9, "never")})
    given = r.facts(catalog=catalog, statistics=r.statistics(tables={7: loud, 8: quiet, 9: never}))
    assert r.objects("vacuum-recent", given) == ["table:public.loud", "table:public.never"]
    young = r.statistics(tables={9: never}, started_at=r.ago(60), database=r.counters(stats_reset=r.ago(60)))
    catalog = r.catalog(relations={9: r.table(9, "never")})
    assert r.run("vacuum-recent", r.facts(catalog=catalog, statistics=young)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("rule", "field"), [("wraparound-xid", "frozen_age"), ("wraparound-mxid", "multixact_age")]
)
def test_old_ids_are_found_and_the_age_at_which_vacuum_starts_is_normal(rule: str, field: str) -> None:
    normal, late = {field: 210_000_000}, {field: 600_000_000}
    fine = r.catalog(relations={7: r.table(7, "t", **normal)}, database=replace(r.SHOP, **normal))  # type: ignore[arg-type]
    assert r.run(rule, r.facts(catalog=fine)).status is Status.PASS
    old = r.catalog(relations={7: r.table(7, "t", **late)}, database=replace(r.SHOP, **late))  # type: ignore[arg-type]
    assert r.objects(rule, r.facts(catalog=old)) == ["database:shop", "table:public.t"]


def test_a_partition_that_is_late_is_reported_at_its_root_and_a_table_may_have_its_own_limit() -> None:
    root = r.table(7, "e", kind="p", frozen_age=0)
    leaf = r.table(8, "e1", is_partition=True, parents=(7,), frozen_age=700_000_000)
    own = r.table(9, "slow", frozen_age=700_000_000, options=("autovacuum_freeze_max_age=900000000",))
    catalog = r.catalog(relations={7: root, 8: leaf, 9: own})
    assert r.objects("wraparound-xid", r.facts(catalog=catalog)) == ["table:public.e"]


SLOT = ReplicationSlot(
    "cdc", "pgoutput", "logical", "shop", True, None, 5_000_000, 0, "reserved", None, False
)


def test_every_kind_of_holder_of_the_horizon_is_named() -> None:
    statistics = r.statistics(
        slots=(SLOT,),
        replicas=(Replica(5, "standby1", "streaming", "async", 0, 0.0, 2_000_000),),
        prepared=(PreparedTransaction("xa-1", r.ago(7200), "app", "shop"),),
    )
    long = r.session(9, state="active", xact_start=r.ago(4000), backend_xmin_age=10)
    short = r.session(10, user="web", state="active", xact_start=r.ago(40), backend_xmin_age=10)
    given = r.facts(statistics=statistics, activity=r.activity(long, short))
    found = r.run("xmin-horizon-fresh", given).findings
    assert sorted(f.object for f in found) == ["database:shop", "database:shop", "role:app", "slot:cdc"]
    assert any("session 9 (app, web)" in f.message for f in found)


def test_a_horizon_that_cannot_be_seen_is_unknown() -> None:
    assert r.run("xmin-horizon-fresh", r.facts(activity=r.activity(visible=False))).status is Status.UNKNOWN
    hidden = r.run("xmin-horizon-fresh", r.facts(activity=Unread("timed out")))
    assert (hidden.status, hidden.reason) == (Status.UNKNOWN, "sessions: timed out")
