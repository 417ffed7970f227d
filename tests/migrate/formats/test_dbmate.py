"""dbmate: its own program runs what is exported, both ways."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pgplumb.migrate.plan import Step
from tests.databases import Database
from tests.migrate.formats.plans import PLAN, exported, plan_of
from tests.migrate.formats.running import assert_same, attempt, picture, pictures, run

PROGRAM = shutil.which("dbmate", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="dbmate is not to be had for this system")


def command(folder: Path, database: Database, verb: str) -> list[str | Path]:
    assert PROGRAM is not None
    url = f"{database.uri}&sslmode=disable"
    return [PROGRAM, "--url", url, "--migrations-dir", folder, "--no-dump-schema", verb]


def test_dbmate_runs_a_plan_forward_and_back(tmp_path: Path, database: Database) -> None:
    _, between, after = pictures(database, PLAN)
    exported("dbmate", PLAN, tmp_path)
    run(command(tmp_path, database, "migrate"), tmp_path)
    assert_same(picture(database), between)
    for _ in list(tmp_path.glob("*.sql")):
        run(command(tmp_path, database, "rollback"), tmp_path)
    assert_same(picture(database), after)


def test_dbmate_stops_at_what_cannot_be_taken_back(tmp_path: Path, database: Database) -> None:
    exported("dbmate", plan_of(Step("contract", "CREATE TABLE kept ();", None)), tmp_path)
    run(command(tmp_path, database, "migrate"), tmp_path)
    stopped = attempt(command(tmp_path, database, "rollback"), tmp_path, {})
    assert stopped.returncode != 0
    assert "cannot be taken back" in stopped.stderr
    assert database.execute("SELECT to_regclass('kept') IS NOT NULL") == [(True,)]


def test_dbmate_sends_several_statements_as_one_transaction_in_any_mode(
    tmp_path: Path, database: Database
) -> None:
    text = "-- migrate:up transaction:false\nSET lock_timeout = 0;\nVACUUM;\n-- migrate:down\n"
    (tmp_path / "1_x.sql").write_text(text)
    stopped = attempt(command(tmp_path, database, "migrate"), tmp_path, {})
    assert "cannot run inside a transaction block" in stopped.stderr
