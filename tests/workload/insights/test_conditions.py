"""Conditions as EXPLAIN prints them: which columns stand bare, and which behind something."""

from __future__ import annotations

import pytest

from pgplumb.workload.insights.conditions import calls, compared_with, read_condition
from pgplumb.workload.insights.context import octets
from tests.workload.insights.conftest import Laboratory

CONDITIONS = {
    "(id = 5)": ({"id"}, []),
    "(o.id = $1)": ({"id"}, []),
    "((id)::numeric = '5'::numeric)": (set(), [("id", "cast", "numeric")]),
    "((o.id)::double precision > '5'::double precision)": (set(), [("id", "cast", "double precision")]),
    "((o.created_at)::timestamp without time zone > now())": (
        set(),
        [("created_at", "cast", "timestamp without time zone")],
    ),
    "(lower(o.status) = 'id'::text)": (set(), [("status", "function", "lower")]),
    "(date_trunc('day'::text, o.created_at) = $1)": (set(), [("created_at", "function", "date_trunc")]),
    "(EXTRACT(year FROM o.created_at) = '2025'::numeric)": (set(), [("created_at", "function", "EXTRACT")]),
    "(app.f((o.id)::numeric) AND (o.total > 3))": ({"total"}, [("id", "function", "f")]),
    "((o.id = 1) OR (o.total = ANY ('{1,2}'::integer[])))": ({"id", "total"}, []),
    "(o.id = c.total)": ({"id"}, []),
    "((c.id)::numeric = 5)": (set(), []),
    "(NOT (hashed SubPlan 1))": (set(), []),
    "((o.total)::numeric(10,2) = 5.00)": (set(), [("total", "cast", "numeric")]),
    "(o.note = 'status'::text) AND (COALESCE(o.total, 0) > o.id)": (
        {"note", "id"},
        [("total", "function", "COALESCE")],
    ),
    '("o"."status" = \'x\'::text)': ({"status"}, []),
    "(created_at > '2025-01-01 00:00:00+00'::timestamp with time zone)": ({"created_at"}, []),
    "(CASE WHEN (o.id = 3) THEN o.total ELSE 0 END > 1)": ({"id", "total"}, []),
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_columns_of_a_condition(newest: Laboratory, text: str) -> None:
    catalog = newest.context.catalog
    assert catalog is not None
    found = read_condition(text, "o", catalog.by_name["public", "orders"], catalog)
    bare, wrapped = CONDITIONS[text]
    assert found.bare == bare
    assert [(w.column.name, w.kind, w.by) for w in found.wrapped] == wrapped


def test_a_cast_that_changes_nothing_leaves_the_column_bare(newest: Laboratory) -> None:
    catalog = newest.context.catalog
    assert catalog is not None
    found = read_condition(
        "((name)::text = 'x'::text)", None, catalog.by_name["public", "customers"], catalog
    )
    assert (found.bare, found.wrapped) == (frozenset({"name"}), ())


def test_calls_are_named_as_printed() -> None:
    assert list(calls("(is_odd(id) AND app.f(x, lower((y)::text)) AND (z = ANY ('{}'::int[])))")) == [
        "is_odd",
        "app.f",
        "lower",
    ]
    assert list(calls("((x)::numeric(10,2) = 5)")) == []


def test_values_that_are_asked_for() -> None:
    text = "((a.x = 5) AND (a.y = 'k'::text) AND (a.z = $1) AND (a.w > 3))"
    assert compared_with(text) == {"5", "'k'", "$1"}


def test_memory_settings() -> None:
    assert [octets(t) for t in ("64kB", "4MB", "1GB", "64", "1.5MB", "many", "")] == [
        65536,
        4194304,
        1073741824,
        65536,
        1572864,
        None,
        None,
    ]
