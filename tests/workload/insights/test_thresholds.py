"""Where each rule begins to speak: the last plan of which nothing is said, and the first of which something is."""

from __future__ import annotations

from typing import Any

import pytest

from pgplumb.workload.insights.engine import insights

Raw = dict[str, Any]


def node(kind: str, rows: float = 1, loops: float = 1, **more: object) -> Raw:
    """Return an analysed node; `_` in a name stands for a space."""
    named = {key.replace("_", " "): value for key, value in more.items()}
    return {"Node Type": kind, "Plan Rows": rows, "Actual Rows": rows, "Actual Loops": loops, **named}


def scan(removed: float, kept: float, pages: int) -> Raw:
    return node("Seq Scan", kept, Filter="f", Rows_Removed_by_Filter=removed, Shared_Hit_Blocks=pages)


def estimate(planned: float, actual: float, loops: float = 1) -> Raw:
    return {**node("Seq Scan", planned, loops), "Actual Rows": actual}


def index(removed: float, kept: float, condition: str | None = "c") -> Raw:
    return node("Index Scan", kept, Filter="f", Index_Cond=condition, Rows_Removed_by_Filter=removed)


def storm(loops: float, outer_ms: float, all_ms: float) -> Raw:
    outer = node("Seq Scan", loops, Parent_Relationship="Outer", Actual_Total_Time=outer_ms)
    inner = node("Index Scan", 1, loops, Parent_Relationship="Inner", Actual_Total_Time=0.0)
    return node("Nested Loop", loops, Actual_Total_Time=all_ms, Join_Filter="f", Plans=[outer, inner])


def below_limit(removed: float, limit: float) -> Raw:
    return node("Limit", limit, Plans=[index(removed, limit, None)])


def subplan(loops: float) -> Raw:
    return node("Result", 1, Plans=[node("Result", 1, loops, Parent_Relationship="SubPlan")])


def gather(launched: int) -> Raw:
    return node("Gather", 1, Workers_Planned=2, Workers_Launched=launched)


def timed(**top: object) -> Raw:
    return {"Plan": node("Result"), **{key.replace("_", " "): value for key, value in top.items()}}


def jit(spent: float, all_ms: float) -> Raw:
    return timed(Execution_Time=all_ms, JIT={"Functions": 3, "Timing": {"Total": spent}})


def trigger(spent: float, calls: int, constraint: str | None = None) -> Raw:
    one = {"Trigger Name": "t", "Relation": "r", "Time": spent, "Calls": calls}
    return timed(
        Execution_Time=100.0, Triggers=[{**one, "Constraint Name": constraint} if constraint else one]
    )


def heap(fetches: int, rows: int) -> Raw:
    return node("Index Only Scan", rows, Heap_Fetches=fetches)


def bitmap(lossy: int, exact: int) -> Raw:
    return node("Bitmap Heap Scan", 5, Lossy_Heap_Blocks=lossy, Exact_Heap_Blocks=exact)


def product(outer_rows: float, inner_rows: float) -> Raw:
    outer = node("Seq Scan", outer_rows, Parent_Relationship="Outer", Alias="a")
    inner = node("Seq Scan", inner_rows, outer_rows, Parent_Relationship="Inner", Alias="b")
    return node("Nested Loop", outer_rows * inner_rows, Join_Type="Inner", Plans=[outer, inner])


