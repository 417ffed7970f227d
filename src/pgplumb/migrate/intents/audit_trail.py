"""Keep every change of a table's rows, with who made it and when."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, qualified
from pgplumb.migrate.intents.parts.steps import direct, short
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A table for the changes, a function that alone may write there, and a trigger after each row."""
    table = find.table(catalog, fields.text("table"))
    if table.kind == "p" and catalog.server_version < 130000:
        raise Unwritable("row triggers of partitioned tables came with PostgreSQL 13")
    schema = fields.text("schema", table.schema)
    find.schema(catalog, schema)
    taken = naming.relation_taken(catalog, schema)
    raw = naming.free(fields.text("name", "") or naming.compose(table.name, (), "audit"), taken)
    audit = qualified(schema, raw)
    function = qualified(schema, naming.compose("record", (raw,)))
    actor = fields.text("actor", "session_user::text")
    trigger = naming.free(
        naming.compose(table.name, (), "audited"), {t.name for t in table.triggers}.__contains__
    )
    index = naming.free(naming.compose(f"idx_{raw}", ("changed_at",)), taken)
    create = (
        f"CREATE TABLE {audit} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        f" changed_at timestamptz NOT NULL DEFAULT clock_timestamp(), changed_by text NOT NULL,"
        f" transaction_id bigint NOT NULL DEFAULT txid_current(), operation text NOT NULL"
        f" CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')), old_row jsonb, new_row jsonb)"
    )
    body = (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = pg_catalog, pg_temp AS $$ BEGIN"
        f" INSERT INTO {audit} (changed_by, operation, old_row, new_row)"
        f" VALUES (coalesce(({actor}), session_user), TG_OP,"
        f" CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);"
        f" RETURN NULL; END $$"
    )
    made = [
        create,
        f"CREATE INDEX {name(index)} ON {audit} USING brin (changed_at)",
        f"REVOKE ALL ON {audit} FROM PUBLIC",
        body,
        f"REVOKE EXECUTE ON FUNCTION {function}() FROM PUBLIC",
    ]
    on = find.sql_name(table)
    watch = (
        f"CREATE TRIGGER {name(trigger)} AFTER INSERT OR UPDATE OR DELETE ON {on}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
    return (
        direct(
            "Direct: two short steps",
            short(made, [f"DROP FUNCTION {function}()", f"DROP TABLE {audit}"], "make the table and its writer"),
            short(watch, f"DROP TRIGGER {name(trigger)} ON {on}", "begin to record", phase="switch",
                  waits_for="transactions that write to the table"),
        ),
    )  # fmt: skip


INTENT = Intent(
    name="audit-trail",
    title="Record every change of a table",
    group="Programmability",
    about="A table of changes and the trigger that writes it: who, when, before and after.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("name", "the table for the changes; <table>_audit by default", required=False, kind="name"),
        Field("schema", "its schema; that of the table by default", required=False, kind="schema"),
        Field(
            "actor",
            "who made a change: nullif(current_setting('app.user', true), ''); the role that logged in by default",
            required=False,
            kind="expression",
        ),
    ),
    plan=plan,
)
