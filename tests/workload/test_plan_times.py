"""Where time went and which estimates were wrong, in plans that were executed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgplumb.workload.plan import Plan, read_plan
from pgplumb.workload.plan_lines import figures, lines
from pgplumb.workload.plan_node import PlanNode, read_node
from pgplumb.workload.plan_times import misestimates, own_times, wall_times
from tests.databases import Database
from tests.workload.corpus import SCHEMA


@pytest.fixture
def shop(every_database: Database) -> Database:
    every_database.execute(SCHEMA)
    return every_database


def analysed(database: Database, text: str, options: str = "") -> Plan:
    """Execute a query of the test's own on the test's own server."""
    found = database.execute(f"EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS, FORMAT JSON{options}) {text}")[
        0
    ][0]
    return read_plan(json.loads(found) if isinstance(found, str) else found, text, text)


def node(plan: Plan, kind: str) -> PlanNode:
    return next(n for n in plan.root.walk() if n.node_type == kind)


def test_figures_of_an_execution_are_read_on_every_version(shop: Database) -> None:
    plan = analysed(shop, "SELECT * FROM orders WHERE total > 4000 AND note IS NULL")
    scan = node(plan, "Seq Scan").actual
    assert scan is not None
    assert (scan.rows, scan.loops, scan.removed_by_filter) == (1000, 1, 4000)
    assert scan.buffers is not None
    assert scan.buffers.shared_hit + scan.buffers.shared_read > 10
    assert scan.total_ms is not None
    assert plan.figures.execution_ms is not None
    assert plan.figures.execution_ms >= scan.total_ms
    assert plan.figures.planning_ms is not None


def test_times_are_missing_where_timing_was_off(shop: Database) -> None:
    plan = analysed(shop, "SELECT count(*) FROM orders", ", TIMING OFF")
    assert plan.root.actual is not None
    assert plan.root.actual.total_ms is None
    assert own_times(plan.root) == {}
    assert figures(lines(plan)[0]) == "1 rows"


def test_a_sort_that_spilled_says_so(shop: Database) -> None:
    shop.execute(f"ALTER DATABASE {shop.name} SET work_mem = '64kB'")
    with shop.connect() as connection:
        found = connection.execute(
            "EXPLAIN (ANALYZE, SETTINGS, FORMAT JSON) SELECT g FROM generate_series(1, 20000) g ORDER BY -g"
        ).fetchone()
    assert found is not None
    plan = read_plan(found[0], "", "")
    sort = node(plan, "Sort").actual
    assert sort is not None
    assert (sort.sort_method, sort.sort_on_disk) == ("external merge", True)
    assert sort.sort_kb > 100
    assert plan.figures.settings["work_mem"] == "64kB"


def test_a_node_that_nothing_asked_was_never_executed(shop: Database) -> None:
    text = "SELECT * FROM customers c WHERE id < 0 AND (active OR EXISTS (SELECT 1 FROM items WHERE line = c.id))"
    plan = analysed(shop, text)
    never = [line for line in lines(plan) if line.loops == 0]
    assert never
    assert figures(never[0]) == "never executed"
    assert never[0].actual_rows is None


def test_own_times_add_up_to_the_whole(shop: Database) -> None:
    for text in (
        "SELECT c.name, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 2",
        "WITH big AS MATERIALIZED (SELECT * FROM items WHERE price > 10)"
        " SELECT count(*) FROM big a JOIN big b USING (order_id, line)",
        "SELECT * FROM orders WHERE total > (SELECT avg(price) FROM items)",
        "SELECT (SELECT count(*) FROM items i WHERE i.order_id = o.id) FROM orders o WHERE id < 100",
    ):
        plan = analysed(shop, text)
        own, walls = own_times(plan.root), wall_times(plan.root)
        whole = walls[id(plan.root)]
        assert sum(own.values()) == pytest.approx(whole, rel=0.15, abs=0.1), text
        assert min(own.values()) >= 0


def measured(kind: str, ms: float, *below: dict[str, Any], loops: float = 1, **more: Any) -> dict[str, Any]:
    raw = {
        "Node Type": kind,
        "Actual Total Time": ms,
        "Actual Loops": loops,
        "Actual Rows": 1,
        "Plan Rows": 1,
    }
    return raw | {"Plans": list(below)} | {key.replace("_", " "): value for key, value in more.items()}


def test_workers_run_at_the_same_time() -> None:
    scan = measured("Seq Scan", 30, loops=3, Parent_Relationship="Outer")
    root = read_node(measured("Gather", 35, scan, Workers_Launched=2))
    assert wall_times(root) == {id(root): 35, id(root.children[0]): 30}
    assert own_times(root)[id(root)] == 5


def test_a_leader_that_did_not_take_part_is_no_process() -> None:
    scan = measured("Seq Scan", 30, loops=2, Parent_Relationship="Outer")
    root = read_node(measured("Gather", 35, scan, Workers_Launched=2))
    assert wall_times(root)[id(root.children[0])] == 30


def test_a_cte_counts_once_and_in_the_scan_that_waited_for_it() -> None:
    cte = measured("Seq Scan", 80, Parent_Relationship="InitPlan", Subplan_Name="CTE big")
    first = measured("CTE Scan", 85, CTE_Name="big", Parent_Relationship="Outer")
    second = measured("CTE Scan", 5, CTE_Name="big", Parent_Relationship="Inner")
    root = read_node(measured("Nested Loop", 100, cte, first, second))
    own = own_times(root)
    assert own[id(root)] == pytest.approx(10)
    assert sum(own.values()) == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("name", "mark"), [("InitPlan 1 (returns $0)", "$0"), ("InitPlan 1", "(InitPlan 1).col1")]
)
def test_an_initplan_counts_in_the_node_that_uses_it(name: str, mark: str) -> None:
    init = measured("Aggregate", 60, Parent_Relationship="InitPlan", Subplan_Name=name)
    scan = measured("Seq Scan", 90, Parent_Relationship="Outer", Filter=f"(total > {mark})")
    root = read_node(measured("Sort", 100, init, scan))
    own = own_times(root)
    assert own == {id(root): 10, id(root.children[0]): 60, id(root.children[1]): 30}


def test_the_factor_of_a_wrong_estimate_is_shown(shop: Database) -> None:
    # Two columns that say the same: the planner multiplies what is one condition.
    shop.execute(
        "CREATE TABLE twice AS SELECT g % 50 AS a, g % 50 AS b FROM generate_series(1, 5000) g; ANALYZE twice"
    )
    plan = analysed(shop, "SELECT * FROM twice WHERE a = 7 AND b = 7")
    wrong = misestimates(plan.root)[id(plan.root)]
    assert wrong.too_few
    assert wrong.factor == pytest.approx(50, rel=0.1)
    assert "100 rows of 2 expected (50x)" in figures(lines(plan)[0])


def test_what_a_limit_cut_off_is_no_wrong_estimate(shop: Database) -> None:
    plan = analysed(shop, "SELECT * FROM orders LIMIT 1")
    assert misestimates(plan.root) == {}
    sorted_first = analysed(shop, "SELECT * FROM orders WHERE total > 10 ORDER BY note LIMIT 1")
    scan = node(sorted_first, "Seq Scan")
    assert id(scan) in misestimates(sorted_first.root)


def test_what_exists_takes_from_its_subplan_is_no_wrong_estimate() -> None:
    scan = measured("Seq Scan", 1, Parent_Relationship="SubPlan", Subplan_Name="SubPlan 1", Plan_Rows=5000)
    root = read_node(measured("Seq Scan", 2, scan))
    assert id(root.children[0]) not in misestimates(root)


def test_names_of_io_times_of_every_version_are_known() -> None:
    old = read_node(measured("Seq Scan", 1, **{"I/O Read Time": 2.5}))
    new = read_node(measured("Seq Scan", 1, **{"Shared I/O Read Time": 2.0, "Local I/O Read Time": 0.5}))
    none = read_node(measured("Seq Scan", 1))
    assert [n.actual.read_ms for n in (old, new, none) if n.actual] == [2.5, 2.5, None]


def test_jit_and_triggers_are_read_in_both_spellings() -> None:
    timing = {"Generation": 1.0, "Inlining": 2.0, "Optimization": 3.0, "Emission": 4.0, "Total": 10.0}
    new = timing | {"Generation": {"Deform": 0.5, "Total": 1.0}}
    trigger = {"Trigger Name": "t", "Constraint Name": "fk", "Relation": "orders", "Time": 9.1, "Calls": 3}
    for one in (timing, new):
        top = {"Plan": {}, "JIT": {"Functions": 3, "Timing": one}, "Triggers": [trigger]}
        found = read_plan([top], "", "").figures
        assert found.jit is not None
        assert (found.jit.functions, found.jit.total_ms, found.jit.generation_ms) == (3, 10, 1)
        assert (found.triggers[0].constraint, found.triggers[0].calls) == ("fk", 3)
