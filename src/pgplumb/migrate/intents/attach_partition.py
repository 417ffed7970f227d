"""Make a table a partition of another without reading it while the other is locked."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.create_partition import proof
from pgplumb.migrate.intents.parts import bound, constraint_ddl, find, index_ddl, naming, not_null
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, long, online, ordered, short, validate
from pgplumb.migrate.plan import Step, Strategy
from pgplumb.sql.split import split


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """What the partition will need is made first: indexes, NOT NULL, keys, and a check equal to the bound."""
    parent, part = find.table(catalog, fields.text("table")), find.table(catalog, fields.text("partition"))
    key = parent.partition_key
    if key is None:
        raise Unwritable(f"{parent.qualified} is not partitioned")
    if part.is_partition:
        raise Unwritable(f"{part.qualified} is a partition already")
    values, suffix = bound.for_values(fields)
    on, own = find.sql_name(parent), find.sql_name(part)
    up, down = f"ALTER TABLE {on} ATTACH PARTITION {own} {values}", f"ALTER TABLE {on} DETACH PARTITION {own}"
    empty = is_empty(catalog, part)
    open_ones = [
        c for c in part.columns if not c.not_null and (o := parent.column_named(c.name)) and o.not_null
    ]
    closed = [not_null.at_once(part, open_ones)] if open_ones else []
    about = "Direct: the table is read while it is locked"
    try:
        prepared = _prepared(catalog, parent, part)
    except Unwritable:
        # What PostgreSQL makes for it stays when it is detached, under names of PostgreSQL's own.
        kept = [replace(step, reversible="none") for step in closed]
        step = long(up, down, "attach it", phase="switch", reversible="none")
        return (direct(about, *kept, step, online=False),)
    at_once = direct(about, _together(prepared, up, down), online=False)
    try:
        inside = bound.condition(fields, parent)
        above = bound.above(catalog, parent)
    except Unwritable:
        return (at_once,)
    alter = f"ALTER TABLE {own}"
    check = name(naming.constraint_name(part, (), "bound"))
    (raw,) = parent.column_names(key.columns)
    whole = " AND ".join(f"({text})" for text in (inside, *above))
    add = f"{alter} ADD CONSTRAINT {check} CHECK ({name(raw)} IS NOT NULL AND {whole}) NOT VALID"
    steps = [
        *prepared,
        short(add, f"{alter} DROP CONSTRAINT IF EXISTS {check}", "let no other rows in"),
        validate(f"{alter} VALIDATE CONSTRAINT {check}", "prove that there are none"),
    ]
    ending = [short(f"{alter} DROP CONSTRAINT {check}", "", "drop the proof", phase="contract")]
    default = catalog.relations.get(key.default_partition)
    if default is not None and default.kind == "r":
        first, last = proof(default, inside, suffix)
        steps += first
        ending.append(last)
    steps.append(short(up, down, "attach it: everything is proved", phase="switch"))
    return ordered(
        online("Online: prove first, then attach", *steps, *ending), at_once, empty and default is None
    )


def _together(prepared: list[Step], up: str, down: str) -> Step:
    """Return the one step that makes what the partition needs, under names of its own, and attaches it."""

    forth: list[str] = []
    back: list[str] = []
    for step in prepared:
        if step.phase == "validate" and not step.down:
            # What is added here is valid at once.
            continue
        forth += (text.removesuffix(" NOT VALID") for text in _inside(step.up))
        back[:0] = _inside(step.down or "")
    return long([*forth, up], [down, *back], "make what it needs and attach it", phase="switch")


def _inside(text: str) -> list[str]:
    """Return statements as they run inside a transaction."""
    found = (s.text for s in split(text) if not s.text.startswith("SET "))
    return [statement.replace("INDEX CONCURRENTLY ", "INDEX ", 1) for statement in found]


def _prepared(catalog: Catalog, parent: Relation, part: Relation) -> list[Step]:
    """Return the steps that give a table what its parent would otherwise make under the lock. Raises Unwritable."""
    steps: list[Step] = []
    for column in parent.columns:
        mine = part.column_named(column.name)
        if mine is None:
            raise Unwritable(f"{part.qualified} has no column {column.name}")
        if column.not_null and not mine.not_null:
            steps += not_null.steps(catalog, part, mine)
    shapes = [index_ddl.shape_of(catalog, part, i) for i in part.indexes if i.is_valid]
    for index in parent.indexes:
        shape = index_ddl.shape_of(catalog, parent, index)
        constraint = next((c for c in parent.constraints if c.index == index.oid and c.kind in "pu"), None)
        if shape in shapes and constraint is None:
            continue
        if constraint is not None and any(
            c.kind == constraint.kind
            and part.column_names(c.columns) == parent.column_names(constraint.columns)
            for c in part.constraints
        ):
            continue
        steps += _index(catalog, parent, part, shape, constraint.kind if constraint else "")
    for foreign in parent.foreign_keys:
        text = constraint_ddl.definition(catalog, parent, foreign)
        same = (
            c
            for c in part.foreign_keys
            if constraint_ddl.definition(catalog, part, c) == text and c.validated
        )
        if next(same, None) is None:
            own = naming.constraint_name(part, parent.column_names(foreign.columns), "fkey")
            made, _ = constraint_ddl.steps(catalog, part, own, text)
            steps += made
    return steps


def _index(
    catalog: Catalog, parent: Relation, part: Relation, shape: index_ddl.IndexShape, kind: str
) -> list[Step]:
    words = [w.strip('"') for w in shape.keys.replace(",", " ").split() if w.strip('"').isidentifier()]
    if part.kind == "p":
        raise Unwritable(f"{part.qualified} is partitioned itself")
    if kind == "p" and part.primary_key is not None:
        raise Unwritable(f"{part.qualified} has another primary key than {parent.qualified}")
    taken = naming.relation_taken(catalog, part.schema)
    if not kind:
        raw = naming.free(naming.compose(f"idx_{part.name}", words), taken)
        return [index_ddl.built(part, raw, shape)]
    raw = naming.constraint_name(part, () if kind == "p" else words, "pkey" if kind == "p" else "key", taken)
    alter = f"ALTER TABLE {find.sql_name(part)}"
    word = "PRIMARY KEY" if kind == "p" else "UNIQUE"
    take = f"{alter} ADD CONSTRAINT {name(raw)} {word} USING INDEX {name(raw)}"
    return [
        index_ddl.built(part, raw, shape),
        short(take, f"{alter} DROP CONSTRAINT {name(raw)}", "make it a key"),
    ]


INTENT = Intent(
    name="attach-partition",
    title="Attach a table as a partition",
    group="Partition",
    about="A table becomes a partition; what proves its bounds is checked beforehand.",
    fields=(
        Field("table", "the partitioned table, as schema.name", kind="table"),
        Field("partition", "the table that becomes a partition, as schema.name", kind="table"),
        Field("from", "for ranges: its first value, or MINVALUE", required=False),
        Field("to", "for ranges: the value after its last, or MAXVALUE", required=False),
        Field("values", "for lists: its values", required=False, kind="texts"),
        Field("default", "whether it takes what no other partition takes", required=False, kind="flag"),
    ),
    plan=plan,
)
