"""Whatever JSON stands where a plan should be: no rule raises, and what is said is JSON again."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.workload.insights.conditions import calls, compared_with, read_condition
from pgplumb.workload.insights.engine import insights
from tests.conftest import examples
from tests.workload.insights.conftest import Laboratory

RECORDED = [json.loads(p.read_text())[0] for p in sorted((Path(__file__).parent / "plans").glob("*.json"))]


def _keys() -> tuple[list[str], list[str]]:
    """Every key and every text of the recorded plans."""
    keys: set[str] = set()
    texts: set[str] = set()
    waiting: list[Any] = list(RECORDED)
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            keys |= set(one)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            texts.add(one)
    return sorted(keys - {"Plan", "Plans"}), sorted(texts)


def _one_of(values: list[str]) -> st.SearchStrategy[str]:
    return st.integers(0, len(values) - 1).map(lambda at: values[at])


KEYS, TEXTS = _keys()
KEY = _one_of(KEYS)
ODD = ["", ".", "::", "(id)::", "lower(", "(a.b", '"', "((", "))", "$1", "orders", "o.id = ", "''"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    _one_of([*TEXTS, *ODD]),
    st.text(max_size=8),
)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.one_of(KEY, st.text(max_size=3)), SCALARS, max_size=3),
    st.lists(st.dictionaries(KEY, SCALARS, max_size=4), max_size=2),
)
TYPES = st.sampled_from(
    [
        *("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan", "CTE Scan"),
        *("Nested Loop", "Hash Join", "Merge Join", "Hash", "Sort", "Incremental Sort", "Aggregate", "Limit"),
        *("Memoize", "Gather", "Gather Merge", "Append", "ModifyTable", "Recursive Union", "Result"),
    ]
)
BODY = st.dictionaries(KEY, VALUES, max_size=14)


def _node(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    common = {
        "Node Type": TYPES,
        "Plans": st.one_of(st.lists(below, max_size=3), SCALARS),
        "Actual Loops": st.one_of(st.integers(0, 10**6), SCALARS),
        "Plan Rows": st.one_of(st.integers(0, 10**7), SCALARS),
        "Relation Name": st.one_of(st.sampled_from(["orders", "customers", "events_1", "tiers"]), SCALARS),
        "Parent Relationship": st.sampled_from(["Outer", "Inner", "SubPlan", "InitPlan", "Member"]),
    }
    return st.builds(lambda body, fixed: {**body, **fixed}, BODY, st.fixed_dictionaries({}, optional=common))


TREES = st.recursive(_node(SCALARS), _node, max_leaves=8)
TOPS = st.one_of(
    TREES,
    st.builds(lambda plan, top: {**top, "Plan": plan}, TREES, BODY),
    st.dictionaries(st.text(max_size=5), VALUES, max_size=4),
)
CALM = settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@CALM
@given(raw=TOPS)
def test_no_json_makes_a_rule_raise(newest: Laboratory, raw: dict[str, object]) -> None:
    for found in (*insights(raw), *insights(raw, newest.context)):
        assert json.loads(json.dumps(found.document())) == found.document()
        assert found.message
        assert found.path.split(".")[0] == "0"


def _places(raw: Any) -> list[Any]:
    """Every object and list within a JSON value."""
    found: list[Any] = []
    waiting = [raw]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            found.append(one)
            waiting += one.values() if isinstance(one, dict) else one
    return found


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, object]:
    """A recorded plan in which some values were replaced, removed or put elsewhere."""
    plan: dict[str, object] = copy.deepcopy(
        draw(st.integers(0, len(RECORDED) - 1).map(lambda at: RECORDED[at]))
    )
    for _ in range(draw(st.integers(1, 6))):
        places = _places(plan)
        place = places[draw(st.integers(0, len(places) - 1))]
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = keys[draw(st.integers(0, len(keys) - 1))]
        deed = draw(st.sampled_from(["replace", "remove", "graft", "add"]))
        if deed == "remove":
            del place[key]
        elif deed == "add" and isinstance(place, dict):
            place[draw(KEY)] = draw(VALUES)
        elif deed == "graft":
            place[key] = copy.deepcopy(places[draw(st.integers(0, len(places) - 1))])
        else:
            place[key] = draw(VALUES)
    return plan


@CALM
@given(raw=damaged())
def test_no_damage_to_a_plan_makes_a_rule_raise(newest: Laboratory, raw: dict[str, object]) -> None:
    for found in (*insights(raw), *insights(raw, newest.context)):
        assert json.loads(json.dumps(found.document())) == found.document()


@CALM
@given(pieces=st.lists(_one_of([*TEXTS, *ODD, " AND ", "(", ")", "id", ".", "::"]), max_size=6))
def test_no_condition_makes_the_reader_raise(newest: Laboratory, pieces: list[str]) -> None:
    text = "".join(pieces)
    catalog = newest.context.catalog
    assert catalog is not None
    for table in ("orders", "customers", "events"):
        relation = catalog.by_name["public", table]
        found = read_condition(text, table[0], relation, catalog)
        names = {column.name for column in relation.columns}
        assert found.bare <= names
        assert {wrapped.column.name for wrapped in found.wrapped} <= names
    assert all(isinstance(name, str) for name in calls(text))
    assert all(isinstance(value, str) for value in compared_with(text))
