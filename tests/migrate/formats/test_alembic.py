"""Alembic: its own program runs what is exported, both ways."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from pgplumb.migrate.formats.alembic import escape, unescape
from pgplumb.migrate.plan import Step
from tests.conftest import examples
from tests.databases import Database
from tests.migrate.formats.plans import PLAN, exported, plan_of
from tests.migrate.formats.running import assert_same, attempt, libpq, picture, pictures, run

ENV = """
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg://")
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration={each})
    with context.begin_transaction():
        context.run_migrations()
"""


def project(folder: Path, each: bool) -> Path:
    (folder / "scripts").mkdir()
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = scripts\n")
    (folder / "scripts" / "env.py").write_text(ENV.format(each=each))
    return folder / "scripts"


def alembic(folder: Path, database: Database, *arguments: str) -> str:
    command = [sys.executable, "-m", "alembic", *arguments]
    return run(command, folder, **libpq(database))


@pytest.mark.parametrize("each", [True, pytest.param(False, marks=pytest.mark.long)])
def test_alembic_runs_a_plan_forward_and_back(tmp_path: Path, database: Database, each: bool) -> None:
    _, between, after = pictures(database, PLAN)
    exported("alembic", PLAN, project(tmp_path, each))
    alembic(tmp_path, database, "upgrade", "head")
    assert_same(picture(database), between)
    alembic(tmp_path, database, "downgrade", "base")
    assert_same(picture(database), after)


@settings(deadline=None, max_examples=examples(500))
@given(st.text(alphabet=":\\\\aé$%1 '\"\n(=漢", max_size=12) | st.text(max_size=20))
def test_what_is_escaped_reaches_the_server_as_it_was(statement: str) -> None:
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    assert str(text(escape(statement)).compile(dialect=dialect)) == statement
    assert unescape(escape(statement)) == statement


@pytest.mark.parametrize("each", [pytest.param(True, marks=pytest.mark.long), False])
def test_each_step_has_a_transaction_of_its_own_however_alembic_is_set(
    tmp_path: Path, database: Database, each: bool
) -> None:
    database.execute("CREATE TABLE seen (transaction bigint)")
    note = "INSERT INTO seen SELECT txid_current();\n"
    plan = plan_of(*(Step("expand", note * 2, note) for _ in range(3)))
    exported("alembic", plan, project(tmp_path, each))
    alembic(tmp_path, database, "upgrade", "head")
    assert database.execute("SELECT count(*), count(DISTINCT transaction) FROM seen") == [(6, 3)]
    alembic(tmp_path, database, "downgrade", "base")
    assert database.execute("SELECT count(*), count(DISTINCT transaction) FROM seen") == [(9, 6)]


@pytest.mark.long
def test_alembic_stops_at_what_cannot_be_taken_back(tmp_path: Path, database: Database) -> None:
    exported("alembic", plan_of(Step("contract", "CREATE TABLE kept ();", None)), project(tmp_path, True))
    alembic(tmp_path, database, "upgrade", "head")
    command = [sys.executable, "-m", "alembic", "downgrade", "base"]
    stopped = attempt(command, tmp_path, libpq(database))
    assert "NotImplementedError: this migration cannot be taken back" in stopped.stderr
    assert database.execute("SELECT to_regclass('kept') IS NOT NULL") == [(True,)]


@pytest.mark.long
def test_a_plan_exported_later_follows_the_head(tmp_path: Path, database: Database) -> None:
    folder = project(tmp_path, True)
    exported("alembic", plan_of(Step("expand", "CREATE TABLE a ();", "DROP TABLE a;"), name="a"), folder)
    exported("alembic", plan_of(Step("expand", "ALTER TABLE a ADD b int;", ""), name="b"), folder)
    alembic(tmp_path, database, "upgrade", "head")
    assert database.execute("SELECT count(*) FROM information_schema.columns WHERE table_name = 'a'") == [
        (1,)
    ]
    assert alembic(tmp_path, database, "heads").count("(head)") == 1
