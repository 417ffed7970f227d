"""Every strategy of every intent goes out to every tool and comes back; and as a plan file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pgplumb.migrate.change import Fields
from pgplumb.migrate.formats import format_names
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Plan
from pgplumb.migrate.plan_file import dump_plan, parse_plan
from pgplumb.server.embedded import EmbeddedServer
from tests.conftest import sampled
from tests.databases import Database
from tests.migrate.formats.plans import back, exported, forward, read_back, read_forward, tool
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import Ground, filled, schema_of

OWNED = [case for case in CASES if case.owned]


@pytest.fixture(scope="module")
def ground(server: EmbeddedServer) -> Iterator[Ground]:
    database = Database.create(server, "exported_intents")
    ground = Ground.with_cases(database, [case for case in OWNED if case.since <= server.major])
    yield ground
    ground.owner.close()
    database.drop()


@pytest.mark.parametrize("case", sampled(OWNED, 5), ids=lambda case: case.id)
def test_every_strategy_goes_out_and_comes_back(ground: Ground, case: Case, tmp_path: Path) -> None:
    if case.since * 10000 > ground.catalog.server_version:
        pytest.skip(f"came with PostgreSQL {case.since}")
    schema = schema_of(case)
    fields = {name: filled(value, schema) for name, value in case.fields.items()}
    strategies = intent(case.intent).plan(Fields(fields), ground.catalog)
    whole = Plan(case.id, case.id, strategies, strategies[0].name, case.intent)
    assert parse_plan(dump_plan(whole)) == whole
    for strategy in strategies:
        plan = whole.with_strategy(strategy.name)
        for name in format_names():
            found = tool(name).read(exported(name, plan, tmp_path / strategy.name / name))
            assert read_forward(found) == forward(plan)
            assert read_back(found) == back(plan)
