"""The parser's trees, errors and their places."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sql import parser
from pgplumb.sql.parser import (
    ParserMissing,
    SyntaxProblem,
    TooDeep,
    fingerprint,
    normalize,
    parse,
    parse_statement,
    problems,
)
from pgplumb.sql.positions import Positions
from tests.sql.scripts import STATEMENTS

LETTERS = st.text("aé顧😀\n ", max_size=30)


@given(LETTERS, LETTERS)
def test_an_error_stands_at_its_character_whatever_comes_before(comment: str, literal: str) -> None:
    head = f"SELECT /* {comment} */ '{literal}' FROM t "
    text = head + "WHERE FROM"
    with pytest.raises(SyntaxProblem, match='at or near "FROM"') as caught:
        parse(text)
    problem = caught.value
    assert text[problem.position :] == "FROM"
    assert problem.line == text.count("\n", 0, problem.position) + 1
    line_start = text.rfind("\n", 0, problem.position) + 1
    assert problem.column == problem.position - line_start + 1


@given(LETTERS)
def test_a_node_stands_at_its_character_whatever_comes_before(comment: str) -> None:
    text = f"/* {comment} */ SELECT 1; /* {comment} */ SELECT 2"
    places = Positions(text)
    second = parse(text)[1]
    start = places.character(second.number("stmt_location"))
    assert text[start:].lstrip().startswith(("SELECT 2", "/*"))
    (target,) = [node for node in second.walk() if node.kind == "A_Const"]
    assert text[places.character(target.number("location"))] == "2"


def test_an_error_at_the_end_stands_behind_the_text() -> None:
    with pytest.raises(SyntaxProblem, match="at end of input") as caught:
        parse("SELECT 'é' FROM")
    assert caught.value.position == 15


def test_every_statement_of_a_script_is_judged_on_its_own() -> None:
    script = "SELECT 'é';\nSELECT FORM FROM FROM;\nSELECT 1;\n  ALTER TABLE t ADD COLUM a int;"
    first, second = problems(script)
    assert (first.line, script[first.position :].split(";")[0]) == (2, "FROM")
    assert (second.line, second.column) == (4, 29)


@pytest.mark.parametrize("statement", [s for s in STATEMENTS if "1..2" not in s])
def test_what_the_server_takes_is_no_problem(statement: str) -> None:
    assert problems(statement) == ()


def test_a_sum_of_three_hundred_terms_is_read() -> None:
    assert parse_statement("SELECT " + "+".join("a" * 300)).kind == "SelectStmt"


def test_what_is_too_deep_is_said_and_is_no_syntax_error() -> None:
    deep = "SELECT " + "+".join("a" * 3000)
    with pytest.raises(TooDeep):
        parse(deep)
    assert problems(deep) == ()


@pytest.mark.parametrize("text", ["SELECT '\0'", "\ud800", "SELECT '\udcff'"])
def test_characters_that_no_server_takes_do_no_harm(text: str) -> None:
    for problem in problems(text):
        assert 0 <= problem.position <= len(text)


def test_queries_that_differ_in_constants_share_a_fingerprint() -> None:
    same = {fingerprint(f"SELECT a FROM t WHERE id = {n} AND x IN ({n}, 2)") for n in (1, 22, "$1")}
    assert len(same) == 1
    assert fingerprint("SELECT b FROM t") not in same


def test_a_normalized_query_holds_no_constant() -> None:
    assert normalize("SELECT 1 FROM t WHERE name = 'secret é'") == "SELECT $1 FROM t WHERE name = $2"


def test_the_parser_works_in_several_threads_at_once() -> None:
    seen: list[int] = []

    def work() -> None:
        seen.extend(len(parse("SELECT 1; SELECT 2")) for _ in range(200))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 800


def test_where_there_is_no_parser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    parser._library.cache_clear()
    monkeypatch.setattr(parser, "find_spec", lambda name: None)
    try:
        assert not parser.available()
        with pytest.raises(ParserMissing, match="pip install postgast"):
            parse("SELECT 1")
    finally:
        parser._library.cache_clear()


def test_neither_protobuf_nor_postgast_is_imported() -> None:
    code = (
        "import sys; from pgplumb.sql.parser import parse; parse('SELECT 1');"
        "sys.exit(any(m.startswith(('postgast', 'google')) for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
