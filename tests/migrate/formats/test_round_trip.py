"""For every tool: what is written is read again, the same statements in the same mode and order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.migrate.formats import format_names, migration_format, migrations_at, recognise
from pgplumb.migrate.formats.parts.model import FormatError, Migration
from pgplumb.migrate.plan import Step
from tests.conftest import examples
from tests.databases import Database
from tests.migrate.formats.plans import (
    PLAN,
    SCHEMA,
    WHEN,
    back,
    exported,
    forward,
    plan_of,
    put,
    read_back,
    read_forward,
    tool,
)
from tests.migrate.formats.running import assert_same, picture, pictures

TOOLS = (
    "alembic", "dbmate", "django", "flyway", "golang-migrate", "goose", "liquibase", "prisma", "rails", "sql",
    "sqitch",
)  # fmt: skip
EACH = pytest.mark.parametrize("name", TOOLS)

FRAGMENTS = st.sampled_from(
    ["a", " ", "\n", "\n\n", "''", '"', '"""', "\\", "%", "%s", ":x", ":", "::", "\\:x", "$$", "${x}", "#{x}", "{}",
     "é", "漢", "--", "/*", "*/", ";", ";\n", "SQL", "\nSQL\n", "\t", "EOF", "`", "$1", "/", "\n/\n", "GO\n"]
)  # fmt: skip
STRINGS = st.lists(FRAGMENTS, max_size=8).map(lambda parts: "SELECT '" + "".join(parts) + "'")
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12).map(
    lambda name: 'SELECT 1 AS "' + name.replace('"', '""') + '"'
)
BODIES = st.lists(FRAGMENTS, max_size=8).map(
    lambda parts: "DO $q$" + "".join(parts).replace("$q$", "") + "$q$"
)
STATEMENTS = st.lists(STRINGS | NAMES | BODIES, min_size=1, max_size=3).map(lambda s: ";\n".join(s) + ";\n")
STEPS = st.builds(
    Step,
    phase=st.sampled_from(["expand", "backfill", "validate", "switch", "contract"]),
    up=STATEMENTS,
    down=st.none() | st.just("") | STATEMENTS,
    autocommit=st.booleans(),
    about=st.text(max_size=20),
    gate=st.just("") | st.text(max_size=20),
    lock_timeout=st.sampled_from(["0", "2s", "500ms"]),
)


def test_every_tool_of_the_list_is_there() -> None:
    assert set(format_names()) == set(TOOLS)
    assert format_names()[-1] == "sql"
    with pytest.raises(KeyError):
        migration_format("make")


@EACH
def test_a_plan_with_everything_comes_back(name: str, tmp_path: Path) -> None:
    folder = exported(name, PLAN, tmp_path)
    found = tool(name).read(folder)
    assert read_forward(found) == forward(PLAN)
    assert read_back(found) == back(PLAN)
    assert not [migration.unknown for migration in found if migration.unknown]


