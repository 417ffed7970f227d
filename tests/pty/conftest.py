"""What the program is opened on."""

from __future__ import annotations

import pytest

from tests.databases import Database
from tests.pty.driving import SHOP


@pytest.fixture
def shop(database: Database) -> Database:
    """A database with three tables."""
    database.execute(SHOP)
    return database
