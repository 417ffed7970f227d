"""Rules on the server's settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pgplumb.catalog.model import Collation, SettingOverride
from pgplumb.catalog.relation import Column
from pgplumb.checks.rule import Status
from tests.checks.rules import records as r

SAFE = (
    r.setting("fsync", "on"),
    r.setting("full_page_writes", "on"),
    r.setting("synchronous_commit", "on"),
)


def test_what_loses_commits_is_found_and_one_roles_own_choice_is_not() -> None:
    assert r.run("fsync-on", r.facts(*SAFE)).status is Status.PASS
    assert r.objects("fsync-on", r.facts(*SAFE[:2], r.setting("synchronous_commit", "off"))) == [
        "setting:synchronous_commit"
    ]
    ours = r.setting("synchronous_commit", "off", source="session", reset_value="on")
    assert r.run("fsync-on", r.facts(*SAFE[:2], ours)).status is Status.PASS
    by_role = r.setting("synchronous_commit", "off", source="user", reset_value="off")
    override = SettingOverride(0, 10, ("synchronous_commit=off",))
    given = r.facts(catalog=r.catalog(*SAFE[:2], by_role, setting_overrides=(override,)))
    assert r.run("fsync-on", given).status is Status.UNKNOWN
    assert r.run("fsync-on", given).reason == "synchronous_commit: our own session overrides it"
    hidden = r.run("fsync-on", r.facts(*SAFE[:2]))
    assert hidden.reason == "synchronous_commit: it is hidden from this role: needs pg_read_all_settings"


def test_a_planner_method_is_off_only_where_the_version_has_it_on() -> None:
    given = r.facts(
        r.setting("enable_seqscan", "off", boot_value="on"),
        r.setting("enable_partitionwise_join", "off", boot_value="off"),
        r.setting("enable_hashjoin", "on", boot_value="on"),
    )
    assert r.objects("planner-methods-on", given) == ["setting:enable_seqscan"]


TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@pytest.mark.parametrize(
    ("overrides", "missing"),
    [
        ((), list(TIMEOUTS)),
        ((SettingOverride(0, 100, ("statement_timeout=30s", "lock_timeout=0")),), list(TIMEOUTS[1:])),
        ((SettingOverride(5, 0, tuple(f"{name}=5s" for name in TIMEOUTS)),), []),
        ((SettingOverride(5, 100, ("statement_timeout=0",)), SettingOverride(0, 100, ("statement_timeout=9s",))),
         list(TIMEOUTS)),
        ((SettingOverride(6, 0, tuple(f"{name}=5s" for name in TIMEOUTS)),), list(TIMEOUTS)),
    ],
    ids=["nothing", "the role's", "the database's", "the nearest counts", "another database's"],
)  # fmt: skip
def test_an_application_has_time_outs_from_role_database_or_server(
    overrides: tuple[SettingOverride, ...], missing: list[str]
) -> None:
    zero = [r.setting(name, "3000", source="session", reset_value="0") for name in TIMEOUTS]
    catalog = r.catalog(*zero, roles={100: r.role("shop_app")}, setting_overrides=overrides)
    result = r.run("statement-timeout-set", r.facts(catalog=catalog))
    assert sorted(str(f.evidence["setting"]) for f in result.findings) == sorted(missing)


def test_backup_and_migration_roles_may_run_for_hours() -> None:
    catalog = r.catalog(roles={100: r.role("nightly_backup"), 101: r.role("migrator", 101)})
    assert r.run("statement-timeout-set", r.facts(catalog=catalog)).status is Status.NOT_APPLICABLE


def test_what_is_not_logged_is_found() -> None:
    on = (
        r.setting("log_lock_waits", "on"),
        r.setting("log_temp_files", "0"),
        r.setting("log_autovacuum_min_duration", "600000"),
    )
    never = r.setting("log_min_duration_statement", "-1")
    assert r.objects("logging-slow-queries", r.facts(*on, never)) == ["setting:log_min_duration_statement"]
    otherwise = r.setting("auto_explain.log_min_duration", "500")
    assert r.run("logging-slow-queries", r.facts(*on, never, otherwise)).status is Status.PASS


def test_a_setting_that_waits_for_a_restart_is_found() -> None:
    given = r.facts(r.setting("max_connections", "100", pending_restart=True), r.setting("work_mem", "4096"))
    assert r.objects("no-pending-restart", given) == ["setting:max_connections"]


def test_only_utf8_holds_every_text() -> None:
    ascii_only = replace(r.SHOP, encoding="SQL_ASCII")
    assert r.objects("encoding-utf8", r.facts(catalog=r.catalog(database=ascii_only))) == ["database:shop"]
    assert r.run("encoding-utf8", r.facts()).status is Status.PASS


def test_a_collation_that_changed_under_its_indexes_is_found() -> None:
    def given(recorded: str | None, present: str | None) -> Status:
        database = replace(r.SHOP, collation_version=recorded, actual_collation_version=present)
        return r.run("collation-version-current", r.facts(catalog=r.catalog(database=database))).status

    assert given("2.36", "2.41") is Status.FAIL
    assert given("2.36", "2.36") is Status.PASS
    assert given("2.36", None) is Status.UNKNOWN
    assert given(None, "2.41") is Status.NOT_APPLICABLE


def test_a_collation_counts_where_a_column_uses_it() -> None:
    old = Collation(900, "public", "german", "i", True, "153.1", "153.14")
    column = Column(1, "name", 25, -1, False, False, "", "", 900, -1, None)
    used = r.catalog(collations={900: old}, relations={7: r.table(7, "t", _columns=(column,))})
    assert (
        "collation public.german"
        in r.run("collation-version-current", r.facts(catalog=used)).findings[0].message
    )
    idle = r.facts(catalog=r.catalog(collations={900: old}))
    assert r.run("collation-version-current", idle).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("version", "status"),
    [
        (180006, Status.PASS),
        (180007, Status.PASS),
        (180001, Status.FAIL),
        (130023, Status.FAIL),
        (190000, Status.UNKNOWN),
    ],
)
def test_a_version_is_judged_by_a_dated_table(version: int, status: Status) -> None:
    given = r.facts(catalog=r.catalog(server_version=version), now=datetime(2026, 9, 1, tzinfo=UTC))
    assert r.run("version-supported", given).status is status


def test_missing_checksums_and_failed_ones_are_found() -> None:
    failed = r.statistics(database=r.counters(checksum_failures=3))
    on, off = r.setting("data_checksums", "on"), r.setting("data_checksums", "off")
    assert r.objects("data-checksums-on", r.facts(off)) == ["setting:data_checksums"]
    assert r.objects("data-checksums-on", r.facts(on, statistics=failed)) == ["database:shop"]
    assert r.run("data-checksums-on", r.facts(on)).status is Status.PASS


@pytest.mark.parametrize(("cost", "status"), [("4", Status.FAIL), ("1.1", Status.PASS), ("2", Status.PASS)])
def test_the_price_of_a_random_read(cost: str, status: Status) -> None:
    assert r.run("random-page-cost-ssd", r.facts(r.setting("random_page_cost", cost))).status is status


@pytest.mark.parametrize(
    ("blocks", "memory", "status"),
    [
        ("16384", 0, Status.FAIL),
        ("262144", 0, Status.UNKNOWN),
        ("262144", 8 * 2**30, Status.PASS),
        ("262144", 64 * 2**30, Status.FAIL),
        (None, 0, Status.UNKNOWN),
    ],
    ids=["built in", "memory unknown", "a quarter", "far too little", "hidden"],
)
def test_shared_buffers_against_the_memory_that_is_stated(
    blocks: str | None, memory: int, status: Status
) -> None:
    given = r.facts(r.setting("shared_buffers", blocks, unit="8kB"), thresholds={"memory-bytes": memory})
    assert r.run("shared-buffers-sane", given).status is status


def test_utc_has_many_names() -> None:
    log = r.setting("log_timezone", "Etc/UTC")
    assert r.run("timezone-utc", r.facts(r.setting("TimeZone", "GMT"), log)).status is Status.PASS
    assert r.objects("timezone-utc", r.facts(r.setting("TimeZone", "Europe/Berlin"), log)) == [
        'setting:"TimeZone"'
    ]
