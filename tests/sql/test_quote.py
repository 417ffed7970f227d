"""Quoting, against the server's own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.sql.keywords import COLUMN, NEEDS_QUOTES, RESERVED, TYPE_OR_FUNCTION
from pgplumb.sql.parser import parse_statement
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified
from tests.databases import Database

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
NAMES = st.one_of(TEXTS, st.sampled_from(sorted(NEEDS_QUOTES)), st.text("aA_0$\"'\\ .;-", min_size=1)).filter(
    # The server and the parser cut longer ones off.
    lambda name: len(name.encode()) <= 63
)
MANY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)


@MANY
@given(names=st.lists(NAMES, min_size=1, max_size=50))
def test_identifiers_are_quoted_as_the_server_quotes_them(database: Database, names: list[str]) -> None:
    rows = database.execute(
        "SELECT quote_ident(n) FROM unnest(%s::text[]) WITH ORDINALITY AS u(n, i) ORDER BY i", [names]
    )
    assert [quote_identifier(name) for name in names] == [row[0] for row in rows]


@MANY
@given(values=st.lists(st.one_of(TEXTS, st.text("\\'a")), min_size=1, max_size=50))
def test_literals_are_quoted_as_the_server_quotes_them(database: Database, values: list[str]) -> None:
    rows = database.execute(
        "SELECT quote_literal(n) FROM unnest(%s::text[]) WITH ORDINALITY AS u(n, i) ORDER BY i", [values]
    )
    assert [quote_literal(value) for value in values] == [row[0] for row in rows]


@pytest.mark.parametrize("conforming", ["on", "off"])
@pytest.mark.parametrize("value", ["it's", "\\'; DROP TABLE t; --", "\\\\", "E'x'", "$$a$$", "\n\t", "é😀"])
def test_a_literal_means_the_same_with_either_reading_of_backslashes(
    database: Database, conforming: str, value: str
) -> None:
    found = database.execute(f"SET standard_conforming_strings = {conforming}; SELECT {quote_literal(value)}")
    assert found == [(value,)]


@given(NAMES, NAMES)
def test_a_quoted_name_is_read_back_by_the_parser(schema: str, name: str) -> None:
    relation = parse_statement(f"TABLE {quote_qualified(schema, name)}").nodes("fromClause")[0]
    assert (relation.text("schemaname"), relation.text("relname")) == (schema, name)


def test_keywords_are_those_of_every_server(every_database: Database) -> None:
    rows = every_database.execute("SELECT word, catcode::text FROM pg_get_keywords() WHERE catcode <> 'U'")
    ours = {"R": RESERVED, "T": TYPE_OR_FUNCTION, "C": COLUMN}
    assert [word for word, code in rows if word not in ours[code]] == []


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_no_name_can_be_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        quote_identifier(name)


def test_a_null_character_is_refused_in_a_literal() -> None:
    with pytest.raises(ValueError, match="null"):
        quote_literal("a\0b")
