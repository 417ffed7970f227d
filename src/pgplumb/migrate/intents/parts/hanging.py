"""What stands on a column: indexes, constraints, privileges; made again for another column, or for itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pgplumb.catalog.acl import grants
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Constraint, Index, Relation
from pgplumb.catalog.unread import Text
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import constraint_ddl, find, index_ddl, naming
from pgplumb.migrate.intents.parts.policy_ddl import role_list
from pgplumb.migrate.intents.parts.privileges import words_of
from pgplumb.migrate.intents.parts.quoting import literal, mentions, name, renamed
from pgplumb.migrate.intents.parts.steps import short
from pgplumb.migrate.plan import Step


@dataclass(frozen=True, slots=True)
class Hanging:
    """What would go with a column, and can be made again."""

    indexes: tuple[Index, ...]
    """Those that back no constraint."""
    uniques: tuple[tuple[Constraint, Index], ...]
    rest: tuple[Constraint, ...]
    """Checks and foreign keys of the table's own."""


def uses(text: Text | None, column: Column) -> bool:
    """Whether an expression names a column; one that was not read might."""
    return mentions(text, column.name) if isinstance(text, str) else text is not None


def hanging(catalog: Catalog, table: Relation, column: Column) -> Hanging:
    """Return what stands on a column. Raises Unwritable for what keeps a column from going."""
    on = f"{table.qualified}.{column.name}"
    if table.is_partition or (table.partition_key and column.number in table.partition_key.columns):
        raise Unwritable(f"{on} belongs to the partitioned table")
    if any(c.generated and uses(c.default, column) for c in table.columns if c is not column):
        raise Unwritable(f"a generated column is made of {on}")
    for other, key in catalog.referencing.get(table.oid, ()):
        if column.number in key.foreign_columns:
            raise Unwritable(f"the foreign key {key.name} of {other.qualified} references {on}")
    backing = {c.index: c for c in table.constraints if c.kind in "pux"}
    uniques, indexes = [], []
    for index in table.indexes:
        if not _stands_on(index, column):
            continue
        constraint = backing.get(index.oid)
        if constraint is not None and constraint.kind != "u":
            raise Unwritable(f"{on} is part of the key {constraint.name}")
        if index.parent or index.is_replica_identity:
            raise Unwritable(f"replication or a partitioned table needs the index {index.name}")
        if constraint is not None:
            uniques.append((constraint, index))
        else:
            indexes.append(index)
    rest = tuple(_rest(table, column))
    return Hanging(tuple(indexes), tuple(uniques), rest)


def _stands_on(index: Index, column: Column) -> bool:
    return (
        column.number in index.columns
        or (index.has_expressions and uses(index.expressions, column))
        or (index.has_predicate and uses(index.predicate, column))
    )


def _rest(table: Relation, column: Column) -> Iterator[Constraint]:
    for constraint in table.constraints:
        if constraint.kind in "cf" and not constraint.parent:
            named = constraint.kind == "c" and uses(constraint.expression, column)
            if column.number in constraint.columns or named:
                yield constraint


def names_of(found: Hanging) -> list[tuple[str, str]]:
    """Return what has a name of its own, as `INDEX` or `CONSTRAINT` with the raw name."""
    pairs = [("INDEX", index.name) for index in found.indexes]
    pairs += [("CONSTRAINT", constraint.name) for constraint, _ in found.uniques]
    return pairs + [("CONSTRAINT", constraint.name) for constraint in found.rest]


def suffixed(raw: str, suffix: str) -> str:
    """Return a name with an ending, cut so that it fits."""
    return naming.cut(raw, naming.LIMIT - len(suffix)) + suffix


def again(
    catalog: Catalog,
    table: Relation,
    found: Hanging,
    old: str,
    new: str,
    suffix: str = "",
    *,
    same_parts: bool = False,
) -> list[Step]:
    """Return the steps that make what stood on one column for another, under the same names with an ending.

    Both columns are raw. With `same_parts`, indexes of partitions have the names that they have now, without an ending.
    Nothing blocks for long. Raises Unwritable where a definition was not read.
    """
    steps: list[Step] = []
    for index in found.indexes:
        shape = _shape(catalog, table, index, old, new)
        own = suffixed(index.name, suffix)
        like = index if same_parts else None
        made, _ = index_ddl.steps(catalog, table, own, shape, comment=index.comment, like=like)
        steps += made
    for constraint, index in found.uniques:
        if table.kind == "p":
            raise Unwritable(f"a partitioned table's constraint {constraint.name} is made in one go only")
        own = suffixed(constraint.name, suffix)
        shape = _shape(catalog, table, index, old, new)
        alter = f"ALTER TABLE {find.sql_name(table)}"
        timing = constraint_ddl.timing(constraint)
        take = f"{alter} ADD CONSTRAINT {name(own)} UNIQUE USING INDEX {name(own)}{timing}"
        drop = f"{alter} DROP CONSTRAINT {name(own)}"
        steps += [index_ddl.built(table, own, shape), short(take, drop, f"make it the constraint {own}")]
    for constraint in found.rest:
        text = constraint_ddl.definition(catalog, table, constraint, (old, new))
        own = suffixed(constraint.name, suffix)
        made, _ = constraint_ddl.steps(catalog, table, own, text, valid=constraint.validated)
        if constraint.comment:
            on = f"{name(own)} ON {find.sql_name(table)}"
            made.append(
                short(f"COMMENT ON CONSTRAINT {on} IS {literal(constraint.comment)}", "", "describe it")
            )
        steps += made
    return steps


def _shape(catalog: Catalog, table: Relation, index: Index, old: str, new: str) -> index_ddl.IndexShape:
    shape = index_ddl.shape_of(catalog, table, index)
    if old == new:
        return shape
    return replace(
        shape,
        keys=renamed(shape.keys, old, new),
        include=renamed(shape.include, old, new),
        where=renamed(shape.where, old, new),
    )


def dressed(catalog: Catalog, table: Relation, column: Column, new: str) -> list[str]:
    """Return the statements that give another column, raw, the comment, privileges and statistics target of one."""
    on = find.sql_name(table)
    made = []
    if column.comment:
        made.append(f"COMMENT ON COLUMN {on}.{name(new)} IS {literal(column.comment)}")
    if column.statistics_target > 0:
        made.append(f"ALTER TABLE {on} ALTER COLUMN {name(new)} SET STATISTICS {column.statistics_target}")
    for grant in grants(column.acl):
        plain = words_of(set(grant.privileges) - set(grant.grantable))
        for words, option in ((plain, ""), (words_of(grant.grantable), " WITH GRANT OPTION")):
            if words:
                columns = ", ".join(f"{word} ({name(new)})" for word in words)
                made.append(
                    f"GRANT {columns} ON TABLE {on} TO {role_list((grant.grantee or 'PUBLIC',))}{option}"
                )
    return made
