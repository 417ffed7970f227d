"""Widen an integer key, and every column that references it, while the tables are in use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Constraint, Index, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.drop_column import refuse
from pgplumb.migrate.intents.parts import constraint_ddl, find, index_ddl, not_null
from pgplumb.migrate.intents.parts.hanging import dressed, suffixed, uses
from pgplumb.migrate.intents.parts.identity import handed_over, sequence_of
from pgplumb.migrate.intents.parts.quoting import name, qualified, renamed
from pgplumb.migrate.intents.parts.rows import at_once, batches, is_empty
from pgplumb.migrate.intents.parts.steps import alone, batched, direct, long, online, ordered, short
from pgplumb.migrate.intents.parts.sync import Sync, one_way, one_way_if_it_fits
from pgplumb.migrate.plan import Step, Strategy

_INTEGERS = {21: ("smallint", -32768, 32767), 23: ("integer", -2147483648, 2147483647)}


@dataclass(frozen=True, slots=True)
class Wide:
    """One column that becomes bigint: the key itself, or a column of a child that references it."""

    table: Relation
    column: Column
    key: Constraint | None
    """The child's foreign key; None for the key itself."""
    indexes: tuple[Index, ...]

    @property
    def new(self) -> str:
        """The name of the new column until the swap, raw."""
        return suffixed(self.column.name, "_new")

    @property
    def old(self) -> str:
        """The name of the old column after the swap, raw."""
        return suffixed(self.column.name, "_old")


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """New bigint columns kept in step, filled and indexed; one short transaction swaps names and keys in all tables."""
    table = find.table(catalog, fields.text("table"))
    key = table.primary_key
    if key is None or len(key.columns) != 1:
        raise Unwritable(f"{table.qualified} has no primary key of one column")
    column = table.column(key.columns[0])
    assert column is not None
    if column.type_oid not in _INTEGERS:
        raise Unwritable(f"{table.qualified}.{column.name} is no integer column")
    wide = [Wide(table, column, None, _indexes(table, column, key.index))]
    for child, reference in catalog.referencing.get(table.oid, ()):
        if reference.foreign_columns != key.columns:
            raise Unwritable(
                f"the foreign key {reference.name} of {child.qualified} is not about the key alone"
            )
        referencing = child.column(reference.columns[0])
        assert referencing is not None
        wide.append(Wide(child, referencing, reference, _indexes(child, referencing, 0)))
    for one in wide:
        _refuse(catalog, one)
    steps = [s for one in wide for s in _expand(catalog, one)]
    steps += _switch(catalog, wide, key)
    steps.append(_end(catalog, wide, key))
    plain = _direct(catalog, wide)
    return ordered(online("Online: new columns take the old ones' place", *steps), plain, plain.online)


def _indexes(table: Relation, column: Column, without: int) -> tuple[Index, ...]:
    return tuple(
        i
        for i in table.indexes
        if i.oid != without
        and (column.number in i.columns or uses(i.expressions, column) or uses(i.predicate, column))
    )


def _refuse(catalog: Catalog, one: Wide) -> None:
    """Raise Unwritable for what the swap would leave behind on an old column."""
    table, column = one.table, one.column
    if table.kind != "r" or table.is_partition or catalog.children.get(table.oid):
        raise Unwritable(f"{table.qualified} has partitions or heirs: its key cannot be swapped in one go")
    views = catalog.dependents.get(table.oid)
    if views:
        raise Unwritable(f"views read {table.qualified}: {', '.join(v.qualified for v in views[:3])}")
    refuse(table, column)
    if any(t.has_condition for t in table.triggers):
        raise Unwritable(f"a trigger of {table.qualified} may use {column.name}")
    if one.key is None and column.has_default:
        default = find.known(column.default, f"the default of {column.name}")
        if not default.startswith("nextval("):
            raise Unwritable(f"{table.qualified}.{column.name} has a default of its own")
    backing = {c.index for c in table.constraints if c.kind in "pux"}
    if any(i.oid in backing for i in one.indexes):
        raise Unwritable(f"a key of {table.qualified} has {column.name} among others")
    for check in table.constraints:
        mine = check is not one.key and check.kind in "cf" and column.number in check.columns
        if mine:
            raise Unwritable(f"{check.name} is about {column.name}")


