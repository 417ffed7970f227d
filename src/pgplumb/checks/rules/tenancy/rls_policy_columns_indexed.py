"""Columns that policies compare lead an index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import rows
from pgplumb.checks.expressions import arms, column_path, operator, read_expression, sides
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.policies import using
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.session_values import function_names, has_source
from pgplumb.checks.tenants import SMALL
from pgplumb.sql.node import Node


def compared(node: Node, table: Relation, functions: frozenset[str]) -> list[str]:
    """Return the table's columns that an expression sets equal to something of the session, bare of casts."""
    found: list[str] = []
    for arm in arms(node, "AND_EXPR"):
        if arm.kind == "BoolExpr":
            for each in arm.nodes("args"):
                found += compared(each, table, functions)
            continue
        if operator(arm) != "=" or arm.kind != "A_Expr" or not has_source(arm, functions):
            continue
        for side in sides(arm) or ():
            path = column_path(side)
            if len(path) == 1 or path[:1] == (table.name,):
                found.append(path[-1])
    return found


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a valid index that starts with each compared column."""
    if not table.row_security or not table.policies:
        return
    estimate = rows(table, facts)
    if estimate is not None and estimate < facts.profile.threshold("rls-policy-columns-indexed", SMALL):
        return
    functions = function_names(facts.catalog)
    names: dict[str, list[str]] = {}
    for policy in table.policies:
        node = read_expression(using(policy))
        if isinstance(node, Unread):
            report.unknown(f"{policy.name} on {table.qualified}: {node.reason}")
        elif node is not None:
            for name in compared(node, table, functions):
                names.setdefault(name, []).append(policy.name)
    for name, policies in names.items():
        column = table.column_named(name)
        if column is None:
            continue
        report.checked()
        if any(
            i.key_columns[:1] == (column.number,) and i.is_valid and not i.has_predicate
            for i in table.indexes
        ) or (table.partition_key is not None and table.partition_key.columns[:1] == (column.number,)):
            continue
        if estimate is None:
            report.unknown(f"{table.qualified} was never analysed, so its size is not known")
            continue
        report.fail(
            table.column_id(column),
            f"policy {policies[0]} compares {name}, which leads no index of {table.qualified}: every query "
            f"reads all of its {estimate:,.0f} rows",
            {"policies": tuple(dict.fromkeys(policies)), "rows": int(estimate)},
            related=(table.id,),
            fix=Fix("create-index", {"table": table.qualified, "columns": (name,)}),
        )


RULE = Rule(
    id="rls-policy-columns-indexed",
    title="Columns that policies compare are indexed",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="On tables of at least 1,000 rows (threshold rls-policy-columns-indexed), every column that "
    "USING sets equal to a value of the session leads a valid index without predicate, or is the "
    "partition key.",
    why="A policy's condition is part of every query of the role. Where no index serves it, every query "
    "reads the whole table, even one that asks for a single row by another column.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_policy.polqual, parsed; pg_index.indkey; pg_class.reltuples",
    each_table=check,
    reads=("statistics", "catalog.functions"),
    unknown_when="a policy could not be read, or a table was never analysed",
    not_applicable_when="no policy of a large table compares a column with the session",
)
