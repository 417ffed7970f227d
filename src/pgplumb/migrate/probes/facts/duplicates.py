"""Rows that share a key which is to be unique."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Index, Relation
from pgplumb.migrate.hazards.column_types import loses_values, stored, written
from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.keys import Key, duplicates_sql, of_index, plain
from pgplumb.migrate.probes.moment import Command, Moment, Table, column_list
from pgplumb.migrate.probes.probe import Probe


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for each unique index that is built over rows."""
    table = moment.table
    if table is None:
        return
    if moment.node.kind == "IndexStmt":
        if moment.node.flag("unique"):
            distinct = not moment.node.flag("nulls_not_distinct")
            yield _question(moment, table, of_index(moment, moment.node), nulls_distinct=distinct)
        return
    for constraint in moment.added():
        kind = constraint.text("contype")
        if kind not in ("CONSTR_UNIQUE", "CONSTR_PRIMARY") or constraint.text("indexname"):
            continue
        key = plain(constraint.words("keys"))
        distinct = kind == "CONSTR_UNIQUE" and not constraint.flag("nulls_not_distinct")
        if constraint.flag("without_overlaps"):
            # The last column is a range, and no two may overlap.
            same = ("=",) * (len(key.parts) - 1)
            key = Key(key.parts, key.columns, operators=(*same, "&&"))
        yield _question(moment, table, key, nulls_distinct=distinct)
    for column in moment.new_columns():
        unique = (*constraints_of(column, "UNIQUE"), *constraints_of(column, "PRIMARY"))
        name = column.text("colname")
        if unique and name not in table.shape.missing:
            distinct = not unique[0].flag("nulls_not_distinct")
            yield _question(moment, table, plain((name,)), nulls_distinct=distinct)
    for command in moment.commands("AT_AlterColumnType"):
        yield from _rebuilt(moment, table, command)
    for parent, child in moment.attached():
        for index in parent.indexes:
            if index.is_unique and not _has(child, parent.column_names(index.columns), index):
                yield _inherited(moment, child, parent, index)


def _has(child: Table, columns: tuple[str, ...], wanted: Index) -> bool:
    """Whether a table has the index that a partition of another must have; else it is built."""
    return any(
        index.is_unique
        and index.is_valid
        and not index.has_predicate
        and child.relation.column_names(index.columns) == columns
        and index.nulls_not_distinct == wanted.nulls_not_distinct
        for index in child.relation.indexes
    )


def _inherited(moment: Moment, child: Table, parent: Relation, index: Index) -> Probe:
    """Ask a table that becomes a partition about the keys of the partitioned one."""
    odd = index.has_predicate or index.has_expressions
    key = None if odd else plain(parent.column_names(index.key_columns))
    cannot = f"the index {index.name} is over an expression or a part of the rows" if odd else None
    distinct = not index.nulls_not_distinct
    return _question(moment, child, key, nulls_distinct=distinct, cannot=cannot)


def _rebuilt(moment: Moment, table: Table, command: Command) -> Iterator[Probe]:
    """Values that a new type makes equal."""
    column = table.relation.column_named(command.name)
    type_name = command.definition.node("typeName")
    if column is None or type_name is None:
        return
    kind = moment.catalog.types.get(column.type_oid)
    lossy = (
        command.definition.node("raw_default") is not None
        or command.definition.node("collClause") is not None
        or (kind is not None and loses_values(stored(kind, column.typmod), written(type_name)))
    )
    for index in table.relation.indexes if lossy else ():
        if index.is_unique and (column.number in index.key_columns or index.has_expressions):
            yield _of_index(moment, table, index)


def _of_index(moment: Moment, table: Table, index: Index) -> Probe:
    odd = index.has_predicate or index.has_expressions
    key = None if odd else plain(table.relation.column_names(index.key_columns))
    return _question(
        moment, table, key, nulls_distinct=not index.nulls_not_distinct,
        cannot=f"the index {index.name} is built anew over an expression or a part of the rows" if odd else None,
    )  # fmt: skip


def _question(
    moment: Moment, table: Table, key: Key | None, *, nulls_distinct: bool, cannot: str | None = None
) -> Probe:
    from pgplumb.migrate.probes.keys import overlaps_sql

    sql, columns = None, key.columns if key else ()
    if key is not None:
        cannot = cannot or ("it compares by an operator class of its own" if key.foreign else None)
        sql = overlaps_sql(table, key) if key.operators else None
        sql = sql or duplicates_sql(moment, table, key, nulls_distinct=nulls_distinct)
    listed = column_list(columns) or "the key"
    return moment.probe(
        "duplicates",
        f"Do two rows of {table.id} share {listed}?",
        sql,
        table,
        columns,
        violation=f"at least two rows of {table.id} share {listed}",
        cannot=cannot,
    )


FACT = Fact("duplicates", ask)
