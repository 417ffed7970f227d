"""Predicates, as the server prints them, told apart without a parser."""

from __future__ import annotations

import pytest

from pgplumb.checks import predicate_text as predicates


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(a IS NOT NULL)", ("a IS NOT NULL",)),
        ("((a IS NOT NULL) AND (b > 0))", ("a IS NOT NULL", "b > 0")),
        ("((a = 1) AND ((b = 2) AND (c = 3)))", ("a = 1", "b = 2", "c = 3")),
        ("((a = 1) OR ((b = 2) AND (c = 3)))", ("(a = 1) OR ((b = 2) AND (c = 3))",)),
        ("(a = ' AND (x'::text)", ("a = ' AND (x'::text",)),
        ("((\" AND \" IS NOT NULL) AND (b = 'it''s'::text))", ('" AND " IS NOT NULL', "b = 'it''s'::text")),
        ("(a) AND (b)", ("a", "b")),
    ],
)
def test_conditions_that_and_joins(text: str, parts: tuple[str, ...]) -> None:
    assert predicates.conjuncts(text) == parts


def test_quoted_names_are_read_as_names() -> None:
    assert predicates.tested_not_null('(("a ""b" IS NOT NULL) AND ("Order" IS NOT NULL))') == {
        'a "b',
        "Order",
    }


def test_a_predicate_of_null_tests_alone() -> None:
    assert predicates.only_not_null("((a IS NOT NULL) AND (b IS NOT NULL))") == frozenset("ab")
    assert predicates.only_not_null("((a IS NOT NULL) AND (b > 0))") is None
    assert predicates.only_not_null("((a IS NOT NULL) OR (b IS NOT NULL))") is None


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("(status = 'new'::text)", {"status"}),
        ("((kind)::text <> ''::text)", {"kind"}),
        ("((a > 0) OR (b > 0))", set()),
        ("(a IS NULL)", set()),
        ("(a IS DISTINCT FROM 1)", set()),
        ("((a IS NOT NULL) AND (b < 3))", {"a", "b"}),
    ],
)
def test_columns_that_a_predicate_keeps_from_null(text: str, columns: set[str]) -> None:
    assert predicates.never_null(text) == columns