def _expand(catalog: Catalog, one: Wide) -> list[Step]:
    """Return the steps that make a new column with its values, NOT NULL and indexes."""
    table, column, new = one.table, one.column, one.new
    alter, quoted = f"ALTER TABLE {find.sql_name(table)}", name(column.name)
    if table.column_named(new) is not None or table.column_named(one.old) is not None:
        raise Unwritable(f"{table.qualified} has a column {new} or {one.old} already")
    sync = Sync(catalog, table, column.name)
    change = batches(table, f"{name(new)} = {quoted}", f"t.{name(new)} IS DISTINCT FROM t.{quoted}")
    add = [f"{alter} ADD COLUMN {name(new)} bigint", *dressed(catalog, table, column, new)]
    steps = [
        short(add, f"{alter} DROP COLUMN {name(new)}", f"add a wide column to {table.name}"),
        short(sync.create(one_way(name(new), quoted)), sync.drop(), "keep it in step with the old one"),
        batched(at_once(change), change, f"fill it in the rows of {table.name}"),
    ]
    if column.not_null:
        steps += not_null.for_new(catalog, table, new)
    if one.key is None:
        key = table.primary_key
        assert key is not None
        own = suffixed(key.name, "_new")
        steps.append(index_ddl.built(table, own, index_ddl.IndexShape("btree", name(new), unique=True)))
    for index in one.indexes:
        steps.append(index_ddl.built(table, suffixed(index.name, "_new"), _shape(catalog, one, index)))
    return steps


def _shape(catalog: Catalog, one: Wide, index: Index, new: str = "") -> index_ddl.IndexShape:
    shape = index_ddl.shape_of(catalog, one.table, index)
    pair = one.column.name, new or one.new
    return index_ddl.IndexShape(
        shape.method,
        renamed(shape.keys, *pair),
        renamed(shape.include, *pair),
        shape.unique,
        shape.nulls_not_distinct,
        shape.storage,
        renamed(shape.where, *pair),
    )


def _switch(catalog: Catalog, wide: list[Wide], key: Constraint) -> list[Step]:
    """Return the transaction that swaps everything, and the validations after it."""
    locked = ", ".join(find.sql_name(one.table) for one in wide)
    up = [f"LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE"]
    down = list(up)
    for one in wide:
        if one.key is not None:
            gone = f"ALTER TABLE {find.sql_name(one.table)} DROP CONSTRAINT {name(one.key.name)}"
            up.append(gone)
            down.append(gone)
    parent = wide[0]
    alter = f"ALTER TABLE {find.sql_name(parent.table)}"
    kept = suffixed(key.name, "_old")
    # The old key lives on as a unique index: the way back, and the old column's NOT NULL, rest on it.
    up += [f"{alter} DROP CONSTRAINT {name(key.name)}"]
    down += [f"{alter} DROP CONSTRAINT {name(key.name)}"]
    for one in wide:
        forth, back = _names(catalog, one)
        up += forth
        down += back
    index = suffixed(key.name, "_new")
    up += [f"{alter} ADD CONSTRAINT {name(key.name)} PRIMARY KEY USING INDEX {name(index)}"]
    down += [f"{alter} ADD CONSTRAINT {name(key.name)} PRIMARY KEY USING INDEX {name(kept)}"]
    checks, again = [], []
    for one in wide:
        if one.key is not None:
            on = f"ALTER TABLE {find.sql_name(one.table)}"
            text = constraint_ddl.definition(catalog, one.table, one.key)
            unread = "" if text.endswith("NOT ENFORCED") else " NOT VALID"
            add = f"{on} ADD CONSTRAINT {name(one.key.name)} {text}{unread}"
            up.append(add)
            down.append(add)
            if one.key.validated and unread:
                checks.append(constraint_ddl.validation(one.table, one.key.name))
                again.append(f"{on} VALIDATE CONSTRAINT {name(one.key.name)}")
    build = index_ddl.built(
        parent.table,
        kept,
        index_ddl.IndexShape("btree", name(parent.column.name), unique=True),
        about="build what the way back needs: the old key as an index",
    )
    swap = short(up, down, "swap the names and keys of all tables at once", phase="switch")
    # On the way back this step's turn comes after the swap: the old keys are validated then.
    build = replace(build, down="\n".join(f"{text};" for text in again) + "\n" + (build.down or ""))
    return [build, swap, *checks]


def _names(catalog: Catalog, one: Wide) -> tuple[list[str], list[str]]:
    table, quoted = one.table, name(one.column.name)
    alter = f"ALTER TABLE {find.sql_name(table)}"
    sync = Sync(catalog, table, one.column.name)
    up = [
        f"{alter} RENAME COLUMN {quoted} TO {name(one.old)}",
        f"{alter} RENAME COLUMN {name(one.new)} TO {quoted}",
    ]
    down = [
        f"{alter} RENAME COLUMN {quoted} TO {name(one.new)}",
        f"{alter} RENAME COLUMN {name(one.old)} TO {quoted}",
    ]
    for index in one.indexes:
        now, new, old = (qualified(table.schema, suffixed(index.name, s)) for s in ("", "_new", "_old"))
        up += [f"ALTER INDEX {now} RENAME TO {name(suffixed(index.name, '_old'))}"]
        up += [f"ALTER INDEX {new} RENAME TO {name(index.name)}"]
        down += [f"ALTER INDEX {now} RENAME TO {name(suffixed(index.name, '_new'))}"]
        down += [f"ALTER INDEX {old} RENAME TO {name(index.name)}"]
    numbers, undo = _numbers(catalog, one) if one.key is None else ([], [])
    up += numbers
    if one.column.not_null:
        up.append(f"{alter} ALTER COLUMN {name(one.old)} DROP NOT NULL")
        down.append(f"{alter} ALTER COLUMN {quoted} SET NOT NULL")
    down += undo
    if one.key is not None and one.column.has_default:
        default = find.known(one.column.default, f"the default of {one.column.name}")
        up += [
            f"{alter} ALTER COLUMN {name(one.old)} DROP DEFAULT",
            f"{alter} ALTER COLUMN {quoted} SET DEFAULT {default}",
        ]
        down += [
            f"{alter} ALTER COLUMN {name(one.new)} DROP DEFAULT",
            f"{alter} ALTER COLUMN {quoted} SET DEFAULT {default}",
        ]
    up.append(sync.replace(one_way_if_it_fits(name(one.old), _fits(one, quoted))))
    down.append(sync.replace(one_way(name(one.new), quoted)))
    return up, down


