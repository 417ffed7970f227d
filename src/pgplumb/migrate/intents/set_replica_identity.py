"""Say how logical replication tells a table's rows apart."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write REPLICA IDENTITY: an index, DEFAULT (the primary key), FULL or NOTHING."""
    table = find.table(catalog, fields.text("table"))
    alter = f"ALTER TABLE {find.sql_name(table)} REPLICA IDENTITY"
    if fields.has("index"):
        of, index = find.index(catalog, fields.text("index"))
        if of.oid != table.oid:
            raise Unwritable(f"{index.name} is no index of {table.qualified}")
        up = f"{alter} USING INDEX {name(index.name)}"
    else:
        word = fields.text("identity", "DEFAULT").upper()
        if word not in ("DEFAULT", "FULL", "NOTHING"):
            raise Unwritable(f"{word} is no replica identity")
        up = f"{alter} {word}"
    return Change(script(up), script(f"{alter} {_now(table)}"), online=True)


def _now(table: Relation) -> str:
    if table.replica_identity == "i":
        index = next((i for i in table.indexes if i.is_replica_identity), None)
        return f"USING INDEX {name(index.name)}" if index else "DEFAULT"
    return {"d": "DEFAULT", "n": "NOTHING", "f": "FULL"}[table.replica_identity]


INTENT = Intent(
    name="set-replica-identity",
    title="Say how replication tells rows apart",
    group="Server",
    about="What an UPDATE or DELETE sends to subscribers to tell the row.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("index", "a unique index over NOT NULL columns, as schema.name", required=False, kind="index"),
        Field(
            "identity",
            "or DEFAULT, FULL, NOTHING",
            required=False,
            kind="choice",
            choices=("DEFAULT", "FULL", "NOTHING"),
        ),
    ),
    write=write,
)
