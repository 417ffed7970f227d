"""Names, comments and texts that were made to harm: they are shown, and nothing else happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import sql

from tests.cli.running import here, pgplumb
from tests.databases import Database
from tests.pty.driving import cells, opened
from tests.tui.ptydrive import PtyDrive

ESCAPES = "a\x1b[31mred\x1b]0;title\x07b\x9b2Jc\x1bPq\x1b\\"
NAMES = {
    "escapes": ESCAPES,
    "breaks": "line one\nline two\r\nthree\ttab",
    "quotes": 'it\'s "quoted" `and` \\back\\slash',
    "injection": 'x"; DROP TABLE victim; --',
    "markup": "[bold red]loud[/] [link=x]y[/link] [@click=app.quit]z[/]",
    "rtl": "abc\u202etxt.exe\u2066\u200f\u202d",
    "hidden": "zero\u200bwidth\u200d\ufeff\u2060\u00adend",
    "emoji": "👩🏽‍🚀🧑‍🤝‍🧑🎉🏳️‍🌈",
    "emoji63": "🎉" * 15 + "abc",
    "wide": "表格名稱漢字テーブル",
    "marks": "z̷̡̢͓a̸̢̼l̶̛̬g̸o",
}
FORBIDDEN = {
    "an escape of theirs": b"\x1b[31m",
    "a title": b"\x1b]0;",
    "a bell": b"title\x07",
    "a device string": b"\x1bPq",
    "a C1 control": "\x9b".encode(),
    "an override of direction": "\u202e".encode(),
    "an isolate": "\u2066".encode(),
    "a zero-width space": "\u200b".encode(),
    "a joiner": "\u200d".encode(),
    "a mark of byte order": "\ufeff".encode(),
}


def make(database: Database) -> None:
    """Give every name to an object of every kind, and every text to what has a comment."""
    database.execute("CREATE TABLE victim (id bigint PRIMARY KEY)")
    database.execute("CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()")
    for number, text in enumerate(NAMES.values()):
        # A name has at most 63 bytes, and the kinds of one schema share their names.
        name = sql.Identifier(text.encode()[:63].decode(errors="ignore"))
        short = text.encode()[:52].decode(errors="ignore")
        a, b, c, d = (sql.Identifier(f"{short}{letter}") for letter in "abcd")
        schema = sql.Identifier(f"h{number}") if number % 3 else name
        words = sql.Literal(text)
        for statement in (
            "CREATE SCHEMA {schema}",
            "CREATE TYPE {schema}.{a} AS ENUM ({words})",
            "CREATE TABLE {schema}.{name} ({name} bigint PRIMARY KEY, {b} text DEFAULT {words}, {c} {schema}.{a},"
            " {d} bigint, CONSTRAINT {c} CHECK ({b} <> {words}),"
            " CONSTRAINT {d} FOREIGN KEY ({d}) REFERENCES {schema}.{name})",
            "CREATE INDEX {b} ON {schema}.{name} ({b}) WHERE {b} <> {words}",
            "ALTER TABLE {schema}.{name} ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY {name} ON {schema}.{name} USING ({b} = {words})",
            "CREATE VIEW {schema}.{c} AS SELECT {name} FROM {schema}.{name} WHERE {b} = {words}",
            "CREATE FUNCTION {schema}.{d}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER {name} BEFORE UPDATE ON {schema}.{name} FOR EACH ROW EXECUTE FUNCTION {schema}.{d}()",
            "COMMENT ON TABLE {schema}.{name} IS {words}",
            "COMMENT ON COLUMN {schema}.{name}.{name} IS {words}",
            "COMMENT ON INDEX {schema}.{b} IS {words}",
            "SELECT {name}, {words} AS {b} FROM {schema}.{name} /* {name} */",
        ):
            parts = {"schema": schema, "name": name, "a": a, "b": b, "c": c, "d": d, "words": words}
            database.execute(sql.SQL(statement).format(**parts).as_string(None))


@pytest.fixture
def hostile(database: Database) -> Iterator[Database]:
    make(database)
    escaped, other = (
        sql.Identifier(f"{database.name}{ESCAPES}"),
        sql.Identifier(f"{database.name}[red]\u202e"),
    )
    for name in (escaped, other):
        database.execute(sql.SQL("CREATE DATABASE {}").format(name).as_string(None))
    database.execute(sql.SQL("CREATE ROLE {} LOGIN").format(escaped).as_string(None))
    yield database
    for name in (escaped, other):
        database.execute(sql.SQL("DROP DATABASE {}").format(name).as_string(None))
    database.execute(sql.SQL("DROP ROLE {}").format(escaped).as_string(None))


def assert_harmless(drive: PtyDrive, where: str) -> None:
    """Assert that nothing of theirs reached the terminal and that what stands beside is where it should."""
    for what, sequence in FORBIDDEN.items():
        assert sequence not in drive.raw, f"{what}: {where}"
    lines = [cells(drive, y) for y in range(drive.screen.lines)]
    # The rule beside the checklist joins the lowest line; a dialogue's edges join its corners.
    edges = {max(line.rfind(sign) for line in lines) for sign in "┴┘"} - {-1}
    torn = [y for y, line in enumerate(lines) if "│" in line and line.rfind("│") not in edges]
    assert edges, where
    assert not torn, f"{where}, lines {torn}:\n{drive.text}"


@pytest.mark.parametrize("thorough", [False, pytest.param(True, marks=pytest.mark.long)])
def test_on_every_tab_they_are_shown_and_nothing_else_happens(hostile: Database, thorough: bool) -> None:
    with opened(hostile.conninfo, wanted="23 tables") as drive:

        def walk(where: str, *keys: str) -> None:
            for key in keys:
                # Escape and the next key in one read would be alt and that key.
                drive.press(key, quiet=0.3 if key == "escape" else 0.1 if thorough else 0.06)
                assert drive.process.poll() is None, f"{where} {key}: {drive.text}"
            assert_harmless(drive, where)

        for row in range(22 if thorough else 2):
            walk(f"Tables row {row}", *["j"] * (1 if thorough else 3))
            if row % 4 == 1:
                walk("parts", *["tab"] * 7)
        drive.press("/", *"loud", quiet=0.03)
        drive.wait_for("[bold red]loud[/]")
        walk("filter", "escape", "escape")
        for tab in "2345":
            walk(f"tab {tab}", tab)
            walk(f"tab {tab} rows", *["j"] * (12 if thorough else 1))
            if tab != "5":
                walk(f"tab {tab} detail", "enter", *["tab"] * (5 if thorough else 1), "j", "escape")
        walk("checklist", "1", "c", "j", "enter", "j", "escape")
        for _ in range(40 if thorough else 1):
            walk("evidence", "j", "enter", "j")
            drive.press("escape", quiet=0.3)
        walk("fix", "1", "c", "home", "j", "f")
        drive.wait_for("not applied")
        walk("composed", "escape", "1")
        walk("palette", ":", *"h1", "down", "down", "escape")
        walk("databases", "C", "down", "down", "escape")
        drive.write("q")
        drive.settle(0.1)
    assert hostile.execute("SELECT count(*) FROM victim") == [(0,)]
    assert hostile.execute("SELECT count(*) FROM pg_policy") == [(len(NAMES),)]


def test_the_checklist_on_the_command_line_says_them_harmlessly(hostile: Database) -> None:
    for form in ("text", "json", "markdown", "sarif", "junit"):
        done = here("check", hostile.conninfo, "--format", form)
        if done.returncode == 2:
            assert "format" in done.stderr
            continue
        assert done.returncode == 1, done.stderr
        for what, sequence in FORBIDDEN.items():
            assert sequence not in done.stdout.encode(), f"{what} in {form}"
        assert "Traceback" not in done.stderr


@pytest.mark.long
def test_a_role_a_database_and_a_host_of_that_kind_are_named_harmlessly(hostile: Database) -> None:
    name = f"{hostile.name}{ESCAPES}"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    conninfo = f"{hostile.server.conninfo('postgres')} user='{quoted}' dbname='{quoted}'"
    with opened(conninfo, wanted="<3 s") as drive:
        assert hostile.name in drive.text
        assert_harmless(drive, "header")
    unknown = f"{hostile.server.conninfo('postgres')} user='no {quoted}'"
    with opened(unknown, wanted="✗", read=False) as drive:
        drive.settle()
        for sequence in FORBIDDEN.values():
            assert sequence not in drive.raw
    for part in (f"dbname='no {quoted}'", f"user='no {quoted}'", f"host='{quoted}'"):
        done = pgplumb("check", f"{hostile.server.conninfo('postgres')} {part}")
        assert done.returncode == 3
        assert done.stderr.count("\n") == 1
        for sequence in FORBIDDEN.values():
            assert sequence not in done.stderr.encode()
