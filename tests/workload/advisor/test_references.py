"""What a query asks of its tables."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pgplumb.workload.advisor.references import references
from pgplumb.workload.advisor.use import Key, QueryUses, TableUse
from tests.workload.advisor.conftest import Place

VIEWS = {
    "public.open_tickets": "SELECT id, assignee_id, opened_at, title FROM tickets WHERE closed_at IS NULL;"
}


def read(desk: Place, query: str) -> QueryUses:
    return references(query, desk.catalog, ("public",), VIEWS)


def only(desk: Place, query: str) -> TableUse:
    """Return the one mention of a table in a query."""
    (use,) = read(desk, query).tables
    return use


def names(keys: Sequence[Key]) -> list[str]:
    return [key.sql for key in keys]


@pytest.mark.parametrize(
    ("condition", "kind", "expected"),
    [
        ("org_id = $1", "equal", ["org_id"]),
        ("$1 = org_id", "equal", ["org_id"]),
        ("t.org_id = $1 AND status = $2", "equal", ["org_id", "status"]),
        ("org_id IN ($1, $2)", "listed", ["org_id"]),
        ("org_id = ANY($1)", "listed", ["org_id"]),
        ("opened_at >= $1", "ranges", ["opened_at"]),
        ("opened_at BETWEEN $1 AND $2", "ranges", ["opened_at"]),
        ("lower(title) = $1", "equal", ["lower(title)"]),
        ("lower(title) = lower($1)", "equal", ["lower(title)"]),
        ("date(opened_at) = $1", "equal", ["date(opened_at)"]),
        ("title::text = $1", "equal", ["title"]),
        ("coalesce(assignee_id, 0) = $1", "equal", ["COALESCE(assignee_id, 0)"]),
        ("title LIKE 'abc%'", "prefixes", ["title"]),
        ("title LIKE $1", "patterns", ["title"]),
        ("title ILIKE '%abc%'", "patterns", ["title"]),
        ('"Weird Name" = $1', "equal", ["Weird Name"]),
        ('abs("Weird Name") = $1', "equal", ['abs("Weird Name")']),
    ],
)
def test_a_condition_is_filed_by_what_an_index_can_do_with_it(
    desk: Place, condition: str, kind: str, expected: list[str]
) -> None:
    use = only(desk, f"SELECT id FROM tickets t WHERE {condition}")
    assert names(getattr(use, kind)) == expected


@pytest.mark.parametrize(
    "condition",
    ["lower(title || $1) = $2", "id + org_id > $1 + id", "title NOT LIKE 'a%'", "org_id <> $1", "id <> id"],
)
def test_what_no_index_serves_is_not_filed(desk: Place, condition: str) -> None:
    use = only(desk, f"SELECT id FROM tickets WHERE {condition}")
    assert not use.equal
    assert not use.prefixes
    assert not use.patterns
    assert not use.listed


def test_a_row_comparison_keeps_its_columns_in_order(desk: Place) -> None:
    use = only(desk, "SELECT id FROM tickets WHERE (opened_at, id) < ($1, $2)")
    assert [[key.sql for key in row] for row in use.rows] == [["opened_at", "id"]]


def test_a_condition_without_a_parameter_makes_a_predicate(desk: Place) -> None:
    use = only(
        desk, "SELECT id FROM tickets WHERE closed_at IS NULL AND assignee_id IS NOT NULL AND org_id = $1"
    )
    assert [p.sql for p in use.predicates] == ["closed_at IS NULL", "assignee_id IS NOT NULL"]


def test_each_arm_of_an_or_is_a_mention_of_its_own(desk: Place) -> None:
    uses = read(desk, "SELECT id FROM tickets WHERE org_id = $1 OR assignee_id = $2").tables
    assert [names(use.equal) for use in uses] == [[], ["org_id"], ["assignee_id"]]


def test_a_join_is_told_from_a_constant(desk: Place) -> None:
    uses = read(
        desk, "SELECT 1 FROM tickets a JOIN tickets b ON b.id = a.parent_id WHERE a.org_id = $1"
    ).tables
    assert [names(use.joined) for use in uses] == [["parent_id"], ["id"]]
    assert [names(use.equal) for use in uses] == [["org_id"], []]


def test_a_correlated_exists_asks_for_the_inner_key(desk: Place) -> None:
    uses = read(
        desk, "SELECT 1 FROM kinds k WHERE EXISTS (SELECT 1 FROM tickets t WHERE t.org_id = k.id)"
    ).tables
    assert [(use.relation.name, names(use.joined)) for use in uses] == [
        ("kinds", ["id"]),
        ("tickets", ["org_id"]),
    ]


def test_in_a_sub_select_joins_both_sides(desk: Place) -> None:
    uses = read(
        desk, "SELECT 1 FROM tickets WHERE parent_id IN (SELECT id FROM kinds WHERE name = $1)"
    ).tables
    assert [names(use.joined) for use in uses] == [["parent_id"], ["id"]]


def test_with_queries_sub_selects_and_lateral_are_looked_through(desk: Place) -> None:
    query = """WITH mine AS (SELECT id AS number, org_id AS org FROM tickets)
        SELECT 1 FROM mine m, (SELECT line, org_id o FROM logs) l,
          LATERAL (SELECT id FROM kinds WHERE kinds.id = m.org) k WHERE m.number = $1 AND l.o = m.org"""
    by_table = {use.relation.name: use for use in read(desk, query).tables}
    assert names(by_table["tickets"].equal) == ["id"]
    assert "org_id" in names(by_table["logs"].joined)
    assert names(by_table["kinds"].joined) == ["id"]


def test_a_view_is_looked_through_to_its_table(desk: Place) -> None:
    use = only(desk, "SELECT headline FROM open_tickets WHERE owner = $1 ORDER BY opened DESC LIMIT $2")
    assert use.relation.name == "tickets"
    assert names(use.equal) == ["assignee_id"]
    assert [p.sql for p in use.predicates] == ["closed_at IS NULL"]
    assert [(s.key.sql, s.descending) for s in use.sort] == [("opened_at", True)]


def test_an_order_of_two_tables_is_no_index_order(desk: Place) -> None:
    query = "SELECT 1 FROM tickets t JOIN kinds k ON k.id = t.org_id ORDER BY t.opened_at, k.name LIMIT 5"
    assert all(not use.sort for use in read(desk, query).tables)


def test_order_by_a_place_means_that_column(desk: Place) -> None:
    use = only(desk, "SELECT title, opened_at FROM tickets ORDER BY 2 DESC NULLS LAST LIMIT 3")
    assert [(s.key.sql, s.descending, s.nulls_first) for s in use.sort] == [("opened_at", True, False)]


def test_a_lone_maximum_is_the_first_row_of_an_order(desk: Place) -> None:
    use = only(desk, "SELECT max(opened_at) FROM tickets WHERE org_id = $1")
    assert [s.key.sql for s in use.sort] == ["opened_at"]
    assert use.limited


@pytest.mark.parametrize(
    ("query", "kind", "columns"),
    [
        (
            "UPDATE tickets SET status = $1, closed_at = now() WHERE id = $2",
            "UPDATE",
            {"status", "closed_at"},
        ),
        ("DELETE FROM tickets WHERE org_id = $1", "DELETE", set()),
        ("INSERT INTO kinds VALUES ($1, $2)", "INSERT", set()),
        ("WITH x AS (UPDATE tickets SET org_id = $1 RETURNING id) SELECT * FROM x", "UPDATE", {"org_id"}),
    ],
)
def test_writes_are_noted_with_what_they_set(desk: Place, query: str, kind: str, columns: set[str]) -> None:
    (write,) = read(desk, query).writes
    assert (write.kind, set(write.columns)) == (kind, columns)


def test_on_conflict_do_update_sets_columns(desk: Place) -> None:
    query = "INSERT INTO kinds VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name"
    assert {(w.kind, w.columns) for w in read(desk, query).writes} == {
        ("INSERT", frozenset()),
        ("UPDATE", frozenset({"name"})),
    }


def test_names_are_found_by_the_search_path(desk: Place) -> None:
    uses = references("SELECT 1 FROM tickets WHERE org_id = $1", desk.catalog, ("archive", "public"))
    assert uses.tables[0].relation.schema == "archive"


def test_typed_literals_of_normalised_texts_are_read(desk: Place) -> None:
    use = only(desk, "SELECT id FROM tickets WHERE opened_at > now() - interval $1")
    assert names(use.ranges) == ["opened_at"]
