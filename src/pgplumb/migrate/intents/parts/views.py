"""Views that stand in for tables under the names that these had."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.intents.parts import find, privileges
from pgplumb.migrate.intents.parts.quoting import names


def stand_in(catalog: Catalog, table: Relation, behind: str) -> list[str]:
    """Return the statements that make a view with a table's name and privileges, over what is `behind` it."""
    invoker = " WITH (security_invoker = true)" if catalog.server_version >= 150000 else ""
    columns = names(c.name for c in table.columns)
    view = f"CREATE VIEW {find.sql_name(table)}{invoker} AS SELECT {columns} FROM {behind}"
    return [view, *privileges.restore(catalog, table)]
