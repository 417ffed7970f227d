"""Django: its own program runs what is exported, both ways."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.databases import Database
from tests.migrate.formats.plans import PLAN, exported
from tests.migrate.formats.running import assert_same, libpq, picture, pictures, run

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