@EACH
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=examples(60),
)
@given(steps=st.lists(STEPS, min_size=1, max_size=3))
def test_any_statements_come_back(
    name: str, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    plan = plan_of(*steps)
    folder = tmp_path_factory.mktemp("any")
    try:
        exported(name, plan, folder)
    except FormatError as error:
        if "would take the line" not in str(error):
            raise
        return
    found = tool(name).read(folder)
    assert read_forward(found) == forward(plan)
    assert read_back(found) == back(plan)
    assert any(m.down is None for m in found) == any(step.down is None for step in steps)


@EACH
def test_its_folder_is_recognised(name: str, tmp_path: Path) -> None:
    assert recognise(tmp_path) is None
    found = recognise(exported(name, PLAN, tmp_path))
    assert found is not None
    assert found.name == name


@EACH
def test_one_file_of_a_folder_is_read_as_its_tool_would(name: str, tmp_path: Path) -> None:
    folder = exported(name, PLAN, tmp_path / "db" / "migrations")
    everything = migrations_at(folder)
    for path in {migration.path for migration in everything}:
        assert migrations_at(path) == tuple(m for m in everything if m.path == path)
    (folder / "notes.txt").touch()
    assert migrations_at(folder / "notes.txt") == ()


@EACH
def test_a_second_plan_comes_after_the_first(name: str, tmp_path: Path) -> None:
    first = plan_of(Step("expand", "SELECT 1;", "SELECT 2;"))
    second = plan_of(Step("expand", "SELECT 3;", ""), Step("expand", "SELECT 4;", None))
    exported(name, first, tmp_path)
    count = len(tool(name).read(tmp_path))
    exported(name, second, tmp_path)
    exported(name, second, tmp_path)
    found = tool(name).read(tmp_path)
    assert len({migration.id for migration in found}) == count * 5
    assert [text for text, _ in read_forward(found)] == [f"SELECT {n}" for n in (1, 3, 4, 3, 4)]


@EACH
def test_each_piece_has_one_mode_and_the_timeouts_of_its_step(name: str, tmp_path: Path) -> None:
    found = tool(name).read(exported(name, PLAN, tmp_path))
    for migration in found:
        modes = {script.autocommit for script in (*migration.up, *(migration.down or ()))}
        assert len(modes) <= 1
        text = "".join(script.text for script in migration.up)
        if modes == {False}:
            assert "SET LOCAL lock_timeout" in text
            assert "CONCURRENTLY" not in text
        elif name not in ("dbmate", "golang-migrate", "liquibase", "prisma"):
            assert "SET lock_timeout = '0'" in text
            assert "RESET lock_timeout" in text
    everything = "".join(s.text for m in found for s in m.up)
    assert "SET LOCAL statement_timeout = '1h'" in everything
    assert "SET LOCAL lock_timeout = '500ms'" in everything


@EACH
def test_gates_and_batches_are_said_in_comments(name: str, tmp_path: Path) -> None:
    files = tool(name).write(PLAN, WHEN, tool(name).state(tmp_path))
    text = "".join(file.text for file in files if not file.path.endswith(".json"))
    assert "GATE: before this runs: deploy code that writes" in text
    assert "pgplumb apply" in text
    assert "Waits for transactions older than the build" in text


@EACH
def test_what_cannot_be_taken_back_is_told_from_what_need_not_be(name: str, tmp_path: Path) -> None:
    plan = plan_of(
        Step("expand", "SELECT 1;", None),
        Step("expand", "SELECT 2;", ""),
        Step("expand", "SELECT 3;", "SELECT 4;"),
    )
    found = tool(name).read(exported(name, plan, tmp_path))
    downs = [migration.down if not migration.down else "some" for migration in found]
    assert downs == [None, (), "some"]


@EACH
def test_begin_and_commit_in_a_step_are_the_tools_own(name: str, tmp_path: Path) -> None:
    step = Step(
        "expand", "VACUUM a;\nBEGIN;\nSELECT 1;\nSELECT 2;\nCOMMIT;\nVACUUM b;", "SELECT 3;", autocommit=True
    )
    found = tool(name).read(exported(name, plan_of(step), tmp_path))
    assert read_forward(found) == [
        ("VACUUM a", True),
        ("SELECT 1", False),
        ("SELECT 2", False),
        ("VACUUM b", True),
    ]
    for migration in found:
        assert len({script.autocommit for script in (*migration.up, *(migration.down or ()))}) <= 1


@EACH
@pytest.mark.parametrize("text", ["SELECT 1; COMMIT;", "BEGIN; SELECT 1;", "SELECT 'open", "DO $$ BEGIN", ""])
def test_what_no_tool_could_run_is_refused(name: str, text: str) -> None:
    with pytest.raises(FormatError):
        tool(name).write(plan_of(Step("expand", text, "")), WHEN, tool(name).state(Path("none")))


@EACH
def test_equal_plans_give_equal_files_with_paths_that_stay_inside(name: str) -> None:
    found = tool(name)
    plan = replace(PLAN, id="../../etc/pass wd", title="coding: none */ \n\x1b[31m'\"\\ #{x} --")
    written = found.write(plan, WHEN, found.state(Path("none")))
    assert written == found.write(plan, WHEN, found.state(Path("none")))
    assert len({file.path for file in written}) == len(written)
    for file in written:
        assert ".." not in file.path
        assert not file.path.startswith("/")
        if file.path.endswith(".py"):
            compile(file.text.encode(), file.path, "exec")
        if not file.path.endswith(".json"):
            assert "\x1b" not in file.text


@EACH
def test_ten_steps_and_more_keep_their_order(name: str, tmp_path: Path) -> None:
    plan = plan_of(*(Step("expand", f"SELECT {n};", "") for n in range(12)))
    written = tool(name).write(plan, WHEN + timedelta(days=1), tool(name).state(tmp_path))
    found = tool(name).read(put(written, tmp_path))
    assert [text for text, _ in read_forward(found)] == [f"SELECT {n}" for n in range(12)]


@EACH
def test_the_server_runs_what_is_read_forward_and_back(name: str, tmp_path: Path, database: Database) -> None:
    _, between, after = pictures(database, PLAN)
    found = tool(name).read(exported(name, PLAN, tmp_path))
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        for migration in found:
            run_scripts(connection, migration, forward=True)
        assert_same(picture(database), between)
        for migration in reversed(found):
            run_scripts(connection, migration, forward=False)
    assert_same(picture(database), after)


def run_scripts(
    connection: psycopg.Connection[tuple[object, ...]], migration: Migration, *, forward: bool
) -> None:
    from pgplumb.sql.split import split

    for script in (migration.up if forward else migration.down) or ():
        if not script.autocommit:
            with connection.transaction():
                connection.execute(script.text.encode())
        else:
            for statement in split(script.text):
                connection.execute(statement.text.encode())


def test_the_schema_of_these_tests_has_a_name_of_63_bytes() -> None:
    assert len("ö" * 31 + "x") == 32
    assert "ö" * 31 in SCHEMA
