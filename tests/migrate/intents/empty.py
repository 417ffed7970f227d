"""A catalog of a database with nothing in it."""

from __future__ import annotations

from datetime import UTC, datetime

from pgplumb.catalog.model import Catalog, Database

CATALOG = Catalog(
    read_at=datetime(2026, 1, 1, tzinfo=UTC),
    server_version=180006,
    server_version_text="18.6",
    database=Database(1, "empty", 10, "UTF8", "C", "C", -1, None, 0, 0, None, None),
    current_role=10,
    is_standby=False,
)