def _fits(one: Wide, quoted: str) -> str:
    _, low, high = _INTEGERS[one.column.type_oid]
    return f"CASE WHEN {quoted} BETWEEN {low} AND {high} THEN {quoted} END"


def _numbers(catalog: Catalog, parent: Wide) -> tuple[list[str], list[str]]:
    """Return what hands the sequence over to the new column: identity made anew, or its owner changed."""
    table, column = parent.table, parent.column
    on, quoted = find.sql_name(table), name(column.name)
    alter = f"ALTER TABLE {on} ALTER COLUMN"
    if column.identity:
        here, old, new = (on, quoted), (on, name(parent.old)), (on, name(parent.new))
        forth = handed_over(catalog, table, column, old, here)
        return list(forth), list(handed_over(catalog, table, column, new, here))
    if not column.has_default:
        return [], []
    default = find.known(column.default, f"the default of {column.name}")
    give = f"{alter} {quoted} SET DEFAULT {default}"
    up, down = (
        [f"{alter} {name(parent.old)} DROP DEFAULT", give],
        [f"{alter} {name(parent.new)} DROP DEFAULT", give],
    )
    sequence = sequence_of(catalog, table, column)
    if sequence is not None and sequence.sequence is not None:
        own, of = f"ALTER SEQUENCE {find.sql_name(sequence)}", f"OWNED BY {on}.{quoted}"
        up.append(f"{own} AS bigint {of}")
        down.append(f"{own} AS {_INTEGERS.get(sequence.sequence.type_oid, ('bigint',))[0]} {of}")
    return up, down


def _end(catalog: Catalog, wide: list[Wide], key: Constraint) -> Step:
    up, down = [], []
    for one in wide:
        sync, on = Sync(catalog, one.table, one.column.name), find.sql_name(one.table)
        up += [*sync.drop(), f"ALTER TABLE {on} DROP COLUMN {name(one.old)}"]
        value = _fits(one, name(one.column.name))
        kept = name(one.old)
        down += [f"ALTER TABLE {on} ADD COLUMN {kept} {_INTEGERS[one.column.type_oid][0]}"]
        down += dressed(catalog, one.table, one.column, one.old)
        down += sync.create(one_way_if_it_fits(kept, value))
        down += [f"UPDATE {on} AS t SET {kept} = {value} WHERE t.{kept} IS DISTINCT FROM ({value})"]
        if one.key is None:
            shape = index_ddl.IndexShape("btree", kept, unique=True)
            down.append(shape.statement(suffixed(key.name, "_old"), one.table, concurrently=True))
        for index in one.indexes:
            shape = _shape(catalog, one, index, one.old)
            down.append(shape.statement(suffixed(index.name, "_old"), one.table, concurrently=True))
    return alone(
        up,
        down,
        "drop the old columns, once nobody wants to go back",
        phase="contract",
        waits_for="",
        lock_timeout="2s",
        reversible="shape",
    )


def _direct(catalog: Catalog, wide: list[Wide]) -> Strategy:
    up = [
        f"ALTER TABLE {find.sql_name(w.table)} ALTER COLUMN {name(w.column.name)} TYPE bigint" for w in wide
    ]
    down = [
        text.removesuffix("bigint") + _INTEGERS[w.column.type_oid][0]
        for text, w in zip(up, wide, strict=True)
    ]
    empty = all(is_empty(catalog, w.table) for w in wide)
    step = long(up, down, "write all tables anew while everybody waits", phase="switch")
    return direct("Direct: every table is written anew under its lock", step, online=empty)


INTENT = Intent(
    name="int-to-bigint-key",
    title="Widen an integer key to bigint, with all that references it",
    group="Column",
    about="A second column is filled and takes the key's place, in referencing tables too.",
    fields=(Field("table", "the table whose primary key it is, as schema.name", kind="table"),),
    plan=plan,
)
