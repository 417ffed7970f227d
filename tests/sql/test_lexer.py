"""Tokens, held against those of the server's own scanner."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sql.lexer import significant, tokens
from tests.sql.scripts import STATEMENTS


@given(st.text("abE'\"$;-/*()\\\n:U&[]01.+<>=!@é😀x_ \t"))
def test_tokens_joined_are_the_text_again(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


def scanned(text: str) -> list[str]:
    """The tokens of PostgreSQL's scanner, comments left out."""
    postgast = import_module("postgast")
    data = text.encode()
    skip = {"SQL_COMMENT", "C_COMMENT"}
    found = postgast.scan(text).tokens
    return [
        data[t.start : t.end].decode() for t in found if postgast.pg_query_pb2.Token.Name(t.token) not in skip
    ]


@pytest.mark.parametrize("statement", [s for s in STATEMENTS if "two;" not in s and "1..2" not in s])
def test_tokens_are_those_of_the_server(statement: str) -> None:
    ours = [token.text for token in significant(statement)]
    assert ours == scanned(statement)


def test_what_is_not_closed_runs_to_the_end_and_says_so() -> None:
    for text in ("'a;b", '"a;b', "/* a /* b */", "$x$ a $$", "E'a\\'"):
        (token,) = tokens(text)
        assert (token.end, token.closed) == (len(text), False)


def test_a_slice_of_an_array_is_no_psql_variable() -> None:
    assert [t.kind for t in significant("a[b:c]")] == [
        "word", "punctuation", "word", "punctuation", "word", "punctuation",
    ]  # fmt: skip
    assert [t.kind for t in significant("SELECT :name, :'name'")] == ["word", "meta", "punctuation", "meta"]
