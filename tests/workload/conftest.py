"""A role without any grant."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.server.embedded import EmbeddedServer

_serial = itertools.count()


@pytest.fixture
def plain_role(every_server: EmbeddedServer) -> Iterator[str]:
    """A role that may log in and nothing else. Name it before the database, which must go first."""
    name = f"plain_{next(_serial)}"
    with psycopg.connect(every_server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    with psycopg.connect(every_server.conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP ROLE {name}")
