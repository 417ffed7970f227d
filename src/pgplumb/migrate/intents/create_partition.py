"""Add a partition to a partitioned table."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import bound, find, naming
from pgplumb.migrate.intents.parts.quoting import name, names, qualified
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, long, online, short, validate
from pgplumb.migrate.plan import Step, Strategy

_LIKE = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE"


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A table like the parent and ATTACH PARTITION, which locks the parent less than PARTITION OF.

    ATTACH reads the default partition under a lock and refuses to leave rows there that belong to the new one. A
    check of the default partition, made beforehand, spares the reading; rows of the new range can be moved instead.
    """
    parent = find.table(catalog, fields.text("table"))
    key = parent.partition_key
    if key is None:
        raise Unwritable(f"{parent.qualified} is not partitioned")
    values, suffix = bound.for_values(fields)
    taken = naming.relation_taken(catalog, parent.schema)
    partition = naming.free(fields.text("name", "") or naming.compose(parent.name, (suffix,)), taken)
    new, on = qualified(parent.schema, partition), find.sql_name(parent)
    create = [f"CREATE TABLE {new} (LIKE {on} {_LIKE})"]
    if parent.owner != catalog.current_role:
        create.append(f"ALTER TABLE {new} OWNER TO {name(catalog.role_name(parent.owner))}")
    attach = f"ALTER TABLE {on} ATTACH PARTITION {new} {values}"
    detach = f"ALTER TABLE {on} DETACH PARTITION {new}"
    gone = [detach, f"DROP TABLE {new}"]
    made = short([*create, attach], gone, f"make {partition} and attach it", phase="switch")
    default = catalog.relations.get(key.default_partition)
    if default is None or is_empty(catalog, default):
        return (direct("Direct: one short step", made),)
    inside = bound.condition(fields, parent)
    columns = names(c.name for c in parent.columns if not c.generated)
    moved = f"DELETE FROM {find.sql_name(default)} WHERE {inside} RETURNING {columns}"
    move = f"WITH moved AS ({moved}) INSERT INTO {new} ({columns}) SELECT {columns} FROM moved"
    back = f"INSERT INTO {on} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {new}"
    about = "make it, move rows out of the default partition, attach it"
    undo = [detach, back, f"DROP TABLE {new}"]
    both = long([*create, move, attach], undo, about, phase="switch")
    ways = [direct("Direct: rows of the default partition are moved while it is locked", both, online=False)]
    if default.kind == "r":
        first, last = proof(default, inside, suffix)
        ways.insert(
            0, online("Online: only where the default partition holds no row of it", *first, made, last)
        )
    return tuple(reversed(ways) if fields.flag("move") else ways)


def proof(default: Relation, inside: str, suffix: str) -> tuple[list[Step], Step]:
    """Return the steps that show that a default partition holds no row of a range, and the one that forgets it."""
    alter = f"ALTER TABLE {find.sql_name(default)}"
    used = {c.name for c in default.constraints}
    check = name(naming.free(naming.compose(default.name, (suffix,), "not_here"), used.__contains__))
    add = f"{alter} ADD CONSTRAINT {check} CHECK (NOT ({inside})) NOT VALID"
    return (
        [
            short(
                add,
                f"{alter} DROP CONSTRAINT IF EXISTS {check}",
                f"keep new rows of it out of {default.name}: until it is attached they are refused",
            ),
            validate(f"{alter} VALIDATE CONSTRAINT {check}", "prove that there are none"),
        ],
        short(f"{alter} DROP CONSTRAINT {check}", "", "drop the proof", phase="contract"),
    )


INTENT = Intent(
    name="create-partition",
    title="Add a partition",
    group="Partition",
    about="One partition with its bounds, made apart and attached with the weakest lock.",
    fields=(
        Field("table", "the partitioned table, as schema.name", kind="table"),
        Field("from", "for ranges: its first value", required=False),
        Field("to", "for ranges: the value after its last", required=False),
        Field("values", "for lists: its values", required=False, kind="texts"),
        Field("default", "whether it takes what no other partition takes", required=False, kind="flag"),
        Field("move", "whether rows of the default partition are moved into it", required=False, kind="flag"),
        Field("name", "its name; <table>_<from> by default", required=False, kind="name"),
    ),
    plan=plan,
)
