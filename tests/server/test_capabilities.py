"""What a server lets a role see, and what each gap costs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from pgplumb.server import keeper, server_folders
from pgplumb.server.bindirs import find_bindirs
from pgplumb.server.capabilities import Capabilities, read_capabilities
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.gaps import find_gaps
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.databases import Database


def capabilities(database: Database, user: str = "postgres") -> Capabilities:
    with database.session(user).unit() as unit:
        return read_capabilities(unit)


def whats(found: Capabilities) -> list[str]:
    return [gap.what for gap in found.gaps]


@pytest.fixture
def role(every_database: Database) -> Iterator[str]:
    """A role that may log in and nothing else."""
    name = f"plain_{every_database.name}"
    every_database.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    every_database.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_a_superuser_with_everything_has_no_gaps(every_database: Database) -> None:
    every_database.execute(
        'CREATE SCHEMA "odd schema"; CREATE EXTENSION pg_stat_statements SCHEMA "odd schema"'
    )
    found = capabilities(every_database)
    assert found.gaps == ()
    assert found.major == every_database.server.major
    assert found.version_text.startswith(f"PostgreSQL {every_database.server.version}")
    assert (found.is_superuser, found.is_standby, found.provider) == (True, False, None)
    assert found.can_read_all_stats
    assert found.statements_readable
    assert found.extension_schemas["pg_stat_statements"] == "odd schema"
    assert {"queryid", "total_exec_time", "toplevel"} <= found.statement_columns
    assert "pg_stat_statements" in found.preloaded
    assert "pg_monitor" in found.roles


def test_a_plain_role_is_told_what_it_cannot_see_and_the_sql_that_helps(
    every_database: Database, role: str
) -> None:
    every_database.execute("CREATE EXTENSION pg_stat_statements")
    before = capabilities(every_database, role)
    assert not before.can_read_all_stats
    assert whats(before) == [f"{role} has no pg_read_all_stats", f"{role} has no pg_read_all_settings"]
    every_database.execute(before.gaps[0].sql)
    after = capabilities(every_database, role)
    assert after.gaps == ()
    assert after.can_read_all_stats


def test_a_missing_extension_names_the_database_and_its_sql_works(every_database: Database) -> None:
    [gap] = capabilities(every_database).gaps
    assert gap.what == f"pg_stat_statements is not installed in database {every_database.name}"
    every_database.execute(gap.sql)
    assert capabilities(every_database).gaps == ()


def test_an_extension_of_an_older_version_shows_its_own_columns(every_database: Database) -> None:
    every_database.execute("CREATE EXTENSION pg_stat_statements VERSION '1.8'")
    found = capabilities(every_database)
    assert "toplevel" not in found.statement_columns
    [gap] = found.gaps
    assert "1.8 is older" in gap.what
    every_database.execute(gap.sql)
    assert capabilities(every_database).gaps == ()


def test_a_view_that_may_not_be_read_is_a_gap_whose_sql_works(every_database: Database, role: str) -> None:
    every_database.execute(
        "CREATE EXTENSION pg_stat_statements; REVOKE ALL ON pg_stat_statements FROM public"
    )
    every_database.execute(f"GRANT pg_monitor TO {role}")
    found = capabilities(every_database, role)
    assert not found.statements_readable
    [gap] = found.gaps
    every_database.execute(gap.sql)
    assert capabilities(every_database, role).statements_readable


def test_settings_that_hide_things_are_gaps_whose_sql_works(database: Database) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements")
    settings = ("track_counts", "track_activities", "track_io_timing", "compute_query_id")
    for setting in settings:
        database.execute(f"ALTER DATABASE {database.name} SET {setting} = off")
    found = capabilities(database)
    assert not found.track_counts
    assert whats(found) == [f"{setting} is off" for setting in settings]
    for gap, setting in zip(found.gaps, settings, strict=True):
        assert gap.sql.startswith(f"ALTER SYSTEM SET {setting} = ")
        assert gap.costs


def test_the_sql_that_loads_the_library_keeps_the_others_and_the_server_starts() -> None:
    known = {"shared_preload_libraries": "auto_explain, pg_prewarm"}
    settings = {**known, "pg_prewarm.autoprewarm": "off"}
    with EmbeddedServer.start(settings=settings) as server:
        with Session.open(Target(server.conninfo())) as session, session.unit() as unit:
            found = read_capabilities(unit)
        assert found.preloaded == {"auto_explain", "pg_prewarm"}
        [gap, *_] = found.gaps
        assert gap.what == "pg_stat_statements is not loaded"
        with psycopg.connect(server.conninfo(), autocommit=True) as admin:
            admin.execute(gap.sql.split(";")[0].encode())
            written = (server.root / "data" / "postgresql.auto.conf").read_text()
    assert "shared_preload_libraries = 'auto_explain, pg_prewarm, pg_stat_statements'" in written


def test_who_cannot_see_what_is_loaded_is_given_no_sql_that_would_unload_it(
    every_database: Database, role: str
) -> None:
    found = capabilities(every_database, role)
    assert "shared_preload_libraries" not in found.settings
    assert found.preloaded == {"pg_stat_statements"}
    unloaded = find_gaps(replace(found, preloaded=frozenset(), gaps=()))
    assert "ALTER SYSTEM" not in unloaded.gaps[0].sql


@pytest.mark.parametrize(
    ("mark", "provider"),
    [
        ("rds_superuser", "rds"),
        ("cloudsqlsuperuser", "cloudsql"),
        ("alloydbsuperuser", "alloydb"),
        ("supabase_admin", "supabase"),
        ("neon_superuser", "neon"),
        ("azure_pg_admin", "azure"),
    ],
)
def test_a_provider_is_known_by_its_role(database: Database, mark: str, provider: str) -> None:
    database.execute(f"CREATE ROLE {mark}")
    try:
        found = capabilities(database)
    finally:
        database.execute(f"DROP ROLE {mark}")
    assert found.provider == provider
    assert mark not in found.roles


def test_with_a_provider_settings_are_changed_in_its_parameters(database: Database) -> None:
    database.execute(f"ALTER DATABASE {database.name} SET track_io_timing = off; CREATE ROLE rds_superuser")
    try:
        found = capabilities(database)
    finally:
        database.execute("DROP ROLE rds_superuser")
    assert "-- in the provider's parameters: track_io_timing = on" in [gap.sql for gap in found.gaps]


def test_a_standby_is_known_and_read_like_a_primary() -> None:
    root = Path(server_folders.make_root())
    try:
        account, programs = keeper.choose(find_bindirs()[0].path, root)
        cluster = keeper.Cluster(root, account, programs, dict(keeper.SETTINGS_WITHOUT_DURABILITY))
        cluster.initialise()
        (cluster.data / "standby.signal").touch()
        if account.switch:
            os.chown(cluster.data / "standby.signal", account.uid, account.gid)
        server = cluster.launch()
        try:
            target = Target(f"host={cluster.sockets} user=postgres dbname=postgres")
            with Session.open(target) as session, session.unit() as unit:
                found = read_capabilities(unit)
        finally:
            keeper.stop(server)
    finally:
        shutil.rmtree(root)
    assert found.is_standby
    assert any("on the primary" in gap.sql for gap in found.gaps)
