"""Object identifiers."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pgplumb.foundation.names import dotted, function_id, object_id, part

NAMES = st.text(min_size=1)


def parts(identifier: str) -> list[str]:
    """Read a dotted identifier back, as a program that gets one would."""
    found = re.findall(r'"((?:[^"]|"")*)"|([^".]+)', identifier)
    return [quoted.replace('""', '"') if quoted else plain for quoted, plain in found]


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_an_identifier_can_be_read_back(names: list[str]) -> None:
    assert parts(dotted(*names)) == names


def test_reserved_words_are_not_quoted() -> None:
    assert object_id("table", "public", "user") == "table:public.user"


def test_whatever_else_is_quoted_with_its_quotes_doubled() -> None:
    assert object_id("column", "public", "Order", 'a"b') == 'column:public."Order"."a""b"'
    assert part("a\n") == '"a\n"'
    assert part("1a") == '"1a"'
    assert part("") == '""'


def test_a_function_is_known_by_its_argument_types() -> None:
    assert function_id("public", "f", ["int4", "My Type"]) == 'function:public.f(int4,"My Type")'
    assert function_id("public", "f", []) == "function:public.f()"
