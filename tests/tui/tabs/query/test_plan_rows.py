"""A plan as a table, and where its cost is."""

from __future__ import annotations

import pytest

from pgplumb.tui.tabs.query.plan_rows import costliest, in_words, own_costs, plan_rows
from pgplumb.tui.widgets.ink import text_of, width_of
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_node import PlanNode, read_node
from tests.databases import Database

STATEMENTS = (
    "SELECT * FROM a JOIN b ON b.a_id = a.id WHERE a.x = 3 ORDER BY b.y LIMIT 5",
    "SELECT x, (SELECT count(*) FROM b WHERE b.a_id = a.id) FROM a WHERE x < 40",
    "SELECT * FROM a WHERE id IN (SELECT a_id FROM b WHERE y = 7)",
    "WITH t AS MATERIALIZED (SELECT x, count(*) FROM a GROUP BY x) SELECT * FROM t t1, t t2 WHERE t1.x = t2.x + 1",
    "UPDATE a SET x = x + 1 WHERE id = (SELECT min(a_id) FROM b)",
    "SELECT * FROM a LIMIT 1",
)


def plan(raw: dict[str, object]) -> Plan:
    return Plan(read_node(raw), "", False, 0, raw)


def node(
    kind: str, cost: float, rows: float = 1, *below: dict[str, object], **more: object
) -> dict[str, object]:
    return {"Node Type": kind, "Total Cost": cost, "Plan Rows": rows, "Plans": list(below), **more}


@pytest.fixture
def plans(database: Database) -> list[Plan]:
    database.execute(
        """CREATE TABLE a (id int PRIMARY KEY, x int);
           CREATE TABLE b (id int PRIMARY KEY, a_id int, y int);
           INSERT INTO a SELECT n, n % 100 FROM generate_series(1, 5000) n;
           INSERT INTO b SELECT n, n % 5000, n % 50 FROM generate_series(1, 20000) n;
           ANALYZE a, b"""
    )
    return [plan(database.execute(f"EXPLAIN (FORMAT JSON) {text}")[0][0][0]["Plan"]) for text in STATEMENTS]


def test_what_the_nodes_add_is_the_cost_of_the_plan(plans: list[Plan]) -> None:
    for one in plans:
        own = own_costs(one.root)
        assert all(cost >= 0 for cost in own.values())
        assert sum(own.values()) == pytest.approx(one.root.total_cost, rel=0.02)


def test_below_a_limit_only_the_part_that_is_executed_counts() -> None:
    one = plan(node("Limit", 10, 1, node("Seq Scan", 1000, 100)))
    assert own_costs(one.root)[id(one.root.children[0])] == pytest.approx(10)
    assert costliest(one)[0] is one.root.children[0]


def test_the_inner_side_of_a_loop_counts_as_often_as_it_is_executed() -> None:
    outer = node("Seq Scan", 20, 100, **{"Parent Relationship": "Outer"})
    inner = node("Index Scan", 8, 1, **{"Parent Relationship": "Inner"})
    one = plan(node("Nested Loop", 830, 100, outer, inner))
    found, share = costliest(one)
    assert found.node_type == "Index Scan"
    assert share == pytest.approx(800 / 830)


def test_a_subplan_counts_for_every_row_of_its_node() -> None:
    sub = node("Aggregate", 30, 1, **{"Parent Relationship": "SubPlan", "Subplan Name": "SubPlan 1"})
    one = plan(node("Seq Scan", 3050, 100, sub))
    found, _ = costliest(one)
    assert found.node_type == "Aggregate"


def test_a_plan_that_costs_nothing_has_no_shares_to_divide() -> None:
    one = plan(node("Result", 0.0))
    assert costliest(one) == (one.root, 0.0)
    assert [row.share for row in plan_rows(one, 80)] == [0.0]


@pytest.mark.parametrize("width", [40, 75, 139])
def test_no_line_of_the_tree_is_wider_than_its_column_and_nothing_is_lost(
    plans: list[Plan], width: int
) -> None:
    for one in plans:
        rows = plan_rows(one, width)
        assert sum(row.costliest for row in rows) == 1
        # A line with figures leaves room for them; deep down in a tree there may be none to leave.
        for row in rows:
            gutter = len(row.tree[0].text)
            room = width - 2 if row.cost is None else max(width - 32, 24)
            assert width_of(row.tree) <= max(room, gutter + 16)
        words = "".join("".join(text_of(row.tree) for row in rows).split())
        for below in one.root.walk():
            assert _title(below) in words


def _title(below: PlanNode) -> str:
    return "".join((below.index or below.relation or "").split())


def test_a_line_that_goes_on_has_its_figures_once() -> None:
    long = node("Index Scan", 8, 1, **{"Index Name": "i" * 60, "Relation Name": "t" * 60, "Schema": "public"})
    first, *others = plan_rows(plan(long), 60)
    assert first.cost == 8
    assert others
    assert all(row.cost is None for row in others)
    assert all(row.relation == ("public", "t" * 60) for row in (first, *others))


def test_the_plan_in_words_says_that_it_was_not_executed(plans: list[Plan]) -> None:
    words = in_words(plans[0])
    assert "not executed" in words
    assert "Limit" in words
