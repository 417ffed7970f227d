"""Plan against plan: the same shape or not, and which node became what."""

from __future__ import annotations

import pytest

from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.plan_diff import diff, shape
from pgplumb.workload.plan_node import PlanNode, read_node
from tests.databases import Database
from tests.workload.corpus import SCHEMA, STATEMENTS


@pytest.fixture
def shop(every_database: Database) -> Database:
    every_database.execute(SCHEMA)
    return every_database


def plan_of(database: Database, text: str) -> Plan:
    found = explain(database.session(), text)
    assert isinstance(found, Plan), found
    return found


BY_TOTAL = "SELECT * FROM orders WHERE total = $1"


def test_a_scan_that_an_index_replaced_is_named_with_both_costs(shop: Database) -> None:
    before = plan_of(shop, BY_TOTAL)
    shop.execute("CREATE UNIQUE INDEX orders_total ON orders (total)")
    after = plan_of(shop, BY_TOTAL)
    found = diff(before, after)
    assert not found.same_shape
    assert found.cost_ratio < 0.1
    assert found.sentence == (
        "Seq Scan on public.orders became Index Scan using orders_total on public.orders:"
        f" {before.root.total_cost:,.0f} -> {_shown(after.root.total_cost)}"
    )
    assert found.lines()[-1].startswith("cost ")


def _shown(cost: float) -> str:
    return f"{cost:,.0f}" if cost >= 10 else f"{cost:.2f}"


def test_costs_are_no_part_of_a_shape(shop: Database) -> None:
    before = plan_of(shop, BY_TOTAL)
    for text in (
        "DELETE FROM items",
        "DELETE FROM orders WHERE id > 3000",
        "VACUUM FULL orders",
        "ANALYZE orders",
    ):
        shop.execute(text)
    found = diff(before, plan_of(shop, BY_TOTAL))
    assert found.same_shape
    assert found.changes == ()
    assert found.cost_ratio < 1
    assert "of another cost" in found.sentence


def test_every_plan_has_its_own_shape_and_no_other(shop: Database) -> None:
    session = shop.session()
    for text in STATEMENTS:
        first, second = explain(session, text), explain(session, text)
        assert isinstance(first, Plan)
        assert isinstance(second, Plan)
        found = diff(first, second)
        assert found.same_shape
        assert found.sentence.startswith("The same plan, of the same cost")


def test_the_name_of_a_candidate_index_does_not_matter() -> None:
    one, other = (scan(index=name) for name in ("orders_a_idx", "<13556>btree_orders_a"))
    assert shape(one) != shape(other)
    candidates = {"orders_a_idx", "<13556>btree_orders_a"}
    assert shape(one, candidates) == shape(other, candidates)
    assert shape(one, {"public.orders_a_idx"}) == shape(other, candidates)
    assert shape(scan(index="orders_pkey"), candidates) != shape(one, candidates)


def scan(index: str | None = None, relation: str = "orders", **more: object) -> PlanNode:
    raw = {"Node Type": "Index Scan" if index else "Seq Scan", "Schema": "public", "Relation Name": relation}
    return read_node(raw | ({"Index Name": index} if index else {}) | more)


def join(kind: str, outer: str, inner: str, **more: object) -> PlanNode:
    def side(relation: str, role: str) -> dict[str, object]:
        return {
            "Node Type": "Seq Scan",
            "Relation Name": relation,
            "Alias": relation,
            "Parent Relationship": role,
        }

    plans = [side(outer, "Outer"), side(inner, "Inner")]
    return read_node({"Node Type": kind, "Join Type": "Inner", "Plans": plans} | more)


@pytest.mark.parametrize(
    "other",
    [
        join("Hash Join", "b", "a"),
        join("Merge Join", "a", "b"),
        join("Hash Join", "a", "b", **{"Join Type": "Left"}),
        join("Hash Join", "a", "b", **{"Parallel Aware": True}),
        join("Hash Join", "a", "c"),
    ],
)
def test_order_kind_type_and_parallelism_of_a_join_are_part_of_the_shape(other: PlanNode) -> None:
    assert shape(join("Hash Join", "a", "b")) != shape(other)


def test_the_arms_of_a_bitmap_and_the_number_of_a_subplan_are_not_ordered() -> None:
    arms = [{"Node Type": "Bitmap Index Scan", "Index Name": name} for name in ("i", "j")]
    assert shape(read_node({"Node Type": "BitmapOr", "Plans": arms})) == shape(
        read_node({"Node Type": "BitmapOr", "Plans": arms[::-1]})
    )
    old = {
        "Node Type": "Result",
        "Parent Relationship": "InitPlan",
        "Subplan Name": "InitPlan 1 (returns $0)",
    }
    new = old | {"Subplan Name": "InitPlan 1"}
    assert shape(read_node({"Node Type": "Result", "Plans": [old]})) == shape(
        read_node({"Node Type": "Result", "Plans": [new]})
    )


def test_a_join_that_changed_its_kind_is_said(shop: Database) -> None:
    text = "SELECT count(*) FROM orders o JOIN items i ON i.order_id = o.id WHERE o.note = $1"
    before = plan_of(shop, text)
    shop.execute(f"ALTER DATABASE {shop.name} SET enable_nestloop = off")
    after = plan_of(shop, text)
    assert any("became" in str(c) and " of i, o" in str(c) for c in diff(before, after).changes)
