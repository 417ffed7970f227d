"""Which tables a statement names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.model import SettingOverride
from pgplumb.catalog.unread import Unread
from pgplumb.tui.state import State
from pgplumb.tui.tabs.query.tables import PARSED, Named, find, named_in, search_path, table_rows
from pgplumb.tui.widgets.ink import Cell, as_line, text_of
from tests.tui.fakes import catalog, relation


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "SELECT * FROM sales.orders o JOIN customers c ON c.id = o.customer_id",
            ["sales.orders", "customers"],
        ),
        ("WITH c AS (SELECT 1 FROM app.tags) SELECT * FROM c, settings", ["app.tags", "settings"]),
        ("SELECT (SELECT max(id) FROM a), * FROM b WHERE EXISTS (SELECT 1 FROM c)", ["a", "b", "c"]),
        ("SELECT 1", []),
        ('SELECT * FROM "Odd"."or.ders"', ["Odd.or.ders"]),
    ],
)
def test_tables_are_named_in_the_order_of_the_text_and_with_queries_are_none(
    text: str, named: list[str]
) -> None:
    found = named_in(text)
    assert not isinstance(found, Unread)
    assert [".".join(one.name) for one in found] == named
    assert all(one.verbs == () for one in found)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("INSERT INTO a SELECT * FROM b", {"a": ("INSERT",)}),
        ("UPDATE a SET x = $1 FROM b", {"a": ("UPDATE",)}),
        ("DELETE FROM a USING b", {"a": ("DELETE",)}),
        (
            "WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone",
            {"a": ("DELETE",), "b": ("INSERT",)},
        ),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", {"a": ("MERGE",)}),
    ],
)
def test_what_is_written_is_told_from_what_is_read(text: str, written: dict[str, tuple[str, ...]]) -> None:
    found = named_in(text)
    assert not isinstance(found, Unread)
    assert {one.name[0]: one.verbs for one in found if one.verbs} == written


def test_a_text_that_lost_its_constants_is_repaired_before_it_is_parsed() -> None:
    assert named_in("SELECT * FROM orders WHERE at > now() - interval $1") == (Named(("orders",)),)


def test_what_cannot_be_parsed_and_what_is_too_long_says_so() -> None:
    broken = named_in("SELECT FROM FROM")
    assert isinstance(broken, Unread)
    assert "cannot be parsed" in broken.reason
    long = named_in("SELECT 1 FROM t -- " + "x" * PARSED)
    assert isinstance(long, Unread)


def test_a_name_without_a_schema_is_looked_up_in_the_search_path_of_the_role_that_runs_the_statement() -> (
    None
):
    of = replace(
        catalog([relation(1, "public", "t"), relation(2, "app", "t")]),
        setting_overrides=(SettingOverride(0, 10, ("search_path=app, public",)),),
    )
    path = search_path(of, 10)
    assert path == ("app", "public")
    found = find(of, ("t",), path)
    assert found is not None
    assert found.schema == "app"
    other = find(of, ("t",), search_path(of, 11))
    assert other is not None
    assert other.schema == "public"
    assert find(of, ("public", "t"), path) is of.relations[1]


def shown(cell: Cell) -> str:
    return text_of(as_line(cell)).strip()


def test_a_table_that_the_catalog_lacks_is_listed_without_a_way_to_it() -> None:
    state = State(catalog=catalog([relation(1, "public", "t", tuples=1200)]))
    rows = table_rows(state, "UPDATE t SET x = 1 FROM pg_catalog.pg_class", 10, 8192)
    assert not isinstance(rows, Unread)
    assert [(shown(row.cells[0]), shown(row.cells[1]), row.target) for row in rows] == [
        ("public.t", "UPDATE", "table:public.t"),
        ("pg_catalog.pg_class", "read", None),
    ]


def test_a_table_named_twice_in_two_ways_is_one_row() -> None:
    state = State(catalog=catalog([relation(1, "public", "t")]))
    rows = table_rows(state, "SELECT * FROM t, public.t AS again", 10, 8192)
    assert not isinstance(rows, Unread)
    assert len(rows) == 1
