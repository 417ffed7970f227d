"""Constraint definitions rebuilt from catalog records: what follows ADD CONSTRAINT name."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.foreign_keys import temporal
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name, names

ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
"""pg_constraint.confdeltype and confupdtype."""


def foreign_key(
    columns: tuple[str, ...],
    parent: Relation,
    parent_columns: tuple[str, ...],
    *,
    on_delete: str = "NO ACTION",
    on_update: str = "NO ACTION",
    set_columns: tuple[str, ...] = (),
    match_full: bool = False,
) -> str:
    """Return a foreign key's definition; NO ACTION, the default, is not written."""
    text = f"FOREIGN KEY ({names(columns)}) REFERENCES {find.sql_name(parent)} ({names(parent_columns)})"
    text += " MATCH FULL" if match_full else ""
    text += f" ON UPDATE {on_update}" if on_update != "NO ACTION" else ""
    text += f" ON DELETE {on_delete}" if on_delete != "NO ACTION" else ""
    return text + (f" ({names(set_columns)})" if set_columns else "")


def definition(catalog: Catalog, table: Relation, constraint: Constraint) -> str:
    """Return a check's, foreign key's or NOT NULL's definition without NOT VALID. Raises Unwritable."""
    columns = table.column_names(constraint.columns)
    if constraint.kind == "n":
        return f"NOT NULL {name(columns[0])}"
    if constraint.kind == "c":
        condition = find.known(constraint.expression, f"the condition of {constraint.name}")
        text = f"CHECK ({condition})" + (" NO INHERIT" if constraint.no_inherit else "")
        return text + ("" if constraint.enforced else " NOT ENFORCED")
    if constraint.kind != "f":
        raise Unwritable(f"{constraint.name} is backed by an index")
    parent = catalog.relations.get(constraint.foreign_relation)
    if parent is None:
        raise Unwritable(f"the table that {constraint.name} references was not read")
    if temporal(constraint, catalog):
        raise Unwritable(f"{constraint.name} holds over a PERIOD")
    text = foreign_key(
        columns,
        parent,
        parent.column_names(constraint.foreign_columns),
        on_delete=ACTIONS[constraint.on_delete],
        on_update=ACTIONS[constraint.on_update],
        set_columns=table.column_names(constraint.set_columns),
        match_full=constraint.match == "f",
    )
    return text + timing(constraint) + ("" if constraint.enforced else " NOT ENFORCED")


def timing(constraint: Constraint) -> str:
    """Return the DEFERRABLE clause of a constraint, or nothing."""
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else " DEFERRABLE"


def add(catalog: Catalog, table: Relation, constraint_name: str, text: str) -> tuple[list[str], bool]:
    """Return the statements that add a check or foreign key in two short steps, and whether that is online.

    The first step holds a strong lock for a moment, the second reads the table beside readers and writers.
    Before PostgreSQL 18 a foreign key of a partitioned table cannot be added NOT VALID.
    """
    alter = f"ALTER TABLE {find.sql_name(table)}"
    at_once = table.kind == "p" and text.startswith("FOREIGN KEY") and catalog.server_version < 180000
    if at_once or text.endswith("NOT ENFORCED"):
        return [f"{alter} ADD CONSTRAINT {name(constraint_name)} {text}"], not at_once
    return [
        f"{alter} ADD CONSTRAINT {name(constraint_name)} {text} NOT VALID",
        f"{alter} VALIDATE CONSTRAINT {name(constraint_name)}",
    ], True
