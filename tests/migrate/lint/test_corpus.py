"""The linter's answers over migrations of which the right one is known, measured with rows and on a bare schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.lint import lint
from pgplumb.migrate.lint.psql import sent
from pgplumb.migrate.rehearsal import Workshop
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, majors, sampled
from tests.databases import Database
from tests.migrate.hazards.measured import SCHEMA
from tests.migrate.lint import wide
from tests.migrate.lint.corpus import CORPUS, LONG, Case
from tests.migrate.lint.truth import Judge
from tests.migrate.lint.wide import WIDE

Place = tuple[Twin | Workshop, Catalog]


@pytest.fixture(scope="module", params=["narrow", "wide"])
def workshop(request: pytest.FixtureRequest) -> Iterator[tuple[Place, Sequence[Case]]]:
    bindir = next(iter(majors().values())).path
    schema, cases = (SCHEMA, CORPUS) if request.param == "narrow" else (wide.SCHEMA, WIDE)
    with Workshop.start([("schema.sql", schema)], bindir=bindir) as made:
        yield (made, made.read()[0]), cases


@pytest.fixture(
    scope="module",
    params=["sample", *(pytest.param(all_of, marks=pytest.mark.long) for all_of in ("narrow", "wide"))],
)
def twin(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[tuple[Place, Sequence[Case]]]:
    schema, cases = (wide.SCHEMA, WIDE) if request.param == "wide" else (SCHEMA, CORPUS)
    if request.param == "sample":
        cases = cases[::4]
    database = Database.create(clusters.get(next(iter(majors()))), "lint_corpus")
    database.execute(schema)
    with database.session() as session:
        catalog, _ = read_whole(session)
        source = read_source(session)
    with Twin.start(source, bindir=database.server.bindir.path) as made:
        yield (made, catalog), cases
    database.drop()


def wrong(place: Place, cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """The misses and the false alarms."""
    twin, catalog = place
    misses: list[Case] = []
    alarms: list[Case] = []
    for case in cases:
        script = sent(case.sql)
        found = lint(script.text, mode=case.mode, catalog=catalog, twin=twin, unknown=script.unknown)
        said = any(hazard.id in LONG for hazard in found.hazards)
        if said != case.blocks:
            (misses if case.blocks else alarms).append(case)
        # Over no rows it cannot be told of changes of rows.
        assert found.executes is not False, case
        assert found.safe is not True or not case.blocks, case
    return misses, alarms


@pytest.mark.long
def test_with_rows_every_answer_is_right(workshop: tuple[Place, Sequence[Case]]) -> None:
    assert wrong(*workshop) == ([], [])


def test_on_a_bare_schema_every_answer_is_right(twin: tuple[Place, Sequence[Case]]) -> None:
    assert wrong(*twin) == ([], [])


@pytest.mark.parametrize("case", sampled(WIDE, 40), ids=lambda case: case.sql[:60])
def test_the_answers_are_what_a_server_with_rows_does(clusters: Clusters, case: Case) -> None:
    # A lock that was seen was there; on a busy machine one may be over before anybody has looked.
    looks = (blocks(clusters, case) for _ in range(5 if case.blocks else 1))
    assert any(looks) is case.blocks


def blocks(clusters: Clusters, case: Case) -> bool:
    """Run a migration on a fresh database with rows, and look."""
    database = Database.create(clusters.get(next(iter(majors()))), "truth")
    try:
        database.execute(wide.SCHEMA)
        return Judge(database).blocks(case, wide.REALLY.get(case.sql, case.sql))
    finally:
        database.drop()
