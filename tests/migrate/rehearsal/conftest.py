"""The orders schema on a real server, and a twin of it, once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, each_major, majors
from tests.databases import Database
from tests.migrate.rehearsal.orders import SCHEMA


def _made(request: pytest.FixtureRequest, clusters: Clusters, major: int) -> Iterator[Database]:
    name = request.module.__name__.rsplit(".", 1)[-1] + (request.fixturename or "")
    database = Database.create(clusters.get(major), f"orders_{name}_{major}")
    database.execute(SCHEMA)
    yield database
    database.drop()


@pytest.fixture(scope="module", params=each_major())
def every_twin(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Twin]:
    """A twin of the schema, of each major version in turn."""
    for database in _made(request, clusters, request.param):
        with database.session() as session:
            source = read_source(session)
        with Twin.start(source, bindir=database.server.bindir.path) as twin:
            yield twin


@pytest.fixture(scope="module")
def orders(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Database]:
    """The schema with rows, on the newest server."""
    yield from _made(request, clusters, next(iter(majors())))


@pytest.fixture(scope="module")
def twin(orders: Database) -> Iterator[Twin]:
    """Its twin."""
    with orders.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=orders.server.bindir.path) as twin:
        yield twin
