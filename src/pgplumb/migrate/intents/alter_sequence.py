"""Change a sequence: its type, bounds, cycling, owner, or where it goes on."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation, Sequence
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name, qualified, split_dotted
from pgplumb.migrate.intents.parts.types import type_text


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER SEQUENCE; the position itself cannot be taken back, since numbers were given out since."""
    found, sequence = find.sequence(catalog, fields.text("sequence"))
    up: list[str] = []
    down: list[str] = []
    if fields.has("type"):
        up.append(f"AS {fields.text('type')}")
        down.append(f"AS {type_text(catalog, sequence.type_oid)}")
    for field, now in (("minimum", sequence.minimum), ("maximum", sequence.maximum)):
        if fields.has(field):
            up.append(f"{field.upper()[:3]}VALUE {int(fields.text(field))}")
            down.append(f"{field.upper()[:3]}VALUE {now}")
    if fields.has("cycle"):
        up.append("CYCLE" if fields.flag("cycle") else "NO CYCLE")
        down.append("CYCLE" if sequence.cycle else "NO CYCLE")
    if fields.has("owned_by"):
        up.append(f"OWNED BY {_column(catalog, fields.text('owned_by'))}")
        down.append(f"OWNED BY {_owner(catalog, sequence)}")
    if fields.has("restart"):
        up.append(f"RESTART WITH {int(fields.text('restart'))}")
    return _change(found, up, down)


def _change(found: Relation, up: list[str], down: list[str]) -> Change:
    if not up:
        raise Unwritable("there is nothing to change")
    alter = f"ALTER SEQUENCE {find.sql_name(found)}"
    back = script(f"{alter} {' '.join(down)}") if down else None
    moved = any(word.startswith("RESTART") for word in up)
    return Change(
        script(f"{alter} {' '.join(up)}"), back, online=True, reversible="shape" if moved else "exact"
    )


def _column(catalog: Catalog, dotted: str) -> str:
    parts = split_dotted(dotted)
    if len(parts) != 3:
        raise Unwritable(f"{dotted} must be written schema.table.column")
    table = find.relation(catalog, qualified(*parts[:2]))
    return f"{find.sql_name(table)}.{name(find.column(table, parts[2]).name)}"


def _owner(catalog: Catalog, sequence: Sequence) -> str:
    table = catalog.relations.get(sequence.owner_relation)
    column = table.column(sequence.owner_column) if table else None
    return f"{find.sql_name(table)}.{name(column.name)}" if table and column else "NONE"


INTENT = Intent(
    name="alter-sequence",
    title="Change a sequence",
    group="Type",
    about="Another type, limit, step or owner of a sequence.",
    fields=(
        Field("sequence", "the sequence, as schema.name", kind="sequence"),
        Field(
            "type",
            "smallint, integer or bigint",
            required=False,
            kind="choice",
            choices=("smallint", "integer", "bigint"),
        ),
        Field("minimum", "its lowest value", required=False, kind="number"),
        Field("maximum", "its highest value", required=False, kind="number"),
        Field("cycle", "whether it starts over at its end", required=False, kind="flag"),
        Field("owned_by", "the column it belongs to, as schema.table.column", required=False),
        Field("restart", "the next value", required=False, kind="number"),
    ),
    write=write,
)
