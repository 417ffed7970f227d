"""What keeps a rule silent though its shape is there."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.engine import insights
from pgplumb.workload.insights.registry import all_rules
from pgplumb.workload.insights.rule import Needs
from pgplumb.workload.plan import Plan, explain
from tests.workload.insights.conftest import Laboratory
from tests.workload.insights.scenarios import ONLY_LOOPS, SCENARIOS, Scenario

ANALYSED = {rule.id for rule in all_rules() if rule.needs is Needs.ANALYSED}
ESTIMATED = {rule.id for rule in all_rules() if rule.needs is Needs.ESTIMATED}


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.rule in ANALYSED], ids=str)
def test_what_was_not_run_is_not_said_to_have_happened(newest: Laboratory, scenario: Scenario) -> None:
    found = newest.insights(scenario.query, scenario.settings, analyse=False)
    assert not ANALYSED & {one.id for one in found}


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.rule in ESTIMATED], ids=str)
def test_what_was_run_is_not_guessed_at(newest: Laboratory, scenario: Scenario) -> None:
    if scenario.rule == "nested-loop-all-pairs":
        pytest.skip("it would run for minutes")
    found = newest.insights(scenario.query, scenario.settings)
    assert not ESTIMATED & {one.id for one in found}


SILENT = {
    "a BRIN index only ever tells pages": (
        "SELECT count(note) FROM orders WHERE total < 9000",
        {"enable_seqscan": "off", "enable_indexscan": "off"},
    ),
    "a recursive CTE cannot be inlined": (
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT * FROM n WHERE i = 5",
        {},
    ),
    "a changing CTE cannot be inlined": (
        "WITH gone AS (DELETE FROM items WHERE order_id <= 2000 RETURNING *) SELECT * FROM gone WHERE order_id = 5",
        {},
    ),
    "an indexed foreign key is quick": (
        "DELETE FROM orders WHERE id > 38000",
        {},
    ),
    "EXISTS stops at the first row": (
        "SELECT count(*) FROM customers c WHERE c.id BETWEEN 2 AND 60 "
        "AND EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)",
        ONLY_LOOPS,
    ),
    "LIMIT stops when it has enough": ("SELECT * FROM orders WHERE status = 'paid' LIMIT 20", {}),
    "a bounded sort keeps the first rows alone": (
        "SELECT * FROM orders ORDER BY note LIMIT 5",
        {"work_mem": "64kB"},
    ),
    "a hashed sub-query runs once": (
        "SELECT count(*) FROM customers WHERE (id IN (SELECT customer_id FROM calls)) IS NOT NULL",
        {},
    ),
    "a sort that fits stays in memory": ("SELECT * FROM customers ORDER BY score", {}),
    "both sides asked for one value are joined by it": (
        "SELECT o.id, l.id FROM orders o JOIN orders l ON l.customer_id = o.customer_id WHERE o.customer_id = 1 "
        "AND o.id < 2000 AND l.id < 2000",
        ONLY_LOOPS,
    ),
    "a table too small for an index": ("SELECT * FROM tiers WHERE abs(low) = 40", {}),
    "an index on the very expression was passed over": (
        "SELECT count(*) FROM customers WHERE upper(country) = 'K7'",
        {"enable_indexscan": "off", "enable_bitmapscan": "off", "enable_indexonlyscan": "off"},
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_silent(laboratory: Laboratory, name: str) -> None:
    query, settings = SILENT[name]
    assert [(i.id, i.message) for i in laboratory.insights(query, settings)] == []


def test_a_parameter_prunes_when_the_statement_runs(laboratory: Laboratory) -> None:
    session = laboratory.database.session()
    plan = explain(session, "SELECT * FROM events WHERE at >= $1 AND at < $2", search_path="public")
    assert isinstance(plan, Plan), plan
    assert insights(plan, laboratory.context) == ()


def test_without_a_catalog_nothing_is_said_of_columns(newest: Laboratory) -> None:
    for query in (
        "SELECT * FROM orders WHERE id = 5::numeric",
        "SELECT * FROM customers WHERE lower(email) = 'c7@example.com'",
        "SELECT * FROM events WHERE date_trunc('month', at) = timestamp '2026-02-01'",
    ):
        assert insights(newest.plan(query, analyse=False)) == ()


def test_without_a_catalog_the_buffers_tell_a_tables_size(newest: Laboratory) -> None:
    plan = newest.plan("SELECT id FROM orders WHERE note = rpad('note 7', 145)")
    assert [i.id for i in insights(plan)] == ["seq-scan-discards"]
    small = newest.plan("SELECT id FROM customers WHERE score = 7")
    assert insights(small) == ()


def test_a_loop_whose_time_was_not_taken_is_not_judged_by_time(newest: Laboratory) -> None:
    scenario = next(s for s in SCENARIOS if s.rule == "nested-loop-storm")
    plan = newest.plan(scenario.query, scenario.settings)
    timeless = copy.deepcopy(plan)
    waiting = [timeless["Plan"]]
    while waiting:
        node = waiting.pop()
        del node["Actual Total Time"], node["Actual Startup Time"]
        waiting += node.get("Plans", [])
    assert [i.id for i in insights(plan, newest.context)] == ["nested-loop-storm"]
    assert insights(timeless, newest.context) == ()


def test_parallelism_that_is_off_is_not_missed(newest: Laboratory) -> None:
    scenario = next(s for s in SCENARIOS if s.rule == "parallel-unsafe-function")
    off = {**scenario.settings, "max_parallel_workers_per_gather": "0"}
    assert newest.insights(scenario.query, off, analyse=False) == ()
    safe = scenario.query.replace("is_odd", "is_even")
    assert newest.insights(safe, off, analyse=False) == ()


def test_our_own_sessions_settings_are_not_taken_for_the_servers(newest: Laboratory) -> None:
    # Our sessions switch parallel workers off: a plan without them says nothing about others.
    assert newest.context.setting("max_parallel_workers_per_gather") == "2"
    assert newest.context.work_mem() == 4 * 1024**2
    assert replace(newest.context, settings={"work_mem": "64kB"}).work_mem() == 65536
    assert Context().work_mem() == 4 * 1024**2


def evicting(evictions: int, hits: int = 900, misses: int = 100) -> dict[str, Any]:
    counts = {"Cache Hits": hits, "Cache Misses": misses, "Cache Evictions": evictions}
    node = {"Node Type": "Memoize", "Actual Rows": 1, "Actual Loops": hits + misses, "Plan Rows": 1, **counts}
    return {
        "Node Type": "Nested Loop",
        "Actual Rows": 1000,
        "Actual Loops": 1,
        "Plan Rows": 1000,
        "Plans": [node],
    }


def test_a_cache_is_judged_by_its_hits_and_by_what_it_threw_out() -> None:
    assert insights(evicting(0)) == ()
    assert insights(evicting(0, hits=500, misses=500)) == ()
    assert [i.id for i in insights(evicting(1))] == ["memoize-thrash"]
    assert [i.id for i in insights(evicting(0, hits=499, misses=501))] == ["memoize-thrash"]
    assert insights(evicting(0, hits=0, misses=99)) == ()
