"""Fingerprints: the same for every length of a list, another one for everything that is another statement."""

from __future__ import annotations

import pytest

from pgplumb.sql.parser import ParserMissing
from pgplumb.workload import fingerprints
from pgplumb.workload.fingerprints import collapse, fingerprint, list_fingerprint

SAME = [
    ("SELECT * FROM t WHERE a IN ($1)", "SELECT * FROM t WHERE a IN ($1, $2, $3)"),
    ("SELECT * FROM t WHERE a IN ($1,$2) AND b = $3", "select *\n from t where a in ($1, $2,$3,$4) and b=$5"),
    ("SELECT 1 FROM t WHERE a NOT IN ($1::int, $2::int)", "SELECT 1 FROM t WHERE a NOT IN ($1::int)"),
    ("SELECT 1 FROM t WHERE (a, b) IN (($1, $2), ($3, $4))", "SELECT 1 FROM t WHERE (a, b) IN (($1, $2))"),
    ("INSERT INTO t (a, b) VALUES ($1, $2)", "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)"),
    (
        "INSERT INTO t VALUES ($1, DEFAULT) ON CONFLICT (a) DO NOTHING RETURNING a",
        "INSERT INTO t VALUES ($1, DEFAULT), ($2, DEFAULT) ON CONFLICT (a) DO NOTHING RETURNING a",
    ),
    ("SELECT * FROM (VALUES ($1), ($2)) AS v (a)", "SELECT * FROM (VALUES ($1)) AS v (a)"),
    ("SELECT * FROM t WHERE a = ANY (ARRAY[$1, $2])", "SELECT * FROM t WHERE a = ANY (ARRAY[$1])"),
    ("SELECT ARRAY[[$1, $2], [$3, $4]]", "SELECT ARRAY[[$1]]"),
    # PostgreSQL 18 writes a list of any length so.
    ("SELECT * FROM t WHERE a IN ($1 /*, ... */)", "SELECT * FROM t WHERE a IN ($1, $2)"),
    ("SET work_mem = $1", "SET work_mem = 4096"),
    # These no parser takes: what was a typed literal has lost its type's string.
    (
        "SELECT * FROM t WHERE a IN ($1, $2) AND at > now() - interval $3",
        "SELECT * FROM t WHERE a IN ($1) AND at > now() - interval $2",
    ),
    ("SELECT * FROM WHERE a IN ($1, $2)", "select * from where a in ($1)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_lengths_of_a_list_and_layout_make_no_difference(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) is not None


OTHER = [
    ("SELECT coalesce(a, b) FROM t", "SELECT coalesce(b, a) FROM t"),
    ("SELECT f($1, $2)", "SELECT f($1)"),
    ("SELECT a, b FROM t", "SELECT b, a FROM t"),
    ("SELECT a FROM t WHERE b IN ($1, $2, c)", "SELECT a FROM t WHERE b IN ($1, $2)"),
    ("SELECT a FROM t WHERE b IN ($1, $2)", "SELECT a FROM t WHERE b NOT IN ($1, $2)"),
    ("SELECT a FROM t WHERE b IN ($1)", "SELECT a FROM u WHERE b IN ($1)"),
    ("SELECT a FROM t WHERE b IN ($1::int)", "SELECT a FROM t WHERE b IN ($1::text)"),
    ("INSERT INTO t VALUES ($1, $2)", "INSERT INTO t VALUES ($1, $2, $3)"),
    ("SELECT a FROM t WHERE b IN (SELECT $1, $2 FROM u)", "SELECT a FROM t WHERE b IN (SELECT $1 FROM u)"),
    ("SELECT a[$1] FROM t", "SELECT a[$1][$2] FROM t"),
]


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_statement_has_another_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_fingerprint_is_the_same_in_every_run_of_the_program() -> None:
    """Saved ones are compared with those of later versions: a change here is a break."""
    assert fingerprint("SELECT id FROM orders WHERE customer_id IN ($1, $2)") == "dfa2b1611d506a81"


def test_parameters_are_renumbered_where_elements_went() -> None:
    found = collapse("SELECT * FROM t WHERE a IN ($1, $2, $3) AND b = $4 AND c IN ($5, $6)")
    assert found.text == "SELECT * FROM t WHERE a IN ($1) AND b = $2 AND c IN ($3)"
    assert found.folded == 3


def test_a_text_without_a_list_stays_as_it_is() -> None:
    text = "SELECT $3, f($1 , $2) -- one\nFROM t"
    assert collapse(text).text == text
    assert list_fingerprint(text) is None


def test_strings_and_comments_are_no_lists() -> None:
    text = "SELECT 'a IN (1, 1)', \"in (2, 2)\" /* IN (3, 3) */ FROM t"
    assert collapse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM t WHERE a IN ($1, $2, $3",
        "SELECT * FROM t WHERE a IN ($1) AND b = 'cut",
        "INSERT INTO t VALUES ($1, $2), ($3",
    ],
)
def test_a_text_that_was_cut_has_no_fingerprint(text: str) -> None:
    assert fingerprint(text) is None


def test_a_statement_of_ten_thousand_brackets_is_no_trouble() -> None:
    text = "SELECT " + "(" * 10_000 + "1" + ")" * 10_000
    assert fingerprint(text) is not None
    assert fingerprint(")" * 1000 + "(") is None


def test_a_list_of_five_thousand_elements_is_one_of_one() -> None:
    many = ", ".join(f"${n}" for n in range(1, 5001))
    assert fingerprint(f"SELECT a FROM t WHERE b IN ({many})") == fingerprint(
        "SELECT a FROM t WHERE b IN ($1)"
    )


def test_without_a_parser_tokens_tell_statements_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(text: str) -> str:
        raise ParserMissing

    monkeypatch.setattr(fingerprints, "tree_text", missing)
    bare = fingerprints._made
    assert bare("SELECT a FROM t WHERE b IN ($1, $2)") == bare("select a from t where b in ($1)")
    assert bare("SELECT a FROM t WHERE b IN ($1)") != bare("SELECT b FROM t WHERE b IN ($1)")
