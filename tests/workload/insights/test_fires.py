"""Each rule speaks where it should, and no other rule with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.engine import insights
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.registry import all_rules
from pgplumb.workload.plan import Plan, explain
from tests.workload.insights.conftest import Laboratory
from tests.workload.insights.scenarios import SCENARIOS, Scenario


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_plan_made_to_show_one_thing_shows_that_alone(laboratory: Laboratory, scenario: Scenario) -> None:
    found = laboratory.insights(scenario.query, scenario.settings, scenario.analyse)
    assert [one.id for one in found] == [scenario.rule], [str(one.message) for one in found]
    assert scenario.says in found[0].message


def test_every_rule_has_a_plan_that_shows_it() -> None:
    shown = {scenario.rule for scenario in SCENARIOS} | {"jit-time", "generic-limit"}
    assert shown == {rule.id for rule in all_rules()}


def test_a_limit_that_is_a_parameter_is_planned_for_a_tenth(laboratory: Laboratory) -> None:
    session = laboratory.database.session()
    plan = explain(session, "SELECT * FROM orders ORDER BY created_at LIMIT $1", search_path="public")
    assert isinstance(plan, Plan), plan
    context = replace(laboratory.context, rows_per_call=20.0)
    (found,) = insights(plan, context)
    assert found.id == "generic-limit"
    assert found.message == (
        "planned for 4,000 rows, a tenth of 40,000, because the LIMIT is a parameter; it returns 20 on average"
    )
    assert found.evidence == {"planned_rows": 4000, "rows_below": 40000, "rows_per_call": 20.0}
    known = explain(session, "SELECT * FROM orders WHERE total > $1 ORDER BY created_at LIMIT 4000")
    assert isinstance(known, Plan), known
    assert insights(known, context) == ()


def test_compiling_that_takes_long_is_said(laboratory: Laboratory) -> None:
    if not laboratory.database.execute("SELECT pg_jit_available()")[0][0]:
        pytest.skip("this server was built without JIT")
    eager = {"jit": "on", "jit_above_cost": "0", "jit_optimize_above_cost": "0", "jit_inline_above_cost": "0"}
    wide = ", ".join(f"sum(id * {n} + total % {n + 1})" for n in range(1, 30))
    plan = laboratory.plan(f"SELECT {wide} FROM orders", eager)
    (found,) = insights(plan, laboratory.context)
    assert (found.id, found.path) == ("jit-time", "0")
    assert found.evidence["jit_milliseconds"] == plan["JIT"]["Timing"]["Total"]


def test_an_insight_says_where_what_and_what_to_do(newest: Laboratory) -> None:
    (found,) = newest.insights("SELECT id FROM orders WHERE note = rpad('note 7', 145)")
    assert found.node == "0 Seq Scan on public.orders"
    assert found.severity is Severity.WARNING
    assert found.advise
    assert "index" in found.hint
    assert found.evidence["rows_removed"] == 39600
    assert found.evidence["rows_returned"] == 400
    document = found.document()
    assert list(document) == ["id", "node", "message", "evidence"]
    assert json.loads(json.dumps(document)) == document


def test_the_worst_comes_first_and_its_path_leads_to_it(newest: Laboratory) -> None:
    plan = newest.plan(
        "SELECT p.id, o.note FROM places p JOIN orders o ON o.id = p.id "
        "WHERE p.city = 'city 7' AND p.country = 'country 7' ORDER BY o.note",
        {"work_mem": "64kB"},
    )
    plan["Plan"]["Plans"][0]["Actual Rows"] = 1e6
    found = insights(plan, newest.context)
    assert [one.severity for one in found] == sorted((o.severity for o in found), key=list(Severity).index)
    for one in found:
        node = plan["Plan"]
        for place in one.path.split(".")[1:]:
            node = node["Plans"][int(place)]
        assert one.node.partition(" ")[2].startswith(node["Node Type"])


def test_partitions_of_one_table_speak_once(newest: Laboratory) -> None:
    query = "SELECT * FROM events WHERE date_trunc('month', at) = timestamp '2026-02-01'"
    newest.database.execute("CREATE INDEX events_at ON events (at)")
    try:
        session = newest.database.session()
        catalog, statistics = read_whole(session)
        found = insights(newest.plan(query, analyse=False), Context(catalog, statistics))
    finally:
        newest.database.execute("DROP INDEX events_at")
    assert [one.id for one in found] == ["pruning-unused", "function-on-indexed-column"]
    assert found[1].evidence["more_nodes"] == 2
