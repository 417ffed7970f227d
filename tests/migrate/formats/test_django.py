"""Django: its own program runs what is exported, both ways."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pgplumb.migrate.plan import Step
from tests.databases import Database
from tests.migrate.formats.plans import PLAN, exported, plan_of
from tests.migrate.formats.running import assert_same, attempt, libpq, picture, pictures, run

SETTINGS = """
import os
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
    "HOST": os.environ["PGHOST"], "USER": os.environ["PGUSER"], "PORT": os.environ.get("PGPORT", ""),
}}
"""


def app(folder: Path) -> Path:
    (folder / "shop" / "migrations").mkdir(parents=True)
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "migrations" / "__init__.py").touch()
    return folder / "shop" / "migrations"


def django(folder: Path, database: Database, *arguments: str) -> str:
    command = [sys.executable, "-m", "django", *arguments, "--settings", "settings"]
    return run(command, folder, PYTHONPATH=str(folder), **libpq(database))


def test_django_runs_a_plan_forward_and_back(tmp_path: Path, database: Database) -> None:
    _, between, after = pictures(database, PLAN)
    exported("django", PLAN, app(tmp_path))
    django(tmp_path, database, "migrate")
    assert_same(picture(database), between)
    django(tmp_path, database, "migrate", "shop", "zero")
    assert_same(picture(database), after)


@pytest.mark.long
def test_django_stops_at_what_cannot_be_taken_back(tmp_path: Path, database: Database) -> None:
    exported("django", plan_of(Step("contract", "CREATE TABLE kept ();", None)), app(tmp_path))
    django(tmp_path, database, "migrate")
    command = [sys.executable, "-m", "django", "migrate", "shop", "zero", "--settings", "settings"]
    stopped = attempt(command, tmp_path, {"PYTHONPATH": str(tmp_path), **libpq(database)})
    assert "IrreversibleError" in stopped.stderr
    assert database.execute("SELECT to_regclass('kept') IS NOT NULL") == [(True,)]


def test_a_plan_exported_later_follows_the_newest_migration(tmp_path: Path, database: Database) -> None:
    folder = app(tmp_path)
    exported("django", plan_of(Step("expand", "CREATE TABLE a ();", "DROP TABLE a;")), folder)
    exported("django", plan_of(Step("expand", "ALTER TABLE a ADD b int;", ""), name="b"), folder)
    assert sorted(path.name for path in folder.glob("0*.py")) == ["0001_a_change.py", "0002_b.py"]
    django(tmp_path, database, "migrate")
    assert database.execute("SELECT count(*) FROM information_schema.columns WHERE table_name = 'a'") == [
        (1,)
    ]
