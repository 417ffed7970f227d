"""Rows that do not meet a CHECK."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Constraint
from pgplumb.catalog.unread import Unread
from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.keys import columns_in
from pgplumb.migrate.probes.moment import Moment, Table
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.source_text import SourceText
from pgplumb.sql.node import Node


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for each CHECK that is added or validated, and for those that a new type has tested again."""
    table = moment.table
    if table is None or moment.node.kind != "AlterTableStmt":
        return
    for constraint in moment.added():
        if constraint.text("contype") == "CONSTR_CHECK" and not constraint.flag("skip_validation"):
            yield _written(moment, table, constraint, moment.text)
    for column in moment.new_columns():
        for constraint in constraints_of(column, "CHECK"):
            if constraint.flag("is_enforced") or "is_enforced" not in constraint.fields:
                yield _written(moment, table, constraint, moment.text)
    for command in moment.commands("AT_ValidateConstraint"):
        added = moment.situation.added.get((table.relation.oid, command.name))
        known = next((c for c in table.relation.constraints if c.name == command.name), None)
        if added is not None and added.constraint.text("contype") == "CONSTR_CHECK":
            yield _written(moment, table, added.constraint, added.text)
        elif added is None and known is not None and known.kind == "c" and not known.validated:
            yield _known(moment, table, known)
    for command in moment.commands("AT_AlterColumnType"):
        column_record = table.relation.column_named(command.name)
        for known in table.relation.constraints if column_record else ():
            if (
                known.kind == "c"
                and known.enforced
                and column_record
                and column_record.number in known.columns
            ):
                yield _known(moment, table, known)


def _written(moment: Moment, table: Table, constraint: Node, text: SourceText) -> Probe:
    inside = text.bracketed(constraint.number("location"))
    expression = constraint.node("raw_expr")
    columns = columns_in(expression) if expression else []
    only = table.only or constraint.flag("is_no_inherit")
    return _question(moment, table, inside.text if inside else None, tuple(columns), only)


def _known(moment: Moment, table: Table, constraint: Constraint) -> Probe:
    columns = table.relation.column_names(constraint.columns)
    expression = constraint.expression
    if expression is None or isinstance(expression, Unread):
        why = expression.reason if isinstance(expression, Unread) else "not read"
        return _question(moment, table, None, columns, False, f"the condition of {constraint.name}: {why}")
    only = table.only or constraint.no_inherit
    return _question(moment, table, expression, columns, only)


def _question(
    moment: Moment,
    table: Table,
    condition: str | None,
    columns: tuple[str, ...],
    only: bool,
    cannot: str | None = None,
) -> Probe:
    source = table.shape.source(only=only)
    return moment.probe(
        "violators",
        f"Does a row of {table.id} not meet CHECK ({condition or '...'})?",
        f"SELECT 1 FROM {source} WHERE NOT ({condition}) LIMIT 1" if condition else None,
        table,
        columns,
        violation=f"at least one row of {table.id} does not meet CHECK ({condition})",
        cannot=cannot,
    )


FACT = Fact("violators", ask)
