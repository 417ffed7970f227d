"""Rows with a null where none may be."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.key_indexes import index_columns
from pgplumb.migrate.probes.moment import Moment, Table
from pgplumb.migrate.probes.probe import Probe
from pgplumb.sql.node import Node


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for each column that gets NOT NULL or becomes part of a primary key."""
    table = moment.table
    if table is None or moment.node.kind != "AlterTableStmt":
        return
    for command in moment.commands("AT_SetNotNull"):
        yield _null(moment, table, command.name)
    for constraint in moment.added():
        kind = constraint.text("contype")
        if kind == "CONSTR_NOTNULL" and not constraint.flag("skip_validation"):
            yield from (_null(moment, table, c) for c in constraint.words("keys"))
        elif kind == "CONSTR_PRIMARY":
            index = constraint.text("indexname")
            columns = index_columns(moment, index) if index else constraint.words("keys")
            if columns is None:
                cannot = f"the columns of {index} are not known"
                yield _null(moment, table, "", cannot)
            yield from (_null(moment, table, c) for c in columns or ())
    for column in moment.new_columns():
        yield from _new(moment, table, column)
    for command in moment.commands("AT_ValidateConstraint"):
        added = moment.situation.added.get((table.relation.oid, command.name))
        if added is not None and added.constraint.text("contype") == "CONSTR_NOTNULL":
            yield from (_null(moment, table, c) for c in added.constraint.words("keys"))
        for known in table.relation.constraints:
            if known.name == command.name and known.kind == "n" and not known.validated and added is None:
                yield from (_null(moment, table, c) for c in table.relation.column_names(known.columns))
    for command in moment.commands("AT_AlterColumnType"):
        known_column = table.relation.column_named(command.name)
        if known_column and known_column.not_null and command.definition.node("raw_default") is not None:
            yield _null(moment, table, command.name)


def _new(moment: Moment, table: Table, column: Node) -> Iterator[Probe]:
    """A new column is null in every row that is there, but for its default."""
    required = constraints_of(column, "NOTNULL") or constraints_of(column, "PRIMARY")
    name = column.text("colname")
    if required and name not in table.shape.missing:
        yield _null(moment, table, name)


def _null(moment: Moment, table: Table, column: str, cannot: str | None = None) -> Probe:
    sql = None
    if cannot is None:
        sql = f"SELECT 1 FROM {table.shape.source(only=table.only)} WHERE {moment.null(table.shape, column)} LIMIT 1"
    return moment.probe(
        "nulls",
        f"Is {column or 'a column of the key'} null in a row of {table.id}?",
        sql,
        table,
        (column,) if column else (),
        violation=f"{column} is null in at least one row of {table.id}",
        cannot=cannot,
    )


FACT = Fact("nulls", ask)
