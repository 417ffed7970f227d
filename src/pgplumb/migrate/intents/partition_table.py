"""Turn a table in use into a partitioned one: all its rows become the first partition, none of them is moved."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Constraint, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.drop_constraint import restore
from pgplumb.migrate.intents.parts import (
    bound,
    constraint_ddl,
    find,
    index_ddl,
    naming,
    not_null,
    policy_ddl,
    privileges,
)
from pgplumb.migrate.intents.parts.hanging import dressed, suffixed
from pgplumb.migrate.intents.parts.identity import handed_over
from pgplumb.migrate.intents.parts.quoting import literal, name, names, qualified
from pgplumb.migrate.intents.parts.steps import alone, online, short, validate
from pgplumb.migrate.plan import Step, Strategy

_LIKE = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMMENTS"


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A check proves that all rows lie before a boundary to come; then names are swapped and the old table attached.

    From the check on no row at or after the boundary can be written until the last step but one is done: choose it
    far enough ahead.
    """
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    boundary = fields.text("boundary")
    _refuse(catalog, table)
    key = _key(table, column)
    steps = [] if column.not_null else not_null.steps(catalog, table, column)
    check = naming.constraint_name(table, (), "before")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    inside = f"{name(column.name)} IS NOT NULL AND {name(column.name)} < {literal(boundary)}"
    add = f"{alter} ADD CONSTRAINT {name(check)} CHECK ({inside}) NOT VALID"
    gone = f"{alter} DROP CONSTRAINT IF EXISTS {name(check)}"
    steps.append(short(add, gone, f"let no row at or after {boundary} in for now"))
    steps.append(validate(f"{alter} VALIDATE CONSTRAINT {name(check)}", "prove that there is none"))
    taken = naming.relation_taken(catalog, table.schema)
    index = naming.free(suffixed(key.name, "_new"), taken) if key else ""
    if key:
        columns = _key_columns(table, key, column)
        steps.append(
            index_ddl.built(table, index, index_ddl.IndexShape("btree", names(columns), unique=True))
        )
    for other, foreign in catalog.referencing.get(table.oid, ()):
        drop = f"ALTER TABLE {find.sql_name(other)} DROP CONSTRAINT {name(foreign.name)}"
        about = f"drop {foreign.name}: it cannot point at the partitioned table"
        back = restore(catalog, other, foreign)
        steps.append(alone(drop, back, about, phase="switch", waits_for="", lock_timeout="2s"))
    part = naming.free(fields.text("partition", "") or naming.compose(table.name, ("before",)), taken)
    steps.append(_swap(fields, catalog, table, column, key, index, part, check))
    drop = f"ALTER TABLE {qualified(table.schema, part)} DROP CONSTRAINT {name(check)}"
    again = (
        f"ALTER TABLE {qualified(table.schema, part)} ADD CONSTRAINT {name(check)} CHECK ({inside}) NOT VALID"
    )
    steps.append(short(drop, again, "drop the proof, which the bound replaces", phase="contract"))
    return (online("Online: the table becomes the first partition", *steps),)


def _refuse(catalog: Catalog, table: Relation) -> None:
    """Raise Unwritable for what would stay behind on the old table."""
    if table.kind == "p" or table.is_partition or table.parents or catalog.children.get(table.oid):
        raise Unwritable(f"{table.qualified} is partitioned, or takes part in inheritance")
    views = catalog.dependents.get(table.oid)
    if views:
        raise Unwritable(f"views read {table.qualified}: {', '.join(v.qualified for v in views[:3])}")
    if any(not t.internal for t in table.triggers):
        raise Unwritable(f"{table.qualified} has triggers: make them again on the new table by hand")
    for constraint in table.constraints:
        if constraint.kind in "ux":
            raise Unwritable(f"{constraint.name} cannot hold over all partitions: drop it first")
    for index in table.indexes:
        if index.is_unique and not index.is_primary:
            raise Unwritable(f"{index.name} cannot hold over all partitions: drop it first")
    if any(p.oid for p in catalog.publications.values() if table.oid in p.relations):
        raise Unwritable(f"{table.qualified} is published: take it out of the publication first")


def _key(table: Relation, column: Column) -> Constraint | None:
    key = table.primary_key
    return key if key is not None and column.number not in key.columns else None


def _key_columns(table: Relation, key: Constraint, column: Column) -> tuple[str, ...]:
    return (*table.column_names(key.columns), column.name)


