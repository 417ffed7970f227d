"""Rules on memory, checkpoints, overrides and search paths: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.catalog.model import Schema, SettingOverride
from pgplumb.catalog.statistics import Checkpoints
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database

GB = 1024.0**3
MEMORY = {"memory-bytes": 16 * GB}


@pytest.mark.parametrize(
    ("rule", "settings", "wrong"),
    [
        ("work-mem-sane", {"work_mem": "4096", "max_connections": "100"}, {"work_mem": "262144"}),
        ("maintenance-work-mem-sane", {"maintenance_work_mem": "262144"}, {"maintenance_work_mem": "65536"}),
        ("effective-cache-size-sane", {"effective_cache_size": "1400000"}, {"effective_cache_size": "16384"}),
    ],
)
def test_memory_is_judged_by_what_the_profile_states(
    rule: str, settings: dict[str, str], wrong: dict[str, str]
) -> None:
    def with_settings(values: dict[str, str]) -> list[str]:
        facts = r.facts(*(r.setting(n, v) for n, v in values.items()), thresholds=MEMORY)
        return r.objects(rule, facts)

    assert with_settings(settings) == []
    assert with_settings({**settings, **wrong}) == [f"setting:{next(iter(wrong))}"]
    blind = r.facts(*(r.setting(n, v) for n, v in settings.items()))
    assert r.run(rule, blind).status is Status.UNKNOWN
    assert "memory-bytes" in r.run(rule, blind).reason


@pytest.mark.parametrize(
    ("timed", "requested", "target", "found"),
    [
        (90, 10, "0.9", []),
        (50, 50, "0.9", ["setting:max_wal_size"]),
        (90, 10, "0.5", ["setting:checkpoint_completion_target"]),
    ],
)
def test_checkpoints_that_somebody_asked_for(
    timed: int, requested: int, target: str, found: list[str]
) -> None:
    setting = r.setting("checkpoint_completion_target", target)
    facts = r.facts(setting, statistics=r.statistics(checkpoints=Checkpoints(timed, requested)))
    assert r.objects("checkpoint-timed", facts) == found
    few = r.facts(setting, statistics=r.statistics(checkpoints=Checkpoints(1, 3)))
    if not found:
        assert r.run("checkpoint-timed", few).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "name", "good", "bad"),
    [
        ("wal-compression-on", "wal_compression", "lz4", "off"),
        ("default-statistics-target-sane", "default_statistics_target", "100", "10"),
        ("default-statistics-target-sane", "default_statistics_target", "1000", "5000"),
    ],
)
def test_single_settings(rule: str, name: str, good: str, bad: str) -> None:
    assert r.objects(rule, r.facts(r.setting(name, good))) == []
    assert r.objects(rule, r.facts(r.setting(name, bad))) == [f"setting:{name}"]


def test_overrides_that_switch_safety_off_are_found(database: Database) -> None:
    rule = "role-db-setting-overrides-known"
    database.execute("DROP ROLE IF EXISTS loader; CREATE ROLE loader LOGIN")
    try:
        database.execute(
            f"""ALTER ROLE loader SET session_replication_role = 'replica';
            ALTER ROLE loader IN DATABASE {database.name} SET enable_seqscan = off;
            ALTER ROLE loader SET statement_timeout = '5s';
            ALTER DATABASE {database.name} SET row_security = off"""
        )
        facts = gather(database.session(), Profile())
        result = r.run(rule, facts)
        assert [f.object for f in result.findings] == [
            f"database:{database.name}",
            "role:loader",
            "role:loader",
        ]
        database.execute(
            f"""ALTER ROLE loader RESET session_replication_role;
            ALTER ROLE loader IN DATABASE {database.name} RESET ALL; ALTER DATABASE {database.name} RESET ALL"""
        )
        assert r.run(rule, gather(database.session(), Profile())).status is Status.PASS
    finally:
        database.execute("DROP ROLE loader")


def test_a_path_through_a_schema_that_others_may_fill(database: Database) -> None:
    rule = "search-path-safe"
    database.execute(
        """DROP ROLE IF EXISTS web_path; DROP ROLE IF EXISTS tool_path;
        CREATE ROLE web_path LOGIN; CREATE ROLE tool_path LOGIN; CREATE SCHEMA shared;
        GRANT CREATE, USAGE ON SCHEMA shared TO tool_path"""
    )
    try:
        assert r.objects(rule, gather(database.session(), Profile())) == []
        database.execute("ALTER ROLE web_path SET search_path = app, shared, public")
        facts = gather(database.session(), Profile())
        assert r.objects(rule, facts) == ["role:web_path"]
        (finding,) = r.run(rule, facts).findings
        assert "tool_path may create objects in shared" in finding.message
        database.execute(
            "REVOKE CREATE ON SCHEMA shared FROM tool_path; GRANT CREATE ON SCHEMA public TO PUBLIC"
        )
        assert r.objects(rule, gather(database.session(), Profile())) == ["role:tool_path", "role:web_path"]
    finally:
        database.execute("DROP SCHEMA shared; DROP ROLE web_path; DROP ROLE tool_path")


def test_what_the_owner_and_the_role_itself_may_create_is_no_danger() -> None:
    app = r.role("app", 100)
    public = Schema(2200, "public", 100, ("app=UC/app", "=U/app", "postgres=UC/app"))
    given = r.facts(catalog=r.catalog(roles={10: r.POSTGRES, 100: app}, schemas={2200: public}))
    assert r.objects("search-path-safe", given) == []
    override = SettingOverride(0, 100, ("search_path=public",))
    other = Schema(2200, "public", 10, ("=UC/postgres",))
    given = r.facts(
        catalog=r.catalog(
            roles={10: r.POSTGRES, 100: app}, schemas={2200: other}, setting_overrides=(override,)
        )
    )
    assert r.objects("search-path-safe", given) == ["role:app"]
