"""A twin of a dump: its schema, and its statistics where it holds them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pgplumb.twin.dump import DumpError, read_dump, restores_statistics
from pgplumb.twin.twin import Twin
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.plan_diff import shape
from tests.databases import Database

QUERY = "SELECT * FROM orders WHERE state = 'new' AND placed_at > '2025-02-01'"


def dumped(shop: Database, path: Path, *options: str) -> Path:
    """Write a plain dump of the shop."""
    program = shop.server.bindir.path / "pg_dump"
    subprocess.run([program, *options, "-f", path, "-d", shop.conninfo], check=True)
    return path


@pytest.fixture
def only_18(shop: Database) -> Database:
    """The shop, on the first version that dumps statistics."""
    if shop.server.major < 18:
        pytest.skip("statistics are dumped from 18 on")
    return shop


def test_a_dump_with_statistics_plans_as_its_database(only_18: Database, tmp_path: Path) -> None:
    source = read_dump(dumped(only_18, tmp_path / "d.sql", "--statistics", "--no-data"))
    with Twin.start(source, bindir=only_18.server.bindir.path) as twin, only_18.session() as session:
        here, there = explain(twin.planning().session, QUERY), explain(session, QUERY)
        assert twin.gaps.notes == ()
    assert isinstance(here, Plan)
    assert isinstance(there, Plan)
    assert shape(here.root) == shape(there.root)
    assert here.root.total_cost == pytest.approx(there.root.total_cost, rel=0.05)


def test_a_dump_without_statistics_says_so_of_every_table(shop: Database, tmp_path: Path) -> None:
    source = read_dump(dumped(shop, tmp_path / "d.sql", "--schema-only"))
    with Twin.start(source, bindir=shop.server.bindir.path) as twin:
        assert twin.gaps.statistics["public.orders"] == "the dump holds no statistics of it"
        assert any("no statistics" in note for note in twin.gaps.notes)
        assert isinstance(explain(twin.planning().session, QUERY), Plan)


SCHEMAS = """
    CREATE SCHEMA app; CREATE SCHEMA "Sales Ops"; CREATE TABLE app.a (id int); CREATE TABLE "Sales Ops".b (id int);
"""


def test_a_dump_without_a_search_path_finds_the_tables_of_all_its_schemas(tmp_path: Path) -> None:
    path = tmp_path / "d.sql"
    path.write_text(SCHEMAS)
    with Twin.start(read_dump(path)) as twin:
        assert isinstance(explain(twin.planning().session, "SELECT FROM a, b"), Plan)


def test_a_dump_that_creates_its_database_brings_the_planners_settings_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "d.sql"
    path.write_text(
        SCHEMAS
        + "ALTER DATABASE d SET search_path TO 'Sales Ops', 'app'; ALTER DATABASE d SET work_mem TO 640;"
        "ALTER DATABASE d SET random_page_cost TO 1.5; ALTER DATABASE d SET enable_sort TO 'off';"
        "ALTER DATABASE d SET session_preload_libraries TO 'evil'; ALTER DATABASE d RESET jit;"
        "ALTER DATABASE d SET jit_provider TO 'evil'; ALTER DATABASE d SET log_statement TO 'all'"
    )
    assert read_dump(path).settings == {
        "search_path": '"Sales Ops", app',
        "work_mem": "640",
        "random_page_cost": "1.5",
        "enable_sort": "off",
    }


def test_views_of_a_dump_read_what_they_name_whoever_owns_it(tmp_path: Path) -> None:
    path = tmp_path / "d.sql"
    path.write_text(
        "CREATE TABLE public.t (id int); ALTER TABLE public.t OWNER TO maker;"
        "CREATE VIEW public.v AS SELECT id FROM public.t; ALTER VIEW public.v OWNER TO postgres;"
        "CREATE VIEW public.back AS SELECT id FROM public.v; ALTER VIEW public.back OWNER TO maker;"
    )
    with Twin.start(read_dump(path)) as twin:
        assert isinstance(explain(twin.planning().session, "SELECT FROM v"), Plan)


def test_extended_statistics_that_no_dump_holds_are_named(tmp_path: Path) -> None:
    path = tmp_path / "d.sql"
    path.write_text(
        "CREATE TABLE public.t (a int, b int); CREATE STATISTICS public.s ON a, b FROM public.t;"
        "SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'schemaname', 'public',"
        " 'relname', 't', 'relpages', '5'::integer, 'reltuples', '500'::real, 'relallvisible', '0'::integer)"
    )
    with Twin.start(read_dump(path)) as twin:
        assert twin.gaps.statistics == {"public.t": "dumps hold no extended statistics"}


def test_a_dump_in_another_format_says_what_to_do(shop: Database, tmp_path: Path) -> None:
    path = dumped(shop, tmp_path / "d.dump", "--schema-only", "-Fc")
    with pytest.raises(DumpError, match="pg_restore -f -"):
        read_dump(path)


def test_what_is_no_dump_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("remember the milk")
    with pytest.raises(DumpError):
        read_dump(path)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (
            "SELECT * FROM pg_catalog.pg_restore_relation_stats('relname', 'a', 'relpages', '3'::integer)",
            True,
        ),
        ("SELECT * FROM pg_catalog.pg_restore_attribute_stats('null_frac', '0'::real)", True),
        ("SELECT * FROM pg_catalog.pg_restore_relation_stats('relname', evil())", False),
        ("SELECT evil() FROM pg_catalog.pg_restore_relation_stats('relname', 'a')", False),
        ("SELECT * FROM pg_catalog.pg_restore_relation_stats('relname', (SELECT 'a'))", False),
        ("SELECT * FROM pg_catalog.pg_restore_relation_stats('relname', 'a') WHERE evil()", False),
        ("SELECT * FROM public.pg_restore_relation_stats('relname', 'a')", False),
        ("SELECT * FROM pg_catalog.pg_read_file('/etc/passwd') -- pg_restore_relation_stats", False),
        ("SELECT * FROM pg_catalog.pg_restore_relation_stats('a'), evil()", False),
        ("DELETE FROM t -- pg_restore_relation_stats", False),
        ("SELECT 1 FROM", False),
    ],
)
def test_only_constants_for_the_two_functions_are_taken(text: str, taken: bool) -> None:
    assert restores_statistics(text) is taken
