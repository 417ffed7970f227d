"""Constraint definitions rebuilt from catalog records: what follows ADD CONSTRAINT name."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.foreign_keys import temporal
from pgplumb.migrate.change import Field, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, names, renamed
from pgplumb.migrate.intents.parts.steps import long, short, validate
from pgplumb.migrate.plan import Step

ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
"""pg_constraint.confdeltype and confupdtype."""


def action_fields(on_delete: str) -> tuple[Field, Field]:
    """Return the fields of a foreign key's actions; `on_delete` says what the first one holds."""
    return (
        Field("on_delete", on_delete, required=False, kind="choice", choices=tuple(ACTIONS.values())),
        Field(
            "on_update",
            "the same for changed keys",
            required=False,
            kind="choice",
            choices=tuple(ACTIONS.values()),
        ),
    )


MATCH_FULL = Field("match_full", "whether a key is wholly null or wholly there", required=False, kind="flag")


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


def definition(
    catalog: Catalog, table: Relation, constraint: Constraint, instead: tuple[str, str] | None = None
) -> str:
    """Return a check's, foreign key's or NOT NULL's definition without NOT VALID. Raises Unwritable.

    `instead` puts one column, raw, in the place of another.
    """
    columns = _instead(table.column_names(constraint.columns), instead)
    if constraint.kind == "n":
        return f"NOT NULL {name(columns[0])}"
    if constraint.kind == "c":
        condition = find.known(constraint.expression, f"the condition of {constraint.name}")
        condition = renamed(condition, *instead) if instead else condition
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
        set_columns=_instead(table.column_names(constraint.set_columns), instead),
        match_full=constraint.match == "f",
    )
    return text + timing(constraint) + ("" if constraint.enforced else " NOT ENFORCED")


def _instead(columns: tuple[str, ...], instead: tuple[str, str] | None) -> tuple[str, ...]:
    return tuple(instead[1] if instead and c == instead[0] else c for c in columns)


def timing(constraint: Constraint) -> str:
    """Return the DEFERRABLE clause of a constraint, or nothing."""
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else " DEFERRABLE"


def at_once(table: Relation, constraint_name: str, text: str) -> Step:
    """Return the one step that adds a constraint and reads the rows under its lock: for tables without rows."""
    alter = f"ALTER TABLE {find.sql_name(table)}"
    up, down = (
        f"{alter} ADD CONSTRAINT {name(constraint_name)} {text}",
        f"{alter} DROP CONSTRAINT {name(constraint_name)}",
    )
    return long(up, down, "add the constraint and read the rows under the lock")


def validation(table: Relation, constraint_name: str) -> Step:
    """Return the step that reads the rows that were there before a constraint."""
    up = f"ALTER TABLE {find.sql_name(table)} VALIDATE CONSTRAINT {name(constraint_name)}"
    return validate(up, "check the rows that are there, beside readers and writers")


def steps(
    catalog: Catalog, table: Relation, constraint_name: str, text: str, *, valid: bool = True
) -> tuple[list[Step], bool]:
    """Return the steps that add a check or foreign key without a long lock, and whether they manage that.

    The first holds a strong lock for a moment, the second reads the table beside readers and writers. Before
    PostgreSQL 18 a foreign key of a partitioned table cannot be added NOT VALID.
    """
    alter = f"ALTER TABLE {find.sql_name(table)}"
    if table.kind == "p" and text.startswith("FOREIGN KEY") and catalog.server_version < 180000:
        return _partition_by_partition(catalog, table, constraint_name, text)
    unread = "" if text.endswith("NOT ENFORCED") else " NOT VALID"
    add = f"{alter} ADD CONSTRAINT {name(constraint_name)} {text}{unread}"
    down = f"{alter} DROP CONSTRAINT {name(constraint_name)}"
    first = short(add, down, "hold it for new rows")
    return [first, validation(table, constraint_name)] if valid and unread else [first], True


def _partition_by_partition(
    catalog: Catalog, table: Relation, constraint_name: str, text: str
) -> tuple[list[Step], bool]:
    leaves = find.leaves(catalog, table)
    if any(leaf.kind != "r" for leaf in leaves):
        return [at_once(table, constraint_name, text)], False
    found: list[Step] = []
    for leaf in leaves:
        own = name(naming.free(constraint_name, {c.name for c in leaf.constraints}.__contains__))
        alter = f"ALTER TABLE {find.sql_name(leaf)}"
        add, gone = (
            f"{alter} ADD CONSTRAINT {own} {text} NOT VALID",
            f"{alter} DROP CONSTRAINT IF EXISTS {own}",
        )
        found += [short(add, gone, f"hold it for new rows of {leaf.name}")]
        found += [validate(f"{alter} VALIDATE CONSTRAINT {own}", f"check the rows of {leaf.name}")]
    alter = f"ALTER TABLE {find.sql_name(table)}"
    add, gone = (
        f"{alter} ADD CONSTRAINT {name(constraint_name)} {text}",
        f"{alter} DROP CONSTRAINT {name(constraint_name)}",
    )
    return [*found, short(add, gone, "make the partitions' keys one", phase="switch")], True
