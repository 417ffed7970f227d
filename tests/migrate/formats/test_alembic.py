"""Alembic: its own program runs what is exported, both ways."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.databases import Database
from tests.migrate.formats.plans import PLAN, exported
from tests.migrate.formats.running import assert_same, libpq, picture, pictures, run

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


@pytest.mark.parametrize("each", [True, False])
def test_alembic_runs_a_plan_forward_and_back(tmp_path: Path, database: Database, each: bool) -> None:
    _, between, after = pictures(database, PLAN)
    exported("alembic", PLAN, project(tmp_path, each))
    alembic(tmp_path, database, "upgrade", "head")
    assert_same(picture(database), between)
    alembic(tmp_path, database, "downgrade", "base")
    assert_same(picture(database), after)
