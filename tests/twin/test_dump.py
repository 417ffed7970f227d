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
