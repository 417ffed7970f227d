"""The database of a module's `CASES`, made when its first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.checks.rules.schema_cases import Case, CaseDatabase, built


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest, server: EmbeddedServer) -> Iterator[CaseDatabase]:
    """All cases of the module in one database."""
    declared: list[Case] = request.module.CASES
    yield from built(server, declared)