def _swap(
    fields: Fields, catalog: Catalog, table: Relation, column: Column, key: Constraint | None, index: str, part: str,
    check: str,
) -> Step:  # fmt: skip
    """Return the one short transaction: rename, create, attach. It reads no row."""
    on, own = find.sql_name(table), qualified(table.schema, part)
    boundary = fields.text("boundary")
    up = [f"LOCK TABLE {on} IN ACCESS EXCLUSIVE MODE"]
    down = [f"LOCK TABLE {on} IN ACCESS EXCLUSIVE MODE"]
    renames = [(i.name, suffixed(i.name, "_before")) for i in table.indexes if not (key and i.is_primary)]
    for old, new in renames:
        up.append(f"ALTER INDEX {qualified(table.schema, old)} RENAME TO {name(new)}")
    primary = table.primary_key
    if key is not None and primary is not None:
        local = name(suffixed(primary.name, "_before"))
        up.append(f"ALTER TABLE {on} DROP CONSTRAINT {name(primary.name)}")
        up.append(f"ALTER TABLE {on} ADD CONSTRAINT {local} PRIMARY KEY USING INDEX {name(index)}")
    up.append(f"ALTER TABLE {on} RENAME TO {name(part)}")
    up.append(f"CREATE TABLE {on} (LIKE {own} {_LIKE}) PARTITION BY RANGE ({name(column.name)})")
    up.append(f"ALTER TABLE {on} DROP CONSTRAINT {name(check)}")
    up += _dress(catalog, table, column)
    identities = [c for c in table.columns if c.identity]
    for each in identities:
        up += handed_over(catalog, table, each, (own, name(each.name)), (on, name(each.name)))
    up.append(f"ALTER TABLE {on} ATTACH PARTITION {own} FOR VALUES FROM (MINVALUE) TO ({literal(boundary)})")
    for low, high in _pairs(boundary, fields.names("edges", ())):
        _, suffix = bound.for_values(Fields({"from": low, "to": high}))
        new = naming.free(naming.compose(table.name, (suffix,)), naming.relation_taken(catalog, table.schema))
        values = f"FOR VALUES FROM ({literal(low)}) TO ({literal(high)})"
        up.append(f"CREATE TABLE {qualified(table.schema, new)} PARTITION OF {on} {values}")
    if fields.flag("default"):
        rest = naming.free(
            naming.compose(table.name, ("default",)), naming.relation_taken(catalog, table.schema)
        )
        up.append(f"CREATE TABLE {qualified(table.schema, rest)} PARTITION OF {on} DEFAULT")
    columns = names(c.name for c in table.columns if not c.generated)
    down += [
        f"ALTER TABLE {on} DETACH PARTITION {own}",
        f"ALTER TABLE {own} DROP CONSTRAINT IF EXISTS {name(check)}",
    ]
    down += [f"INSERT INTO {own} ({columns}) SELECT {columns} FROM {on}"]
    for each in identities:
        down += handed_over(catalog, table, each, (on, name(each.name)), (own, name(each.name)))
    down += _owned(catalog, table, own)
    down += [f"DROP TABLE {on}", f"ALTER TABLE {own} RENAME TO {name(table.name)}"]
    if key is not None and primary is not None:
        local = suffixed(primary.name, "_before")
        down.append(f"ALTER TABLE {on} DROP CONSTRAINT {name(local)}")
        columns = names(table.column_names(primary.columns))
        down.append(f"ALTER TABLE {on} ADD CONSTRAINT {name(primary.name)} PRIMARY KEY ({columns})")
    for old, new in renames:
        down.append(f"ALTER INDEX {qualified(table.schema, new)} RENAME TO {name(old)}")
    up += _owned(catalog, table, on)
    return short(up, down, "swap: rename, create the partitioned table, attach the old one", phase="switch")


def _pairs(first: str, edges: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip((first, *edges), edges, strict=False))


def _dress(catalog: Catalog, table: Relation, column: Column) -> list[str]:
    """Return what makes the new table like the old one: privileges, keys, indexes, policies, all without rows."""
    on = find.sql_name(table)
    made = [
        s
        for s in privileges.restore(catalog, table)
        if table.owner != catalog.current_role or s.startswith("GRANT")
    ]
    for each in table.columns:
        made += [s for s in dressed(catalog, table, each, each.name) if not s.startswith("COMMENT")]
    if table.comment:
        made.append(f"COMMENT ON TABLE {on} IS {literal(table.comment)}")
    primary = table.primary_key
    if primary is not None:
        columns = table.column_names(primary.columns)
        columns = columns if column.name in columns else (*columns, column.name)
        made.append(f"ALTER TABLE {on} ADD CONSTRAINT {name(primary.name)} PRIMARY KEY ({names(columns)})")
    for foreign in table.foreign_keys:
        text = constraint_ddl.definition(catalog, table, foreign)
        made.append(f"ALTER TABLE {on} ADD CONSTRAINT {name(foreign.name)} {text}")
    for index in table.indexes:
        if not index.is_primary:
            made.append(
                index_ddl.shape_of(catalog, table, index).statement(index.name, table, concurrently=False)
            )
    for policy in table.policies:
        made += policy_ddl.restore(catalog, table, policy)
    made += [f"ALTER TABLE {on} FORCE ROW LEVEL SECURITY"] if table.force_row_security else []
    return made + ([f"ALTER TABLE {on} ENABLE ROW LEVEL SECURITY"] if table.row_security else [])


def _owned(catalog: Catalog, table: Relation, to: str) -> list[str]:
    """Return what makes the sequences of serial columns belong to another table."""
    made = []
    for relation in catalog.relations.values():
        found = relation.sequence
        if found and found.owner_relation == table.oid and not found.internal:
            column = table.column(found.owner_column)
            if column is not None:
                made.append(f"ALTER SEQUENCE {find.sql_name(relation)} OWNED BY {to}.{name(column.name)}")
    return made


INTENT = Intent(
    name="partition-table",
    title="Partition a table that is in use",
    group="Partition",
    about="The table becomes the first partition of a new one by its name; no row is moved.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column that divides it by range, a time as a rule", kind="column"),
        Field("boundary", "where the partition of all rows so far ends: a value to come, like 2027-01-01"),
        Field("edges", "where the next partitions end: 2027-02-01, 2027-03-01", required=False, kind="texts"),
        Field("default", "whether a default partition takes the rest", required=False, kind="flag"),
        Field(
            "partition",
            "the name of the first partition; <table>_before by default",
            required=False,
            kind="name",
        ),
    ),
    plan=plan,
)
