"""Replace a foreign key by one with other actions, columns or timing, never without one in between."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.add_foreign_key import action
from pgplumb.migrate.intents.parts import constraint_ddl, find
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.steps import alone, direct, long, online, validate
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """One ALTER TABLE that drops the old key and adds the new one, then VALIDATE CONSTRAINT."""
    table = find.table(catalog, fields.text("table"))
    old = find.constraint(table, fields.text("constraint"))
    if old.kind != "f":
        raise Unwritable(f"{old.name} is no foreign key")
    parent = catalog.relations.get(old.foreign_relation)
    if fields.has("references"):
        parent = find.table(catalog, fields.text("references"))
    if parent is None:
        raise Unwritable(f"the table that {old.name} references was not read")
    columns = fields.names("columns", table.column_names(old.columns))
    parent_columns = fields.names("foreign_columns", parent.column_names(old.foreign_columns))
    find.columns(table, columns)
    find.columns(parent, parent_columns)
    on_delete = action(fields, "on_delete", constraint_ddl.ACTIONS[old.on_delete])
    kept = table.column_names(old.set_columns) if on_delete == constraint_ddl.ACTIONS[old.on_delete] else ()
    text = constraint_ddl.foreign_key(
        columns,
        parent,
        parent_columns,
        on_delete=on_delete,
        on_update=action(fields, "on_update", constraint_ddl.ACTIONS[old.on_update]),
        set_columns=fields.names("set_columns", kept),
        match_full=fields.flag("match_full", old.match == "f"),
    )
    text += _timing(fields) or constraint_ddl.timing(old)
    back = constraint_ddl.definition(catalog, table, old)
    return (_swap(catalog, table, old.name, text, back, old.validated),)


def _timing(fields: Fields) -> str:
    if fields.flag("initially_deferred"):
        return " DEFERRABLE INITIALLY DEFERRED"
    return " DEFERRABLE" if fields.flag("deferrable") else ""


def _swap(catalog: Catalog, table: Relation, constraint: str, text: str, back: str, valid: bool) -> Strategy:
    """Write both ways as one ALTER TABLE each, so that there is always one of the two."""
    alter, quoted = f"ALTER TABLE {find.sql_name(table)}", name(constraint)
    swap = f"{alter} DROP CONSTRAINT {quoted}, ADD CONSTRAINT {quoted}"
    if table.kind == "p" and catalog.server_version < 180000:
        at_once = long(f"{swap} {text}", f"{swap} {back}", "replace it and read the rows under the lock")
        return direct(
            "Direct: a partitioned table's key is checked at once before PostgreSQL 18", at_once, online=False
        )
    check = f"{alter} VALIDATE CONSTRAINT {quoted}"
    unread = "" if back.endswith("NOT ENFORCED") else " NOT VALID"
    # The old rows were checked against the old key: it is validated again on the way back.
    down = [f"{swap} {back}{unread}", *([check] if valid and unread else [])]
    first = alone(f"{swap} {text} NOT VALID", down, "replace it for new rows", phase="switch", waits_for="",
                  lock_timeout="2s", statement_timeout="0")  # fmt: skip
    return online(
        "Online: replace it for new rows, then check the old ones",
        first,
        validate(check, "check the old rows"),
    )


INTENT = Intent(
    name="replace-foreign-key",
    title="Replace a foreign key by another without a gap",
    group="Constraint",
    about="Another action or validity for a foreign key; the new one is there before the old one goes.",
    fields=(
        Field("table", "the referencing table, as schema.name", kind="table"),
        Field("constraint", "the foreign key's name; the new one takes it", kind="constraint"),
        *constraint_ddl.action_fields("the new action; what is not given stays as it is"),
        Field(
            "set_columns",
            "for SET NULL and SET DEFAULT: only these columns (PostgreSQL 15)",
            required=False,
            kind="columns",
        ),
        Field("columns", "the referencing columns", required=False, kind="columns"),
        Field("references", "the referenced table, as schema.name", required=False, kind="table"),
        Field("foreign_columns", "the referenced columns", required=False, kind="columns", of="references"),
        constraint_ddl.MATCH_FULL,
        Field("deferrable", "whether it can be checked at commit", required=False, kind="flag"),
        Field("initially_deferred", "whether it is checked at commit", required=False, kind="flag"),
    ),
    plan=plan,
)
