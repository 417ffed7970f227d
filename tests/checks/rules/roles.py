"""Roles that cases grant to. Roles belong to the whole cluster: they go when the module's database is gone."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.checks.rules.schema_cases import CaseDatabase, built

ROLES = {
    "plumb_app": "LOGIN",
    "plumb_reader": "NOLOGIN",
    "plumb_member": "LOGIN IN ROLE plumb_reader",
    "plumb_owner": "LOGIN",
    "plumb_closed": "NOLOGIN",
    "plumb_service": "NOLOGIN BYPASSRLS",
}
"""Every role that cases may name, with its attributes."""

OPEN = "GRANT USAGE ON SCHEMA {s} TO PUBLIC;"
"""Lets every role into the schema of a case."""


@pytest.fixture(scope="module")
def roles(server: EmbeddedServer) -> Iterator[None]:
    """The roles of `ROLES`, for as long as the module runs."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        for name, attributes in ROLES.items():
            connection.execute(f"CREATE ROLE {name} {attributes}".encode())
        yield
        for name in ROLES:
            connection.execute(f"DROP ROLE {name}".encode())


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest, server: EmbeddedServer, roles: None) -> Iterator[CaseDatabase]:
    """All cases of the module in one database, with the roles that they name."""
    yield from built(server, request.module.CASES)
