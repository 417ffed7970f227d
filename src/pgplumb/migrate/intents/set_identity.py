"""Turn a serial column into an identity column, or change which identity it is."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, privileges
from pgplumb.migrate.intents.parts.quoting import literal, name

_WORDS = {"a": "ALWAYS", "d": "BY DEFAULT"}


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write SET GENERATED for an identity column, else the exchange of the sequence behind its default."""
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    always = fields.text("generated", "ALWAYS").upper()
    if always not in _WORDS.values():
        raise Unwritable(f"{always} is no identity")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    if column.identity:
        one = f"{alter} ALTER COLUMN {name(column.name)} SET GENERATED"
        return Change(script(f"{one} {always}"), script(f"{one} {_WORDS[column.identity]}"), online=True)
    sequence = _sequence(catalog, table, column)
    return _exchange(catalog, table, column, sequence, always)


def _sequence(catalog: Catalog, table: Relation, column: Column) -> Relation:
    """Return the sequence that the column owns. Raises Unwritable where its default is something else."""
    if not column.not_null:
        raise Unwritable(f"{table.qualified}.{column.name} allows nulls: an identity column cannot")
    default = find.known(column.default, f"the default of {column.name}")
    for relation in catalog.relations.values():
        sequence = relation.sequence
        owned = sequence and (sequence.owner_relation, sequence.owner_column) == (table.oid, column.number)
        if sequence and owned and not sequence.internal and default.startswith("nextval("):
            return relation
    raise Unwritable(f"{table.qualified}.{column.name} is no serial column")


def _exchange(catalog: Catalog, table: Relation, column: Column, sequence: Relation, always: str) -> Change:
    """Write both ways as one transaction, in which the position is carried over."""
    on, quoted, old = find.sql_name(table), name(column.name), find.sql_name(sequence)
    alter = f"ALTER TABLE {on} ALTER COLUMN {quoted}"
    own = f"pg_get_serial_sequence({literal(on)}, {literal(column.name)})"
    up = (
        "BEGIN",
        f"{alter} DROP DEFAULT",
        f"ALTER SEQUENCE {old} OWNED BY NONE",
        f"{alter} ADD GENERATED {always} AS IDENTITY",
        f"SELECT setval({own}, last_value, is_called) FROM {old}",
        f"DROP SEQUENCE {old}",
        "COMMIT",
    )
    assert sequence.sequence is not None
    kind = {21: "smallint", 23: "integer"}.get(sequence.sequence.type_oid, "bigint")
    down = (
        "BEGIN",
        f"CREATE SEQUENCE {old} AS {kind}",
        f"SELECT setval({literal(old)}, nextval({own}), false)",
        f"{alter} DROP IDENTITY",
        f"{alter} SET DEFAULT nextval({literal(old)}::regclass)",
        *privileges.restore(catalog, sequence),
        f"ALTER SEQUENCE {old} OWNED BY {on}.{quoted}",
        "COMMIT",
    )
    return Change(script(*up), script(*down), online=True)


INTENT = Intent(
    name="set-identity",
    title="Turn a serial column into an identity column",
    group="Column",
    about="A serial column's sequence becomes the column's own, as identity.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", kind="column"),
        Field(
            "generated",
            "ALWAYS or BY DEFAULT; ALWAYS by default",
            required=False,
            kind="choice",
            choices=("ALWAYS", "BY DEFAULT"),
        ),
    ),
    write=write,
)
