"""Every strategy of every intent runs forth, back and forth again, as an owner who is no superuser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Strategy
from pgplumb.sql.parser import parse
from pgplumb.sql.split import split
from tests.conftest import Clusters, each_major, in_sight, majors, sampled
from tests.databases import Database
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import Ground, Seen, filled, schema_of


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


@pytest.mark.parametrize(
    ("case", "number"),
    in_sight(
        pytest.param(case, number, id=f"{case.id}-{number}", marks=[pytest.mark.long] if place % 10 else [])
        for place, (case, number) in enumerate(WAYS)
    ),
)
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


def test_every_step_says_how_it_runs(ground: Ground) -> None:
    for case in OWNED:
        if case.since * 10000 > ground.catalog.server_version:
            continue
        fields = {name: filled(value, schema_of(case)) for name, value in case.fields.items()}
        found = intent(case.intent).plan(Fields(fields), ground.catalog)
        assert 1 <= len(found) <= 3
        assert len({strategy.name for strategy in found}) == len(found), case.id
        for strategy in found:
            assert strategy.title
            for step in strategy.steps:
                assert step.about, strategy.up
                assert parse(step.up)
                assert step.down is None or not step.down or parse(step.down)
                assert step.down is not None or step.reversible == "none"
                concurrent = [s for s in split(step.up) if "CONCURRENTLY" in s.text]
                if concurrent and "REFRESH" not in step.up:
                    assert step.autocommit
                    assert (step.lock_timeout, step.statement_timeout) == ("0", "0"), step.up
                elif not step.autocommit:
                    assert step.lock_timeout == "2s", step.up
                if "VALIDATE CONSTRAINT" in step.up:
                    assert len(split(step.up)) == 1


LONG = [case for case in OWNED if case.id in ("wide-key", "retype-with-everything", "tenant", "live-table", "soft",
        "attached-beside-a-default", "column-volatile-not-null", "primary-key-partitioned", "enum-value-gone",
        "key-of-partitions", "index-partitioned")]  # fmt: skip


@pytest.mark.parametrize("case", sampled(LONG, 6), ids=lambda case: case.id)
def test_a_strategy_that_stopped_anywhere_can_be_taken_back(ground: Ground, case: Case) -> None:
    if ground.catalog.server_version // 10000 not in (min(majors()), max(majors())):
        pytest.skip("the oldest and the newest server show it")
    schema = schema_of(case)
    before = ground.shape(schema)
    strategy = _strategy(ground, case, 0)
    for number in range(1, len(strategy.steps)):
        steps = strategy.steps[:number]
        for step in steps:
            ground.run(step, step.up, schema, Seen())
        ground.down(steps, schema)
        if all(step.reversible == "exact" for step in steps):
            assert ground.shape(schema) == before, steps[-1].about
