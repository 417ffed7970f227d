"""Add a partition. The parent stays open to readers and writers, unless a default partition has rows."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import literal, name, names, qualified

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?(?:[+-][\d:]+)?)?\Z")
_EDGES = ("MINVALUE", "MAXVALUE")
_LIKE = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE"


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write a table like the parent and ATTACH PARTITION, which locks the parent less than PARTITION OF.

    ATTACH reads the default partition under a lock and refuses to leave rows there that belong to the new one:
    where it has rows, those of the new range are moved in the same transaction.
    """
    parent = find.table(catalog, fields.text("table"))
    key = parent.partition_key
    if key is None:
        raise Unwritable(f"{parent.qualified} is not partitioned")
    bound, suffix = _bound(fields)
    taken = naming.relation_taken(catalog, parent.schema)
    partition = naming.free(fields.text("name", "") or naming.compose(parent.name, (suffix,)), taken)
    new, on = qualified(parent.schema, partition), find.sql_name(parent)
    create = [f"CREATE TABLE {new} (LIKE {on} {_LIKE})"]
    if parent.owner != catalog.current_role:
        create.append(f"ALTER TABLE {new} OWNER TO {name(catalog.role_name(parent.owner))}")
    attach = f"ALTER TABLE {on} ATTACH PARTITION {new} {bound}"
    detach = f"ALTER TABLE {on} DETACH PARTITION {new}"
    default = catalog.relations.get(key.default_partition)
    if default is None or (default.pages == 0 and default.tuples == 0):
        return Change(script(*create, attach), script(detach, f"DROP TABLE {new}"), online=True)
    columns = names(c.name for c in parent.columns if not c.generated)
    moved = f"DELETE FROM {find.sql_name(default)} WHERE {_inside(fields, parent)} RETURNING {columns}"
    move = f"WITH moved AS ({moved}) INSERT INTO {new} ({columns}) SELECT {columns} FROM moved"
    back = f"INSERT INTO {on} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {new}"
    up = script("BEGIN", *create, move, attach, "COMMIT")
    return Change(up, script("BEGIN", detach, back, f"DROP TABLE {new}", "COMMIT"), online=False)


def _bound(fields: Fields) -> tuple[str, str]:
    """Return FOR VALUES ... or DEFAULT, and the end of the partition's name."""
    if fields.flag("default"):
        return "DEFAULT", "default"
    if fields.has("values"):
        values = fields.names("values")
        return f"FOR VALUES IN ({', '.join(map(literal, values))})", _word("_".join(values))
    low, high = fields.text("from"), fields.text("to")
    return f"FOR VALUES FROM ({_edge(low)}) TO ({_edge(high)})", _range_word(low, high)


def _edge(value: str) -> str:
    return value if value in _EDGES else literal(value)


def _inside(fields: Fields, parent: Relation) -> str:
    """Return the condition that a row of the default partition belongs to the new one."""
    assert parent.partition_key is not None
    if (
        fields.flag("default")
        or len(parent.partition_key.columns) != 1
        or not parent.partition_key.columns[0]
    ):
        raise Unwritable(
            f"rows of the default partition of {parent.qualified} would have to be moved by hand"
        )
    (column,) = parent.column_names(parent.partition_key.columns)
    if fields.has("values"):
        return f"{name(column)} IN ({', '.join(map(literal, fields.names('values')))})"
    edges = ((">=", fields.text("from")), ("<", fields.text("to")))
    return (
        " AND ".join(f"{name(column)} {sign} {literal(v)}" for sign, v in edges if v not in _EDGES) or "true"
    )


def _range_word(low: str, high: str) -> str:
    """Return `2026` for a year, `2026_11` for a month, `2026_11_05` for other dates, else the value itself."""
    first, last = _DATE.match(low), _DATE.match(high)
    if first is None or last is None:
        return _word(low)
    year, month, day = first.groups()
    if day == "01" and last[3] == "01":
        return year if month == "01" == last[2] else f"{year}_{month}"
    return f"{year}_{month}_{day}"


def _word(value: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in value).strip("_").lower()


INTENT = Intent(
    name="create-partition",
    title="Add a partition",
    fields=(
        Field("table", "the partitioned table, as schema.name", kind="table"),
        Field("from", "for ranges: its first value", required=False),
        Field("to", "for ranges: the value after its last", required=False),
        Field("values", "for lists: its values", required=False, kind="texts"),
        Field("default", "whether it takes what no other partition takes", required=False, kind="flag"),
        Field("name", "its name; <table>_<from> by default", required=False, kind="name"),
    ),
    write=write,
)
