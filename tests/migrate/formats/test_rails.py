"""Rails, where Ruby has Active Record and pg: its own code runs what is exported, both ways."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from pgplumb.migrate.plan import Step
from tests.databases import Database
from tests.migrate.formats.plans import PLAN, WHEN, exported, plan_of, tool
from tests.migrate.formats.running import assert_same, attempt, libpq, picture, pictures, run

RUBY = shutil.which("ruby")
LIBRARIES = 'require "logger"; require "pg"; require "active_record"; '
MIGRATE = """
ActiveRecord::Base.establish_connection(
  adapter: "postgresql", host: ENV["PGHOST"], username: ENV["PGUSER"], database: ENV["PGDATABASE"])
ActiveRecord::Migration.verbose = false
pool = ActiveRecord::Base.connection_pool
context = if pool.respond_to?(:migration_context)
  ActiveRecord::MigrationContext.new(["db"])
else
  ActiveRecord::MigrationContext.new(["db"], ActiveRecord::SchemaMigration)
end
"""


@cache
def has_active_record() -> bool:
    return RUBY is not None and subprocess.run([RUBY, "-e", LIBRARIES], capture_output=True).returncode == 0


def rails(verb: str) -> list[str | Path]:
    assert RUBY is not None
    return [RUBY, "-e", f"{LIBRARIES}{MIGRATE}context.{verb}"]


def need_active_record() -> None:
    if not has_active_record():
        pytest.skip("Ruby with Active Record and pg is not installed")


def test_rails_runs_a_plan_forward_and_back(tmp_path: Path, database: Database) -> None:
    need_active_record()
    _, between, after = pictures(database, PLAN)
    exported("rails", PLAN, tmp_path / "db")
    run(rails("migrate"), tmp_path, **libpq(database))
    assert_same(picture(database), between)
    run(rails("rollback(100)"), tmp_path, **libpq(database))
    assert_same(picture(database), after)


def test_rails_stops_at_what_cannot_be_taken_back(tmp_path: Path, database: Database) -> None:
    need_active_record()
    exported("rails", plan_of(Step("contract", "CREATE TABLE kept ();", None)), tmp_path / "db")
    run(rails("migrate"), tmp_path, **libpq(database))
    stopped = attempt(rails("rollback(1)"), tmp_path, libpq(database))
    assert "IrreversibleMigration" in stopped.stderr


def test_migrations_are_of_the_version_that_the_folder_has(tmp_path: Path) -> None:
    (tmp_path / "20200101000000_a.rb").write_text("class A < ActiveRecord::Migration[7.1]\nend\n")
    found = tool("rails")
    (file,) = found.write(plan_of(Step("expand", "SELECT 1;", "")), WHEN, found.state(tmp_path))
    assert "class AChange < ActiveRecord::Migration[7.1]" in file.text
    assert file.path == "20261121143000_a_change.rb"


def test_a_line_of_sql_that_would_end_the_text_gets_another_end(tmp_path: Path) -> None:
    statement = "SELECT 'a\nSQL\nSQL_2\n#{x}\\'"
    found = tool("rails").read(exported("rails", plan_of(Step("expand", statement, "")), tmp_path))
    assert statement in found[0].up[0].text
    if RUBY is not None:
        (path,) = tmp_path.iterdir()
        assert "Syntax OK" in run([RUBY, "-c", path], tmp_path)
