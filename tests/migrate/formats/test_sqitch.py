"""Sqitch, where it is installed: its own program deploys, verifies and reverts what is exported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pgplumb.migrate.formats.parts.model import FormatError
from tests.databases import Database
from tests.migrate.formats.plans import PLAN, WHEN, exported, put, tool
from tests.migrate.formats.running import assert_same, libpq, picture, pictures, run

PROGRAM = shutil.which("sqitch")

PLAN_FILE = """%syntax-version=1.0.0
%project=shop

a 2026-01-01T00:00:00Z A <a@b> # first
b [a] 2026-01-02T00:00:00Z A <a@b> # second
@v1 2026-01-03T00:00:00Z A <a@b> # release

# a comment
a [a@v1 b] 2026-01-04T00:00:00Z A <a@b> # again
"""


@pytest.mark.skipif(PROGRAM is None, reason="sqitch is not installed")
def test_sqitch_deploys_verifies_and_reverts_a_plan(tmp_path: Path, database: Database) -> None:
    assert PROGRAM is not None
    _, between, after = pictures(database, PLAN)
    exported("sqitch", PLAN, tmp_path)
    psql = database.server.bindir.path / "psql"
    (tmp_path / "sqitch.conf").write_text(f'[core]\n\tengine = pg\n[engine "pg"]\n\tclient = {psql}\n')
    target, variables = f"db:pg:{database.name}", libpq(database)
    run([PROGRAM, "deploy", "--verify", "--target", target], tmp_path, **variables)
    assert_same(picture(database), between)
    run([PROGRAM, "verify", "--target", target], tmp_path, **variables)
    run([PROGRAM, "revert", "-y", "--target", target], tmp_path, **variables)
    assert_same(picture(database), after)


def test_a_change_that_comes_again_keeps_its_first_scripts_under_a_tag(tmp_path: Path) -> None:
    (tmp_path / "sqitch.plan").write_text(PLAN_FILE)
    for name, text in {
        "a@v1": "SELECT 1;",
        "b": "BEGIN;\nSELECT 2;\nCOMMIT;\nVACUUM;",
        "a": "SELECT 3;",
    }.items():
        for folder in ("deploy", "revert"):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{name}.sql").write_text(text)
    found = tool("sqitch").read(tmp_path)
    assert [m.id for m in found] == ["a@v1", "b", "a"]
    assert [(s.text, s.autocommit, s.line) for s in found[1].up] == [
        ("SELECT 2;", False, 2),
        ("VACUUM;", True, 4),
    ]


def test_a_listed_change_without_its_script_is_an_error_that_names_it(tmp_path: Path) -> None:
    put(tool("sqitch").write(PLAN, WHEN, tool("sqitch").state(tmp_path)), tmp_path)
    next(iter((tmp_path / "deploy").iterdir())).unlink()
    with pytest.raises(FormatError, match=r"deploy/.* is missing, which sqitch.plan lists"):
        tool("sqitch").read(tmp_path)


def test_what_stands_in_the_plan_file_stays(tmp_path: Path) -> None:
    (tmp_path / "sqitch.plan").write_text(PLAN_FILE)
    written = tool("sqitch").write(PLAN, WHEN, tool("sqitch").state(tmp_path))
    assert written[-1].path == "sqitch.plan"
    assert written[-1].text.startswith(PLAN_FILE)
