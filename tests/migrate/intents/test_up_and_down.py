"""Every intent's SQL is run on a real server, forth and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.checks.finding import Fix
from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.sql.parser import parse
from pgplumb.sql.split import split
from tests.changes import change_for
from tests.conftest import Clusters, each_major, sampled
from tests.databases import Database
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import SHAPE, filled, schema_of


@dataclass
class Ground:
    """One database with a schema for each case, and the catalog as it was read before anything ran."""

    database: Database
    catalog: Catalog

    def run(self, script: str) -> None:
        """Run statements one by one in autocommit, as a migration runner would."""
        for statement in split(script):
            self.database.execute(statement.text)

    def shape(self, schema: str) -> list[str]:
        """Return everything that one schema holds, a line each."""
        return [row[0] for row in self.database.execute(SHAPE, [schema])]

    def holds(self, expression: str) -> bool:
        """Evaluate an expression; what names an object that is not there does not hold."""
        try:
            return bool(self.database.execute(f"SELECT {expression}")[0][0])
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
            return False


@pytest.fixture(scope="module", params=each_major())
def ground(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Ground]:
    database = Database.create(clusters.get(request.param), "intents")
    for case in _possible(request.param):
        schema = schema_of(case)
        database.execute(
            f"CREATE SCHEMA {schema}; SET search_path = {schema}; " + case.setup.format(s=schema)
        )
    database.execute("RESET search_path")
    yield Ground(database, read_whole(database.session())[0])
    database.drop()


def _possible(major: int) -> list[Case]:
    return [case for case in CASES if case.since <= major]


@pytest.mark.parametrize("case", sampled(CASES, 4), ids=lambda case: case.id)
def test_up_makes_the_change_and_down_takes_it_back(ground: Ground, case: Case) -> None:
    if case.since * 10000 > ground.catalog.server_version:
        pytest.skip(f"came with PostgreSQL {case.since}")
    schema = schema_of(case)
    fields = {name: filled(value, schema) for name, value in case.fields.items()}
    change = intent(case.intent).write(Fields(fields), ground.catalog)
    assert change == change_for(Fix(case.intent, fields), ground.catalog)
    parse(change.up)
    assert change.online is case.online
    assert all(piece in change.up for piece in case.expect), change.up
    wanted = case.true_after.format(s=schema)
    before = ground.shape(schema)
    if case.intent not in ("reindex",):
        assert not ground.holds(wanted), "the case proves nothing"
    ground.run(change.up)
    assert ground.holds(wanted), change.up
    if not case.exact:
        return
    assert change.down is not None
    assert ground.shape(schema) != before
    parse(change.down)
    ground.run(change.down)
    assert ground.shape(schema) == before, change.down


def test_every_intent_has_a_case() -> None:
    elsewhere = {
        "alter-extension-schema",
        "alter-publication",
        "alter-role",
        "alter-role-setting",
        "alter-system-setting",
        "create-extension",
        "create-schema",
        "update-extension",
    }
    assert {case.intent for case in CASES} | elsewhere == set(intent_names())
