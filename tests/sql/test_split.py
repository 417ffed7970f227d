"""Cutting scripts into statements."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sql.parser import SyntaxProblem, parse
from pgplumb.sql.split import split
from tests.sql.scripts import STATEMENTS

GAPS = st.sampled_from(
    [";", "; ", ";\n", "\n;\n-- note; with a semicolon\n", ";/* ; */", ";;", ";\r\n", "; -- é\n"]
)


def texts(script: str) -> list[str]:
    return [statement.text for statement in split(script)]


@given(
    st.lists(st.tuples(st.sampled_from(STATEMENTS), GAPS), max_size=8),
    st.sampled_from(["", "-- é\n", " /* ; */"]),
)
def test_statements_joined_are_split_again(pieces: list[tuple[str, str]], head: str) -> None:
    script = head + "".join(statement + gap for statement, gap in pieces)
    found = split(script)
    assert [s.text for s in found] == [statement for statement, _ in pieces]
    assert all(script[s.start : s.end] == s.text for s in found)
    assert all(s.line == script.count("\n", 0, s.start) + 1 for s in found)


@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6))
def test_a_valid_script_has_as_many_statements_as_the_server_s_parser_sees(pieces: list[str]) -> None:
    script = ";\n".join(pieces)
    try:
        seen = len(parse(script))
    except SyntaxProblem:  # 1..2 is for PL/pgSQL alone
        return
    assert len(split(script)) == seen


@given(st.text("ab'\"$;-/*()\\\n:EU& [01.]"))
def test_no_text_makes_the_splitter_fail_or_invent(script: str) -> None:
    found = split(script)
    assert all(0 <= a.end <= b.start for a, b in pairwise(found))
    assert all(len(s.text) == s.end - s.start and s.text.strip() for s in found)


@pytest.mark.parametrize("script", ["", " ", ";", "-- only a comment", "/* ; */", "\\echo hi", "/* open"])
def test_nothing_is_no_statement(script: str) -> None:
    assert split(script) == ()


def test_a_statement_that_is_still_being_typed_does_not_swallow_the_next() -> None:
    assert texts("CREATE TABLE t (a int;\nDROP TABLE u;") == ["CREATE TABLE t (a int", "DROP TABLE u"]


def test_an_open_string_runs_to_the_end() -> None:
    assert texts("SELECT 1; SELECT 'a; b;") == ["SELECT 1", "SELECT 'a; b;"]


def test_psql_commands_and_copied_rows_are_no_statements() -> None:
    script = (
        "\\set ON_ERROR_STOP on\nSELECT 1;\n\\connect other\n"
        "COPY t (a, b) FROM stdin;\n1\tit's; fine\n\\N\t'\n\\.\n"
        "SELECT 2 \\gexec\nSELECT 3\\; SELECT 4;\n"
    )
    assert texts(script) == ["SELECT 1", "COPY t (a, b) FROM stdin", "SELECT 2", "SELECT 3", "SELECT 4"]


def test_copy_without_its_end_takes_the_rest() -> None:
    assert texts("COPY t FROM STDIN;\nrow; row\n") == ["COPY t FROM STDIN"]


def test_copy_from_a_file_is_followed_by_statements() -> None:
    assert texts("COPY t FROM '/x'; SELECT 1") == ["COPY t FROM '/x'", "SELECT 1"]


def test_a_psql_command_inside_a_statement_becomes_blanks_of_the_same_length() -> None:
    script = "SELECT 1,\n\\if yes\n2;"
    assert texts(script) == ["SELECT 1,\n       \n2"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("create or replace function f() returns int as $$$$ language sql", "CREATE FUNCTION"),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX"),
        ("CREATE UNLOGGED TABLE t ()", "CREATE TABLE"),
        ("CREATE MATERIALIZED VIEW m AS SELECT 1", "CREATE MATERIALIZED VIEW"),
        ("REFRESH MATERIALIZED VIEW m", "REFRESH MATERIALIZED VIEW"),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", "ALTER DEFAULT PRIVILEGES"),
        ("DROP TABLE t", "DROP TABLE"),
        ("CREATE USER u", "CREATE USER"),
        ("CREATE USER MAPPING FOR u SERVER s", "CREATE USER MAPPING"),
        ("CREATE OPERATOR === (FUNCTION = f)", "CREATE OPERATOR"),
        ("SET LOCAL lock_timeout = 1", "SET LOCAL"),
        ("SET lock_timeout = 1", "SET"),
        ("update t set a = 1", "UPDATE"),
        ("(SELECT 1)", "SELECT"),
        ("CREATE", "CREATE"),
        ('"x"', ""),
    ],
)
def test_the_kind_names_what_a_statement_does(statement: str, kind: str) -> None:
    assert split(statement)[0].kind == kind
