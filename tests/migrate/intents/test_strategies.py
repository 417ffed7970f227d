"""Every strategy of every intent runs forth, back and forth again, as an owner who is no superuser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Strategy
from tests.conftest import Clusters, each_major
from tests.databases import Database
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import Ground, filled, schema_of


@pytest.fixture(scope="module", params=each_major())
def ground(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Ground]:
    database = Database.create(clusters.get(request.param), "strategies")
    ground = Ground.with_cases(database, [c for c in OWNED if c.since <= request.param])
    yield ground
    ground.owner.close()
    database.drop()


OWNED = [case for case in CASES if case.owned]
WAYS = [(case, number) for case in OWNED for number in range(3)]


def _strategy(ground: Ground, case: Case, number: int) -> Strategy:
    if case.since * 10000 > ground.catalog.server_version:
        pytest.skip(f"came with PostgreSQL {case.since}")
    schema = schema_of(case)
    fields = {name: filled(value, schema) for name, value in case.fields.items()}
    found = intent(case.intent).plan(Fields(fields), ground.catalog)
    if number >= len(found):
        pytest.skip("there are fewer strategies")
    return found[number]


@pytest.mark.parametrize(("case", "number"), WAYS, ids=[f"{c.id}-{n}" for c, n in WAYS])
def test_a_strategy_runs_forth_and_back_and_forth(ground: Ground, case: Case, number: int) -> None:
    strategy = _strategy(ground, case, number)
    schema = schema_of(case)
    before = ground.shape(schema)
    done = 0
    try:
        seen = ground.up(strategy, schema)
        done = len(strategy.steps)
        if strategy.online:
            assert not seen.work, strategy.up
        if strategy.down is None:
            return
        ground.down(strategy.steps, schema)
        done = 0
        if all(step.reversible == "exact" for step in strategy.steps):
            assert ground.shape(schema) == before, strategy.down
        ground.up(strategy, schema)
        done = len(strategy.steps)
        ground.down(strategy.steps, schema)
        done = 0
    finally:
        if done or ground.shape(schema) != before:
            ground.again(case)
