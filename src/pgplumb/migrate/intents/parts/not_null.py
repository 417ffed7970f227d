"""NOT NULL without reading the table while it is locked."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name


def forbid_nulls(catalog: Catalog, table: Relation, column: Column) -> list[str]:
    """Return the statements that make a column NOT NULL: one that holds a lock for a moment, one that reads.

    Where a valid CHECK already says so, the server takes it as proof. Before PostgreSQL 18 such a check is
    made for the purpose; it goes in a statement of its own, since dropped together with SET NOT NULL it
    proves nothing any more.
    """
    alter = f"ALTER TABLE {find.sql_name(table)}"
    quoted = name(column.name)
    for constraint in table.constraints:
        if constraint.kind == "n" and constraint.columns == (column.number,):
            return [f"{alter} VALIDATE CONSTRAINT {name(constraint.name)}"]
    if _proved(table, column):
        return [f"{alter} ALTER COLUMN {quoted} SET NOT NULL"]
    proof = name(naming.constraint_name(table, (column.name,), "not_null"))
    if catalog.server_version >= 180000:
        return [
            f"{alter} ADD CONSTRAINT {proof} NOT NULL {quoted} NOT VALID",
            f"{alter} VALIDATE CONSTRAINT {proof}",
        ]
    return [
        f"{alter} ADD CONSTRAINT {proof} CHECK ({quoted} IS NOT NULL) NOT VALID",
        f"{alter} VALIDATE CONSTRAINT {proof}",
        f"{alter} ALTER COLUMN {quoted} SET NOT NULL",
        f"{alter} DROP CONSTRAINT {proof}",
    ]


def allow_nulls(table: Relation, columns: Iterable[Column]) -> list[str]:
    """Return the statements that let columns be null again."""
    return [f"ALTER TABLE {find.sql_name(table)} ALTER COLUMN {name(c.name)} DROP NOT NULL" for c in columns]


def _proved(table: Relation, column: Column) -> bool:
    """Whether a valid CHECK says that the column is not null; as the server prints it, names quoted."""
    return any(
        c.kind == "c"
        and c.validated
        and not c.no_inherit
        and c.expression == f"({name(column.name)} IS NOT NULL)"
        for c in table.constraints
    )
