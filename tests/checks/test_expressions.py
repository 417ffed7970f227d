"""Expressions as trees: what is constant, and what the parser cannot read."""

from __future__ import annotations

import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.checks.expressions import UNDECIDED, fold, read_expression
from pgplumb.sql.node import Node
from tests.databases import Database

CONSTANTS = [
    "true", "false", "NULL::boolean", "2 = 2", "1 = 2", "NOT false", "NOT (1 <> 1)", "1 < 2 AND 'a' = 'a'",
    "'a' <> 'b'", "true OR NULL", "false AND NULL", "NULL OR false", "NULL AND true", "(1 = 1) IS TRUE",
    "NULL::boolean IS NOT TRUE",
    "(1 = 2) IS NOT FALSE", "NULL IS NULL", "1 IS NOT NULL", "'t'::boolean", "'off'::text::boolean", "1.5 > 1",
    "coalesce(NULL, false)", "coalesce(true, false)", "1 = NULL", "'5'::integer = 5", "NULL::boolean IS UNKNOWN",
]  # fmt: skip


@pytest.mark.parametrize("text", CONSTANTS)
def test_a_constant_folds_to_what_the_server_says(database_value: dict[str, bool | None], text: str) -> None:
    node = read_expression(text)
    assert isinstance(node, Node)
    assert fold(node) is database_value[text]


@pytest.fixture(scope="module")
def database_value(server: object) -> dict[str, bool | None]:
    """What a real server makes of each constant."""
    database = Database.create(server, "constants")  # type: ignore[arg-type]
    try:
        return {text: database.execute(f"SELECT ({text})::boolean")[0][0] for text in CONSTANTS}
    finally:
        database.drop()


@pytest.mark.parametrize(
    "text", ["x", "x = x", "f()", "'a' < 'B'", "1 = 'a'", "x OR false", "now() > '2020-01-01'", "1 + 1 = 2"]
)
def test_what_hangs_on_more_is_not_decided(text: str) -> None:
    node = read_expression(text)
    assert isinstance(node, Node)
    assert fold(node) is UNDECIDED


def test_a_row_either_has_a_value_or_has_none() -> None:
    node = read_expression("(x IS NULL) OR (x IS NOT NULL)")
    assert isinstance(node, Node)
    assert fold(node) is True
    other = read_expression("(x IS NULL) OR (y IS NOT NULL)")
    assert isinstance(other, Node)
    assert fold(other) is UNDECIDED


def test_what_cannot_be_read_is_said() -> None:
    assert read_expression(None) is None
    locked = Unread("locked by pid 7")
    assert read_expression(locked) is locked
    broken = read_expression("x = = y")
    assert isinstance(broken, Unread)
    assert "could not be read" in broken.reason
