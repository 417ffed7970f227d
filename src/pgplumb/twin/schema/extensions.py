"""The target's extensions as statements, held to those that reach nothing but their database."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.foundation.names import object_id
from pgplumb.server.rows import Row
from pgplumb.sql.quote import quote_identifier
from pgplumb.twin.extensions import HARMLESS
from pgplumb.twin.schema.text import Step


def steps(rows: Iterable[Row]) -> tuple[list[Step], dict[str, str]]:
    """Return the statements for the rows of `schema_extensions.sql`, and why others are left out."""
    made: list[Step] = []
    refused: dict[str, str] = {}
    for name, schema, own_schema, _ in rows:
        if name not in HARMLESS:
            refused[name] = (
                f"extension {name} is left out: the twin takes only extensions known to be harmless"
            )
        elif name != "plpgsql":
            where = "" if own_schema else f" SCHEMA {quote_identifier(schema)}"
            sql = f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(name)}{where}"
            made.append(Step(6, object_id("extension", name), None, sql))
    return made, refused
