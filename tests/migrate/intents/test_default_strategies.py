"""No default strategy works long on a table that is in use under a lock that blocks, as its rehearsal shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.migrate.lint import lint
from pgplumb.migrate.plan import Strategy
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, majors, sampled
from tests.databases import Database
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import OWNER, Ground, filled, schema_of
from tests.migrate.intents.test_hazards_of_strategies import script_of
from tests.migrate.lint.corpus import LONG

NEWEST = max(majors())
OWNED = [case for case in CASES if case.owned and case.since <= NEWEST]
SAYS_WHY = re.compile(r"\bwait\b|\block(ed)?\b|\bat once\b")
NO_TABLE = {
    "alter-extension-schema", "alter-role", "alter-role-setting", "alter-system-setting", "create-extension",
    "create-schema", "update-extension", "alter-publication",
}  # fmt: skip
"""They touch no table that grows, and have no case inside a schema."""


@pytest.fixture(scope="module")
def ground(clusters: Clusters) -> Iterator[Ground]:
    database = Database.create(clusters.get(NEWEST), "defaults")
    ground = Ground.with_cases(database, OWNED)
    yield ground
    ground.owner.close()
    database.drop()


@pytest.fixture(scope="module")
def twin(ground: Ground) -> Iterator[Twin]:
    with ground.database.session(OWNER) as session:
        source = read_source(session)
    with Twin.start(source, bindir=ground.database.server.bindir.path) as made:
        yield made


def default(ground: Ground, case: Case) -> Strategy:
    fields = {name: filled(value, schema_of(case)) for name, value in case.fields.items()}
    return intent(case.intent).plan(Fields(fields), ground.catalog)[0]


def test_every_intent_has_a_case() -> None:
    assert set(intent_names()) - NO_TABLE <= {case.intent for case in CASES}


def test_a_default_that_blocks_says_so(ground: Ground) -> None:
    for case in OWNED:
        strategy = default(ground, case)
        assert strategy.online or SAYS_WHY.search(strategy.title), (case.id, strategy.title)


@pytest.mark.parametrize("case", sampled(OWNED, 20), ids=lambda case: case.id)
def test_an_online_default_works_long_under_no_lock_that_blocks(
    ground: Ground, twin: Twin, case: Case
) -> None:
    strategy = default(ground, case)
    if not strategy.online:
        pytest.skip("it says that others wait")
    found = lint(script_of(strategy.steps), mode="autocommit", catalog=ground.catalog, twin=twin)
    blocking = [f"{h.id}: {h.message}" for h in found.hazards if h.id in LONG]
    assert not blocking, strategy.up
    # The twin has no privileges on the database itself: its role may not make a schema.
    assert found.executes is not False or case.id == "table-archived", found.sqlstate
