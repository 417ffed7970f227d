"""Normalised texts become trees, and what cannot be read is never called clean."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from pgplumb.sql.parser import parse_statement
from pgplumb.workload.plan_repair import parameters
from pgplumb.workload.querylint.context import LintContext, schemas_of
from pgplumb.workload.querylint.lint import lint_query
from pgplumb.workload.querylint.shim import NotReadable, Readable, is_query, read
from tests.workload.querylint.corpus import CORPUS


def readable(text: str) -> Readable:
    found = read(text)
    assert isinstance(found, Readable), found
    return found


def test_at_least_98_in_100_statements_of_the_corpus_are_read() -> None:
    assert len(CORPUS) == 50
    unread = [text for text in CORPUS if isinstance(read(text), NotReadable)]
    assert len(unread) <= 1, unread


@pytest.mark.parametrize("text", CORPUS)
def test_the_corpus_is_sql_and_every_parameter_is_still_there(text: str) -> None:
    parse_statement(text)
    found = read(text)
    if isinstance(found, Readable):
        printed = found.back(found.tree.sql(dialect="postgres"))
        # The field of extract() is a word to sqlglot.
        missing = set(parameters(text)) - set(parameters(printed))
        assert all(f"§{number}" in printed.upper() for number in missing)


def test_parameters_without_a_space_are_read() -> None:
    found = readable("SELECT a FROM t WHERE a IN ($1,$2,$10) AND b=$3OR c")
    strings = [node.name for node in found.tree.find_all(exp.Literal)]
    assert sorted(found.parameter(s) or 0 for s in strings) == [1, 2, 3, 10]


def test_a_dollar_in_a_string_a_name_or_a_comment_is_no_parameter() -> None:
    text = """SELECT '$1', $q$ $2 $q$, "a$3", E'\\'$4' /* $5 */ FROM t -- $6"""
    found = readable(text)
    assert "§" not in found.spelled
    assert found.spelled == text


def test_a_typed_parameter_becomes_a_cast() -> None:
    texts = {
        "SELECT interval $1": "INTERVAL",
        "SELECT date $1": "DATE",
        "SELECT timestamp with time zone $1": "TIMESTAMPTZ",
        "SELECT timestamp $1": "TIMESTAMP",
        "SELECT float8 $1": "DOUBLE PRECISION",
        "SELECT interval $1 day to second": "INTERVAL",
    }
    for text, wanted in texts.items():
        cast = readable(text).tree.find(exp.Cast)
        assert cast is not None, text
        assert cast.to.sql(dialect="postgres") == wanted


def test_a_text_that_holds_the_marker_keeps_it() -> None:
    found = readable("SELECT '§1', $1")
    values = [node.name for node in found.tree.find_all(exp.Literal)]
    assert [found.parameter(v) for v in values] == [None, 1]
    assert found.back(found.tree.sql(dialect="postgres")) == "SELECT '§1', $1"


def test_places_of_names_lead_back_into_the_text() -> None:
    text = 'SELECT "a b".x, $1,$2, interval $3, o.total FROM "a b", o WHERE y = date $4 AND o.z > $5'
    found = readable(text)
    for column in found.tree.find_all(exp.Column):
        for part in column.parts:
            place = found.place(part.meta["start"])
            assert text[place:].lstrip('"').startswith(part.name)


def test_what_cannot_be_read_says_so_and_is_no_pass(context: LintContext) -> None:
    broken = (
        "SELECT * FROM orders WHERE a = 'cut off",
        "SELECT * FROM orders WHERE",
        "SELECT 1; SELECT 2",
        "SELECT " + "(" * 5000 + "1" + ")" * 5000,
        "SELECT 1 WHERE " + " AND ".join(["NOT (a = 1 OR b"] * 3000) + ")" * 3000,
        "SELECT '" + "x" * 200_000 + "'",
    )
    for text in broken:
        found = lint_query(text, context)
        assert [f.id for f in found] == ["not-readable"], text[:60]
        assert found[0].certainty == "unknown"
        assert found[0].message.startswith("not readable: ")


def test_utility_statements_are_no_queries(context: LintContext) -> None:
    for text in (
        "BEGIN",
        "SET x = $1",
        "",
        "  ",
        "-- nothing",
        "CREATE TABLE t (a int)",
        "VACUUM orders",
        ";",
    ):
        assert not is_query(text)
        assert lint_query(text, context) == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "$1",
                "$2",
                ",",
                "(",
                ")",
                "'a$1'",
                "$q$",
                "date",
                "select",
                "a",
                ".",
                "-- ",
                "\n",
                " ",
                "/*",
                "*/",
                "§1",
                '"',
                "::",
                "interval",
            ]
        )
    )
)
def test_any_text_gives_an_answer(pieces: list[str]) -> None:
    text = "SELECT " + "".join(pieces)
    found = read(text)
    if isinstance(found, Readable):
        assert found.text == text


def test_sqlglot_is_not_imported_before_a_query_is_looked_at() -> None:
    code = (
        "import sys, pgplumb.workload.querylint.lint, pgplumb.workload.querylint.context\n"
        "assert not {'sqlglot', 'postgast', 'textual'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_search_path_is_read_as_its_setting_spells_it() -> None:
    assert schemas_of('"$user", public', "web") == ("web", "public")
    assert schemas_of('"$user", public') == ("public",)
    assert schemas_of("App, \"Other Schema\", 'third'") == ("app", "Other Schema", "third")
    assert schemas_of("") == ()
