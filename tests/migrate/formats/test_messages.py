"""Tools that hand a whole file to the server or to psql: the files run that way, both ways."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.databases import Database
from tests.migrate.formats.plans import PLAN, exported, tool
from tests.migrate.formats.running import assert_same, picture, pictures, run


def psql(database: Database, *files: Path) -> None:
    program = database.server.bindir.path / "psql"
    options: list[str | Path] = [
        program,
        "--no-psqlrc",
        "--quiet",
        "--set",
        "ON_ERROR_STOP=1",
        "--dbname",
        database.conninfo,
    ]
    for file in files:
        run([*options, "--file", file], file.parent)


def send(database: Database, *files: Path) -> None:
    """Send each file as one message of the simple protocol, on one connection."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        for file in files:
            result = connection.pgconn.exec_(file.read_bytes())
            assert result.status != psycopg.pq.ExecStatus.FATAL_ERROR, (file.name, result.get_error_message())


def test_psql_runs_plain_sql_forward_and_back(tmp_path: Path, database: Database) -> None:
    _, between, after = pictures(database, PLAN)
    exported("sql", PLAN, tmp_path)
    psql(database, *sorted(tmp_path.glob("*.up.sql")))
    assert_same(picture(database), between)
    psql(database, *sorted(tmp_path.glob("*.down.sql"), reverse=True))
    assert_same(picture(database), after)


def test_psql_runs_the_scripts_of_sqitch_and_verifies_after_each_and_at_the_end(
    tmp_path: Path, database: Database
) -> None:
    _, between, after = pictures(database, PLAN)
    exported("sqitch", PLAN, tmp_path)
    names = [f"{migration.id}.sql" for migration in tool("sqitch").read(tmp_path)]
    for name in names:
        psql(database, tmp_path / "deploy" / name, tmp_path / "verify" / name)
    assert_same(picture(database), between)
    psql(database, *(tmp_path / "verify" / name for name in names))
    psql(database, *(tmp_path / "revert" / name for name in reversed(names)))
    assert_same(picture(database), after)


def test_verifying_fails_where_nothing_was_deployed(tmp_path: Path, database: Database) -> None:
    exported("sqitch", PLAN, tmp_path)
    asking = [p for p in sorted((tmp_path / "verify").iterdir()) if "SELECT" in p.read_text()]
    assert len(asking) == 5
    for path in asking:
        with pytest.raises(AssertionError, match=r"does not exist"):
            psql(database, path)


@pytest.mark.parametrize(
    ("name", "up", "down"),
    [("golang-migrate", "*.up.sql", "*.down.sql"), ("prisma", "*/migration.sql", "*/down.sql")],
)
def test_each_file_runs_as_one_message(
    tmp_path: Path, database: Database, name: str, up: str, down: str
) -> None:
    _, between, after = pictures(database, PLAN)
    exported(name, PLAN, tmp_path)
    send(database, *sorted(tmp_path.glob(up)))
    assert_same(picture(database), between)
    send(database, *sorted(tmp_path.glob(down), reverse=True))
    assert_same(picture(database), after)
