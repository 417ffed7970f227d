"""`pgplumb compose`: intents and fields, plans for a database or a setup, and what is wrong with what was typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgplumb.cli.main import main
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.migrate.plan_file import load_plan
from pgplumb.sql.split import split
from tests.cli.running import SHOP, Terminal
from tests.databases import Database

ODD = 'CREATE TABLE "Odd "" table" (id int PRIMARY KEY, "a,b" text, "new\nline\x1b[31m" text);'
STEP_KEYS = {"phase", "mode", "up", "down", "locks", "waits_for", "gate", "reversible", "source"}


class Command:
    """The command, with what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Status, standard output, standard error."""
        status = main(["compose", *arguments])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def json(self, *arguments: str) -> Any:
        """The document of a plan that was made."""
        status, out, said = self(*arguments, "--format", "json")
        assert status == 0, said
        return json.loads(out)


@pytest.fixture
def compose(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def setup(tmp_path: Path) -> str:
    path = tmp_path / "setup.sql"
    path.write_text(SHOP + ODD + "INSERT INTO customers (name) VALUES ('a'), ('b');")
    return str(path)


def test_the_list_names_every_intent_with_its_fields(compose: Command) -> None:
    document = compose.json("--list")
    assert [one["name"] for one in document["intents"]] == list(intent_names())
    assert {one["group"] for one in document["intents"]} == set(document["groups"])
    for one in document["intents"]:
        fields = intent(one["name"]).fields
        assert [(f["name"], f["type"], f["required"]) for f in one["fields"]] == [
            (f.name, f.kind, f.required) for f in fields
        ]
    status, text, _ = compose("--list")
    assert status == 0
    assert all(f"  {name}\n" in text for name in intent_names())


def test_a_list_with_a_target_names_what_is_there(compose: Command, database: Database) -> None:
    database.execute(SHOP)
    (one,) = compose.json("create-index", "--list", database.conninfo)["intents"]
    tables = next(f for f in one["fields"] if f["name"] == "table")
    assert tables["choices"] == ["public.customers", "public.notes", "public.orders"]
    arguments = ("create-index", "--list", database.conninfo, "--set", "table=public.orders")
    (one,) = compose.json(*arguments)["intents"]
    columns = next(f for f in one["fields"] if f["name"] == "columns")
    assert columns["choices"] == ["id", "customer_id"]


def test_an_intent_that_names_nothing_needs_no_database(compose: Command) -> None:
    plan = compose.json("create-enum", "--set", "name=mood", "--set", 'values=["a,b", "c"]')["plan"]
    assert plan["steps"][0]["up"] == "CREATE TYPE public.mood AS ENUM ('a,b', 'c');"
    assert plan["steps"][0]["down"] == "DROP TYPE public.mood;"


def test_a_plan_is_rehearsed_and_its_way_back_proved_on_a_setup(compose: Command, setup: str) -> None:
    arguments = ("set-not-null", "--setup", setup, "--set", "table=public.notes", "--set", "column=body")
    document = compose.json(*arguments, "--strategy", "online", "--prove")
    assert document["format"] == "pgplumb.compose.v1"
    assert document["rehearsal"] == {"twin": True, "executes": True, "sqlstate": None}
    assert document["proof"]["verdict"] == "exact"
    steps = document["plan"]["steps"]
    assert len(steps) > 1
    assert all(set(step) >= STEP_KEYS for step in steps)
    assert {step["source"] for step in steps} == {"rehearsed"}
    modes = [lock["mode"] for step in steps for lock in step["locks"] if lock["object"] == "public.notes"]
    assert "AccessExclusiveLock" in modes
    assert "ShareUpdateExclusiveLock" in modes


def test_what_is_lost_is_said_and_equal_input_gives_equal_bytes(compose: Command, database: Database) -> None:
    database.execute(SHOP)
    arguments = ("drop-column", database.conninfo, "--set", "table=public.notes", "--set", "column=body")
    first, second = (compose(*arguments, "--prove", "--format", "json") for _ in range(2))
    assert first == second
    document = json.loads(first[1])
    assert document["proof"]["verdict"] == "shape"
    assert document["proof"]["says"] == "shape only: rows are lost"
    assert "public.notes.body" in document["proof"]["losses"][0]
    assert database.execute("SELECT count(*) FROM pg_attribute WHERE attname = 'body'")[0][0] == 1


def test_a_saved_plan_is_applied(compose: Command, database: Database, tmp_path: Path) -> None:
    database.execute(SHOP)
    path = tmp_path / "made.plan.json"
    arguments = ("--set", "table=public.orders", "--set", "columns=customer_id", "--no-rehearse")
    status, _, said = compose("create-index", database.conninfo, *arguments, "--plan", str(path))
    assert status == 0
    assert str(path) in said
    assert load_plan(path).intent == "create-index"
    assert main(["apply", str(path), database.conninfo, "--confirm", database.name]) == 0
    assert database.execute("SELECT to_regclass('idx_orders_customer_id') IS NOT NULL")[0][0]


def test_the_text_runs_as_it_is_and_does_no_more_than_the_change(
    compose: Command, database: Database
) -> None:
    database.execute(ODD)
    arguments = ("--set", 'table=public."Odd "" table"', "--set", "column=new\nline\x1b[31m", "--no-rehearse")
    status, text, _ = compose("drop-column", database.conninfo, *arguments)
    assert status == 0
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        for statement in split(text):
            connection.execute(statement.text.encode())
    names = database.execute(
        'SELECT attname FROM pg_attribute WHERE attrelid = \'"Odd "" table"\'::regclass AND attnum > 0'
        " AND NOT attisdropped ORDER BY 1"
    )
    assert names == [("a,b",), ("id",)]
    remarks = [line for line in text.splitlines() if line.startswith("--") and "\x1b" in line]
    assert all("ADD COLUMN" in line or line.startswith("-- line") for line in remarks)


def test_a_terminal_gets_nothing_that_it_would_act_upon(database: Database) -> None:
    database.execute(ODD)
    arguments = ("--set", 'table=public."Odd "" table"', "--set", "column=new\nline\x1b[31m", "--no-rehearse")
    terminal = Terminal("compose", "drop-column", database.conninfo, *arguments, NO_COLOR="1")
    assert terminal.wait() == 0
    assert "DROP COLUMN" in terminal.output
    assert "\x1b[31m" not in terminal.output


@pytest.mark.parametrize("tool", ["alembic", "sql", "sqitch"])
def test_an_export_is_printed_or_written_to_a_folder(
    compose: Command, database: Database, tmp_path: Path, tool: str
) -> None:
    database.execute(SHOP)
    arguments = ("--set", "table=public.notes", "--set", "column=n", "--set", "type=int", "--no-rehearse")
    status, text, said = compose("add-column", database.conninfo, *arguments, "--export", tool)
    assert status == 0
    assert "ADD COLUMN n int" in text
    assert ("transaction_per_migration" in said) is (tool == "alembic")
    status, listed, _ = compose(
        "add-column", database.conninfo, *arguments, "--export", tool, "-o", str(tmp_path / "out")
    )
    assert status == 0
    paths = [Path(line) for line in listed.splitlines()]
    assert paths
    assert any("ADD COLUMN n int" in path.read_text() for path in paths)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["creat-index"], ("no intent creat-index", "create-index")),
        ([], ("--list",)),
        (["create-index", "--set", "table=public.orders"], ("no relation public.orders", "--setup")),
        (
            ["create-index", "{}", "--set", "table=orders", "--set", "columns=a"],
            ("table: ", "public.orders?"),
        ),
        (
            ["create-index", "{}", "--set", "table=public.orders", "--set", "columns=custmer_id"],
            ("columns: ", "Did you mean customer_id?"),
        ),
        (["create-index", "{}", "--set", "tabel=x"], ("no field tabel", "Did you mean table?")),
        (["create-index", "{}", "--set", "table"], ("--set table=VALUE",)),
        (["create-index", "{}", "--set", "table=a", "--set", "table=b"], ("given twice",)),
        (["add-check", "{}", "--set", "table=public.orders"], ("expression: the field is missing", "--list")),
        (
            ["add-check", "{}", "--set", "table=public.orders", "--set", "expression=1); DROP TABLE t; --"],
            ("expression: this is not an expression",),
        ),
        (
            [
                "set-default",
                "{}",
                "--set",
                "table=public.orders",
                "--set",
                "column=customer_id",
                "--strategy",
                "shim",
            ],
            ("cannot be done as shim", "there is direct"),
        ),
        (["create-index", "{}", "--export", "make"], ("no tool make", "alembic")),
        (["create-index", "{}", "-o", "x"], ("--export",)),
        (["create-index", "{}", "--setup", "x.sql"], ("TARGET and --setup",)),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_one_line_with_the_next_step(
    compose: Command, database: Database, arguments: list[str], words: tuple[str, ...]
) -> None:
    database.execute(SHOP)
    status, out, said = compose(
        *(a.format(database.conninfo) if a == "{}" else a for a in arguments), "--no-rehearse"
    )
    assert (status, out) == (2, "")
    assert said.count("\n") == 1
    assert all(word in said for word in words), said


@pytest.mark.long
def test_a_plan_that_fails_on_rows_is_a_finding(compose: Command, setup: str, tmp_path: Path) -> None:
    rows = tmp_path / "rows.sql"
    rows.write_text("INSERT INTO notes VALUES ('a'), ('a');")
    arguments = (
        "--setup",
        setup,
        "--setup",
        str(rows),
        "--set",
        "table=public.notes",
        "--set",
        "columns=body",
    )
    status, text, said = compose("add-unique", *arguments)
    assert status == 1
    assert "fails in the twin (23505)" in said
    assert "FAILS in the twin" in text
