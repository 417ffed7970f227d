"""A pair of empty databases on one server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.twin.statistics.pair import Pair, pair


@pytest.fixture
def two(server: EmbeddedServer) -> Iterator[Pair]:
    """Databases of the newest version, without a schema yet."""
    with pair(server, server, "") as made:
        yield made
