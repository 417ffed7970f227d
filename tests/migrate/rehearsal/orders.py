"""A shop with what makes locks differ: indexes on expressions, partitions with a default, views, domains, policies."""

from __future__ import annotations

from tests.migrate.hazards.measured import SCHEMA as BASE

SCHEMA = BASE
