"""The linter's answers over migrations of which the right one is known, measured with rows and on a bare schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.cli.places import without_cage
from pgplumb.migrate.lint import lint
from pgplumb.migrate.rehearsal import Workshop
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, majors
from tests.databases import Database
from tests.migrate.hazards.measured import SCHEMA
from tests.migrate.lint.corpus import CORPUS, LONG, Case

Place = tuple[Twin | Workshop, Catalog]


@pytest.fixture(scope="module")
def workshop() -> Iterator[Place]:
    bindir = next(iter(majors().values())).path
    with Workshop.start([("schema.sql", SCHEMA)], bindir=bindir) as made:
        yield made, without_cage(made.read()[0])


@pytest.fixture(scope="module")
def twin(clusters: Clusters) -> Iterator[Place]:
    database = Database.create(clusters.get(next(iter(majors()))), "lint_corpus")
    database.execute(SCHEMA)
    with database.session() as session:
        catalog, _ = read_whole(session)
        source = read_source(session)
    with Twin.start(source, bindir=database.server.bindir.path) as made:
        yield made, catalog
    database.drop()


def wrong(place: Place) -> tuple[list[Case], list[Case]]:
    """The misses and the false alarms."""
    twin, catalog = place
    misses: list[Case] = []
    alarms: list[Case] = []
    for case in CORPUS:
        found = lint(case.sql, mode=case.mode, catalog=catalog, twin=twin)
        said = any(hazard.id in LONG for hazard in found.hazards)
        if said != case.blocks:
            (misses if case.blocks else alarms).append(case)
        # Over no rows it cannot be told of changes of rows.
        assert found.executes is not False, case
        assert found.safe is not True or not case.blocks, case
    return misses, alarms


@pytest.mark.long
def test_with_rows_every_answer_is_right(workshop: Place) -> None:
    assert wrong(workshop) == ([], [])


def test_on_a_bare_schema_every_answer_is_right(twin: Place) -> None:
    assert wrong(twin) == ([], [])
