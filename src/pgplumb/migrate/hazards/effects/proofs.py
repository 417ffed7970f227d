"""What is already known about the rows of a table, so that the server need not look at them again."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.migrate.hazards.effect import Target
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement


def not_null(
    world: World,
    target: Target,
    relation: Relation | None,
    column: str,
    dropping: frozenset[str] = frozenset(),
) -> bool | None:
    """Whether the server knows that a column holds no null. None where that cannot be told.

    `dropping` are constraints that the same ALTER TABLE drops: drops run first, and with them goes the proof.
    """
    if (target.id, column) in world.made.not_null:
        return not any(_proves(world, target, name, column) for name in dropping)
    if relation is None:
        return None if target.existed and not target.missing else False
    record = relation.column_named(column)
    unvalidated = {n for c in relation.constraints if c.kind == "n" and not c.validated for n in c.columns}
    if record is not None and record.not_null and record.number not in unvalidated:
        return True
    unread = False
    for constraint in relation.constraints:
        gone = constraint.name in dropping or f"{target.id}.{constraint.name}" in world.made.dropped
        if constraint.kind != "c" or not constraint.validated or gone:
            continue
        if isinstance(constraint.expression, str):
            if column in not_null_columns_of(constraint.expression):
                return True
        else:
            unread = unread or isinstance(constraint.expression, Unread)
    return None if unread else False


def _proves(world: World, target: Target, name: str, column: str) -> bool:
    made = world.made.constraints.get((target.id, name))
    expression = made[0].node("raw_expr") if made else None
    return expression is not None and column in not_null_columns(expression)


def not_null_columns_of(expression: str) -> frozenset[str]:
    """Return the columns that a condition, as text, forbids to be null."""
    try:
        select = parse_statement(f"SELECT {expression}")
    except (SyntaxProblem, ParserMissing, TooDeep):
        return frozenset()
    value = select.nodes("targetList")[0].node("val") if select.nodes("targetList") else None
    return not_null_columns(value) if value else frozenset()


def not_null_columns(expression: Node) -> frozenset[str]:
    """Return the columns that a condition forbids to be null: `a IS NOT NULL AND b IS NOT NULL`."""
    if expression.kind == "BoolExpr" and expression.text("boolop") == "AND_EXPR":
        return frozenset().union(*map(not_null_columns, expression.nodes("args")))
    if expression.kind == "NullTest" and expression.text("nulltesttype") == "IS_NOT_NULL":
        column = expression.node("arg")
        if column is not None and column.kind == "ColumnRef" and len(column.words("fields")) == 1:
            return frozenset(column.words("fields"))
    return frozenset()
