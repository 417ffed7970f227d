"""A small shop on a real server, and a twin of it, once a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, each_major
from tests.databases import Database


@pytest.fixture(scope="module", params=each_major())
def shop(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Database]:
    """The shop on a server of each major version in turn."""
    database = Database.create(
        clusters.get(request.param), f"shop_{request.module.__name__.rsplit('.', 1)[-1]}"
    )
    database.execute((Path(__file__).parent / "shop.sql").read_text())
    # Without the commit on disk a page does not become all-visible.
    database.execute("CHECKPOINT")
    database.execute("VACUUM ANALYZE")
    database.execute("CREATE TABLE vacant (id int PRIMARY KEY, note text)")
    # Larger than when it was analysed: the planner goes by the file.
    database.execute("INSERT INTO grown SELECT g, 'a note' FROM generate_series(101, 20000) g")
    database.execute("CHECKPOINT")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def twin(shop: Database) -> Iterator[Twin]:
    """A twin of the shop, of the same major version."""
    with shop.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=shop.server.bindir.path) as twin:
        yield twin
