"""Highlighting and layout: what is shown is what is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sql.highlight import highlight
from pgplumb.sql.lexer import significant, tokens
from pgplumb.sql.parser import fingerprint
from pgplumb.sql.pretty import format_statement
from tests.sql.scripts import STATEMENTS

WORDS = st.sampled_from(
    [
        "select", "from", "where", "and", "or", "between", "join", "left", "on", "conflict", "(", ")", ",", "a.b",
        "'it''s'", "$1", "-1", "- -1", "-- note \n", "/* c */", "\n", "case", "when", "end", "group", "by", "values",
        "union", "'x'", "distinct", "set", "update", "with", "as", "for", "E'\\''", '"Q"', "::", "insert",
    ]
)  # fmt: skip
QUERIES = st.builds(
    lambda first, rest: " ".join([first, *rest]),
    st.sampled_from(["select", "with", "update"]),
    st.lists(WORDS),
)


@given(st.one_of(QUERIES, st.text("abE'\"$;-/*()\\\n:U&[]01.+<> "), st.sampled_from(STATEMENTS)))
def test_layout_changes_no_token(text: str) -> None:
    assert [t.text for t in significant(format_statement(text))] == [t.text for t in significant(text)]


@given(st.one_of(QUERIES, st.sampled_from(STATEMENTS)))
def test_layout_loses_no_comment(text: str) -> None:
    comments = [t.text for t in tokens(text) if t.kind == "comment"]
    assert [t.text for t in tokens(format_statement(text)) if t.kind == "comment"] == comments


@given(QUERIES)
def test_layout_is_stable(text: str) -> None:
    assert format_statement(format_statement(text)) == format_statement(text)


def test_strings_on_two_lines_stay_one_string() -> None:
    text = "select 'a'\n  'b' from t"
    assert fingerprint(format_statement(text)) == fingerprint(text)


def test_a_query_gets_a_line_for_each_clause_and_condition() -> None:
    query = (
        "select o.id, extract(year from o.at) from orders o left join customers c on c.id = o.customer_id "
        "where o.at between $1 and $2 and c.name is distinct from $3 and left(c.name, 1) = 'x' "
        "and o.id in (select id from x where y) group by o.id order by 1 limit 10 for update"
    )
    assert format_statement(query).splitlines() == [
        "select o.id, extract(year from o.at)",
        "from orders o",
        "left join customers c on c.id = o.customer_id",
        "where o.at between $1 and $2",
        "  and c.name is distinct from $3",
        "  and left(c.name, 1) = 'x'",
        "  and o.id in (",
        "    select id",
        "    from x",
        "    where y",
        "  )",
        "group by o.id",
        "order by 1",
        "limit 10",
        "for update",
    ]


def test_a_long_list_is_broken_at_commas() -> None:
    query = "select " + ", ".join(f"column_{n}" for n in range(30)) + " from t"
    assert max(map(len, format_statement(query, width=60).splitlines())) <= 61


def test_an_item_of_a_list_is_not_torn_where_it_fits_on_a_line() -> None:
    query = "select count(distinct a.id) as people,\n   count(distinct b.id) as labels, max(c.at) as latest from t"
    assert format_statement(query, width=40).splitlines() == [
        "select count(distinct a.id) as people,",
        "    count(distinct b.id) as labels,",
        "    max(c.at) as latest",
        "from t",
    ]


def test_a_call_without_arguments_is_not_torn() -> None:
    assert format_statement("select now() - $1, f ( ) from t").splitlines() == [
        "select now() - $1, f ( )",
        "from t",
    ]


def test_anything_but_a_query_stays_as_it_is() -> None:
    text = "CREATE TABLE t (\n  a int\n)"
    assert format_statement(f"\n{text}\n") == text


def classes(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], kind) for start, end, kind in highlight(text)]


def test_each_kind_of_token_has_its_class() -> None:
    assert classes("SELECT name, 'x' AS \"Y\" FROM t -- c\nWHERE a = $1 + 2.5") == [
        ("SELECT", "keyword"), ("name", "identifier"), (",", "operator"), ("'x'", "string"), ("AS", "keyword"),
        ('"Y"', "identifier"), ("FROM", "keyword"), ("t", "identifier"), ("-- c", "comment"), ("WHERE", "keyword"),
        ("a", "identifier"), ("=", "operator"), ("$1", "parameter"), ("+", "operator"), ("2.5", "number"),
    ]  # fmt: skip


def test_a_column_that_is_named_like_a_keyword_is_no_keyword() -> None:
    assert ("table", "identifier") in classes("SELECT t.table FROM t")


@pytest.mark.parametrize("text", ["'open", "/* open /* deeper */", "$$ open", 'sel"ect', "E'\\"])
def test_text_that_is_being_typed_is_highlighted(text: str) -> None:
    assert highlight(text)[-1][1] == len(text)


@given(st.text("abE'\"$;-/*()\\\n:U&[]01.+<> é😀"))
def test_spans_are_in_order_and_leave_out_nothing_but_spaces(text: str) -> None:
    covered = 0
    for start, end, _ in highlight(text):
        assert not text[covered:start].strip(" \t\n\r\f\v")
        assert start < end
        covered = end
    assert not text[covered:].strip(" \t\n\r\f\v")
