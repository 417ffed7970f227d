"""Comparing databases after a tool has run, and running tools."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from pgplumb.migrate.plan import Plan
from tests.databases import Database
from tests.migrate.formats.plans import SCHEMA, TEXTS, Run, back, forward

BOOKS = (
    "ar_internal_metadata",
    "alembic_version",
    "django_migrations",
    "schema_migrations",
    "databasechangelog*",
)
"""Tables in which tools keep what they have done."""


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """Run a program and return what it said; fails the test where the program fails."""
    done = attempt(command, folder, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def attempt(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program, whatever comes of it."""
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )


def libpq(database: Database) -> dict[str, str]:
    """A database as libpq's variables."""
    found = conninfo_to_dict(database.conninfo)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    return {names[key]: str(value) for key, value in found.items() if key in names}


def picture(database: Database) -> str:
    """Everything that is in a database as text: schema and rows, without the tools' own tables."""
    program = database.server.bindir.path / "pg_dump"
    excluded = [f"--exclude-table=public.{name}" for name in BOOKS] + ["--exclude-schema=sqitch"]
    text = run([program, "--dbname", database.conninfo, "--inserts", *excluded], Path.cwd())
    lines = [line for line in text.splitlines() if "restrict " not in line]
    return "\n".join(sorted(line for line in lines if line.startswith("INSERT"))) + "\n".join(
        line for line in lines if not line.startswith("INSERT")
    )


def pictures(database: Database, plan: Plan) -> tuple[str, str, str]:
    """Make the schema, then run a plan's own statements forward and back: before, between and after."""
    database.execute(SCHEMA)
    before = picture(database)
    _execute(database, forward(plan))
    between = picture(database)
    assert database.execute("SELECT text FROM said ORDER BY number") == [(text,) for text in TEXTS]
    _execute(database, back(plan))
    after = picture(database)
    assert before != between != after
    return before, between, after


def assert_same(found: str, wanted: str) -> None:
    """Two pictures are the same, line by line."""
    assert found.splitlines() == wanted.splitlines()


def _execute(database: Database, runs: list[Run]) -> None:
    for statement, _ in runs:
        database.execute(statement)
