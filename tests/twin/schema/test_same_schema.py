"""A twin's schema is the target's: pg_dump prints the same, and the catalogs that it does not print agree."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from bench.bigschema import build

from pgplumb.demo.database import build_demo
from pgplumb.twin.schema import read_schema
from tests.conftest import Clusters, majors
from tests.databases import Database
from tests.twin.schema.conftest import TwinDatabase, dumped, hardest

CATALOGS = (Path(__file__).parent / "catalogs.sql").read_text()


def differences(source: Database, twin: TwinDatabase) -> list[str]:
    """Return the lines of pg_dump that differ, and the facts of the catalogs."""
    bindir = source.server.bindir
    lines = dumped(source.server, source.name, bindir).splitlines()
    made = dumped(twin.server, twin.name, bindir).splitlines()
    facts = ["|".join(map(str, row)) for row in source.execute("SET search_path = pg_catalog;" + CATALOGS)]
    made_facts = ["|".join(map(str, row)) for row in twin.rows("SET search_path = pg_catalog;" + CATALOGS)]
    found = [*difflib.unified_diff(lines, made, n=0), *difflib.unified_diff(facts, made_facts, n=0)]
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def make_twin(source: Database, twin: TwinDatabase) -> None:
    """Read a schema and build it; everything must be made."""
    with source.session() as session:
        text = read_schema(session)
    report = twin.build(text)
    assert report.failed == {}
    assert report.built == len(text.steps)


def test_the_hardest_schema_is_made_again_to_the_line(
    every_database: Database, twin_of_same_major: TwinDatabase
) -> None:
    for statement in hardest(every_database.server.major):
        every_database.execute(statement)
    make_twin(every_database, twin_of_same_major)
    # A wrapper's owner must be superuser: it is the twin's, who owns it.
    left = [d for d in differences(every_database, twin_of_same_major) if "nowhere" not in d]
    left = [d for d in left if not d.startswith(("-ALTER FOREIGN", "+ALTER FOREIGN"))]
    assert left == []


def test_the_large_schema_is_made_again_to_the_line(
    every_database: Database, twin_of_same_major: TwinDatabase
) -> None:
    build(every_database.conninfo, "S")
    make_twin(every_database, twin_of_same_major)
    assert differences(every_database, twin_of_same_major) == []


@pytest.mark.long
def test_the_sample_database_is_made_again_to_the_line(
    database: Database, twin_database: TwinDatabase
) -> None:
    build_demo(database.conninfo, lambda *_: None)
    make_twin(database, twin_database)
    assert differences(database, twin_database) == []


@pytest.mark.skipif(len(majors()) < 2, reason="needs servers of two major versions")
def test_a_schema_of_an_older_version_is_made_in_a_twin_of_the_newest(
    clusters: Clusters, twin_database: TwinDatabase
) -> None:
    oldest = Database.create(clusters.get(min(majors())), "older")
    try:
        for statement in hardest(oldest.server.major):
            oldest.execute(statement)
        make_twin(oldest, twin_database)
    finally:
        oldest.drop()


def test_a_role_without_a_privilege_reads_the_same_schema(database: Database) -> None:
    for statement in hardest(database.server.major):
        database.execute(statement)
    database.execute(
        "DO $$ BEGIN CREATE ROLE nobody_at_all LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    with database.session() as session, database.session("nobody_at_all") as nobody:
        assert read_schema(nobody) == read_schema(session)
    database.execute("DROP ROLE nobody_at_all")


def test_a_tablespace_with_costs_of_its_own_is_named(database: Database) -> None:
    database.execute("SET allow_in_place_tablespaces = on")
    database.execute("CREATE TABLESPACE quick LOCATION ''")
    database.execute("ALTER TABLESPACE quick SET (random_page_cost = 1.1)")
    database.execute("CREATE TABLE t (id int) TABLESPACE quick")
    with database.session() as session:
        notes = read_schema(session).gaps.notes
    database.execute("DROP TABLE t")
    database.execute("DROP TABLESPACE quick")
    assert notes == (
        "tablespace quick has costs of its own, which the twin does not use: random_page_cost=1.1",
    )
