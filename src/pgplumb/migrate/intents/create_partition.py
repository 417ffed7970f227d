"""Add a partition. The parent stays open to readers and writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import literal, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write a table like the parent and ATTACH PARTITION, which locks the parent less than PARTITION OF.

    Where a default partition exists, attaching reads all of it under a lock.
    """
    parent = find.table(catalog, fields.text("table"))
    if parent.partition_key is None:
        raise Unwritable(f"{parent.qualified} is not partitioned")
    bound, suffix = _bound(fields)
    taken = naming.relation_taken(catalog, parent.schema)
    partition = naming.free(fields.text("name", "") or naming.compose(parent.name, (suffix,)), taken)
    new, on = qualified(parent.schema, partition), find.sql_name(parent)
    up = (
        f"CREATE TABLE {new} (LIKE {on} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)",
        f"ALTER TABLE {on} ATTACH PARTITION {new} {bound}",
    )
    online = not parent.partition_key.default_partition or _is_empty(catalog, parent)
    return Change(
        script(*up), script(f"ALTER TABLE {on} DETACH PARTITION {new}", f"DROP TABLE {new}"), online
    )


def _bound(fields: Fields) -> tuple[str, str]:
    """Return FOR VALUES ... or DEFAULT, and the end of the partition's name."""
    if fields.flag("default"):
        return "DEFAULT", "default"
    if fields.has("values"):
        values = fields.names("values")
        return f"FOR VALUES IN ({', '.join(map(literal, values))})", "_".join(values)
    low, high = fields.text("from"), fields.text("to")
    return f"FOR VALUES FROM ({literal(low)}) TO ({literal(high)})", _suffix(low)


def _suffix(low: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in low).strip("_").lower()


def _is_empty(catalog: Catalog, parent: Relation) -> bool:
    assert parent.partition_key is not None
    default = catalog.relations.get(parent.partition_key.default_partition)
    return default is not None and default.pages == 0 and default.tuples == 0


INTENT = Intent(
    name="create-partition",
    title="Add a partition",
    fields=(
        Field("table", "the partitioned table, as schema.name"),
        Field("from", "for ranges: its first value", required=False),
        Field("to", "for ranges: the value after its last", required=False),
        Field("values", "for lists: its values", required=False),
        Field("default", "whether it takes what no other partition takes", required=False),
        Field("name", "its name; <table>_<from> by default", required=False),
    ),
    write=write,
)