THRESHOLDS: dict[str, tuple[list[Raw], list[Raw]]] = {
    "seq-scan-discards": ([scan(8999, 1001, 1000), scan(9000, 1000, 999)], [scan(9000, 1000, 1000)]),
    "index-scan-filter": ([index(999, 1), index(1990, 200)], [index(1000, 1), index(2000, 200)]),
    "row-misestimate": (
        [estimate(10, 99), estimate(101, 1001), estimate(1, 99), estimate(1, 9.9, 500)],
        [estimate(10, 100), estimate(100, 1000), estimate(1000, 100), estimate(1, 10, 500), estimate(100, 0)],
    ),
    "nested-loop-storm": (
        [storm(9999, 1, 10), storm(10000, 6.1, 10)],
        [storm(10000, 6, 10), storm(90000, 0, 10)],
    ),
    "hash-spill": ([node("Hash", Hash_Batches=1)], [node("Hash", Hash_Batches=2)]),
    "hashagg-spill": (
        [node("Aggregate", HashAgg_Batches=1), node("Aggregate", HashAgg_Batches=0)],
        [node("Aggregate", HashAgg_Batches=2), node("Aggregate", Workers=[{"HashAgg Batches": 5}])],
    ),
    "sort-spill": (
        [node("Sort", Sort_Space_Type="Memory", Sort_Space_Used=9)],
        [
            node("Sort", Sort_Space_Type="Disk", Sort_Space_Used=9),
            node("Sort", Workers=[{"Sort Space Type": "Disk", "Sort Space Used": 9}]),
        ],
    ),
    "lossy-bitmap": ([bitmap(4, 96), bitmap(50, 0)], [bitmap(5, 95)]),
    "heap-fetches": ([heap(999, 10), heap(1999, 20000)], [heap(1000, 10), heap(2000, 20000)]),
    "workers-missing": ([gather(2)], [gather(1), gather(0)]),
    "jit-time": ([jit(49.9, 100), jit(99, 1000)], [jit(50, 100), jit(100, 1000)]),
    "planning-heavy": (
        [timed(Planning_Time=20.0, Execution_Time=1.0), timed(Planning_Time=30.0, Execution_Time=30.0)],
        [timed(Planning_Time=20.1, Execution_Time=20.0)],
    ),
    "subplan-loops": ([subplan(99)], [subplan(100)]),
    "trigger-time": (
        [trigger(19.9, 1), trigger(20, 201, "fk"), trigger(9, 1)],
        [trigger(20, 1), trigger(20, 5000), trigger(20, 200, "fk")],
    ),
    "cold-cache": (
        [
            node("Result", Shared_Read_Blocks=999),
            node("Result", Shared_Read_Blocks=1000, Shared_Hit_Blocks=1001),
        ],
        [node("Result", Shared_Read_Blocks=1000, Shared_Hit_Blocks=1000)],
    ),
    "join-filter": (
        [
            node("Nested Loop", 1, Rows_Removed_by_Join_Filter=999),
            node("Hash Join", 200, Rows_Removed_by_Join_Filter=1999),
        ],
        [
            node("Nested Loop", 1, Rows_Removed_by_Join_Filter=1000),
            node("Hash Join", 200, Rows_Removed_by_Join_Filter=2000),
        ],
    ),
    "wrong-index-for-order": ([below_limit(4999, 5)], [below_limit(5000, 5), below_limit(1000, 0)]),
    "cartesian-product": (
        [product(1, 5000), product(5000, 1), product(9, 111)],
        [product(2, 500), product(10, 100)],
    ),
}


@pytest.mark.parametrize("rule", THRESHOLDS)
def test_a_rule_begins_to_speak_exactly_where_it_says(rule: str) -> None:
    silent, speaking = THRESHOLDS[rule]
    for plan in silent:
        assert [one.id for one in insights(plan)] == [], plan
    for plan in speaking:
        assert [one.id for one in insights(plan)] == [rule], plan


def test_a_hundredfold_error_is_an_error() -> None:
    assert [insights(estimate(10, n))[0].severity for n in (999, 1000)] == ["warning", "error"]


def test_only_the_lowest_wrong_number_is_reported() -> None:
    wrong = {**estimate(10, 5000), "Parent Relationship": "Outer"}
    above = {**node("Sort", 10, Plans=[wrong]), "Actual Rows": 5000}
    (found,) = insights(above)
    assert found.path == "0.0"


def test_numbers_of_all_loops_count() -> None:
    one = index(10, 0)
    assert insights(one) == ()
    assert [i.id for i in insights({**one, "Actual Loops": 100})] == ["index-scan-filter"]


def test_what_was_never_run_is_not_judged() -> None:
    assert insights({**gather(0), "Actual Loops": 0}) == ()
    assert insights({**estimate(5000, 0), "Actual Loops": 0}) == ()
