"""NOT NULL without reading the table while it is locked."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.steps import short, validate
from pgplumb.migrate.plan import Step


def steps(catalog: Catalog, table: Relation, column: Column) -> list[Step]:
    """Return the steps that make a column of a table NOT NULL.

    Where a valid CHECK already says so, the server takes it as proof.
    """
    for constraint in table.constraints:
        if constraint.kind == "n" and constraint.columns == (column.number,):
            up = f"ALTER TABLE {find.sql_name(table)} VALIDATE CONSTRAINT {name(constraint.name)}"
            add = f"ADD CONSTRAINT {name(constraint.name)} NOT NULL {name(column.name)} NOT VALID"
            down = f"ALTER TABLE {find.sql_name(table)} DROP CONSTRAINT {name(constraint.name)}, {add}"
            return [validate(up, "look for nulls in the rows that are there", down=down)]
    if _proved(table, column):
        alter = f"ALTER TABLE {find.sql_name(table)} ALTER COLUMN {name(column.name)}"
        about = "forbid nulls; a check proves that there are none"
        return [short(f"{alter} SET NOT NULL", f"{alter} DROP NOT NULL", about, phase="switch")]
    return for_new(catalog, table, column.name)


def for_new(catalog: Catalog, table: Relation, column: str) -> list[Step]:
    """Return the steps for a column, raw, that no constraint speaks of: one that the plan itself adds, for example.

    Before PostgreSQL 18 a check is made for the purpose. It goes in a step of its own: dropped in one statement with
    SET NOT NULL it would prove nothing any more.
    """
    alter = f"ALTER TABLE {find.sql_name(table)}"
    quoted = name(column)
    proof = name(naming.constraint_name(table, (column,), "not_null"))
    forbid = "forbid nulls in new rows"
    look = validate(f"{alter} VALIDATE CONSTRAINT {proof}", "look for nulls in the rows that are there")
    if catalog.server_version >= 180000:
        add = f"{alter} ADD CONSTRAINT {proof} NOT NULL {quoted} NOT VALID"
        return [short(add, f"{alter} DROP CONSTRAINT {proof}", forbid), look]
    add = f"{alter} ADD CONSTRAINT {proof} CHECK ({quoted} IS NOT NULL) NOT VALID"
    here = f"{alter} ALTER COLUMN {quoted}"
    return [
        short(add, f"{alter} DROP CONSTRAINT IF EXISTS {proof}", forbid),
        look,
        short(
            f"{here} SET NOT NULL",
            f"{here} DROP NOT NULL",
            "forbid nulls: the check is proof",
            phase="switch",
        ),
        short(f"{alter} DROP CONSTRAINT {proof}", "", "drop the check, which says no more", phase="contract"),
    ]


def at_once(table: Relation, columns: Iterable[Column]) -> Step:
    """Return the one step that reads the table under its lock: for tables without rows."""
    alter = f"ALTER TABLE {find.sql_name(table)}"
    up = ", ".join(f"ALTER COLUMN {name(c.name)} SET NOT NULL" for c in columns)
    down = ", ".join(f"ALTER COLUMN {name(c.name)} DROP NOT NULL" for c in columns)
    return short(f"{alter} {up}", f"{alter} {down}", "forbid nulls", phase="switch")


def _proved(table: Relation, column: Column) -> bool:
    """Whether a valid CHECK says that the column is not null; as the server prints it, names quoted."""
    return any(
        c.kind == "c"
        and c.validated
        and not c.no_inherit
        and c.expression == f"({name(column.name)} IS NOT NULL)"
        for c in table.constraints
    )
