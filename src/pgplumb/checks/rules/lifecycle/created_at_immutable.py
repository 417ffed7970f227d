"""The time of making is written once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.catalog.derived import gathered
from pgplumb.catalog.model import Catalog, is_rules_table
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.search_paths import schemas_in, text_for
from pgplumb.checks.statement_names import statement_id
from pgplumb.checks.statement_queries import READS, costliest
from pgplumb.checks.time_stamps import CREATED, named
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse

_WRITES = re.compile(
    rf"\b(?:update|merge|conflict)\b.*\bset\b.*\b(?:{'|'.join(sorted(CREATED))})\b", re.IGNORECASE | re.DOTALL
)


def _assigned(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield schema (or ''), table and the columns that an UPDATE, or an INSERT ON CONFLICT, sets in it."""
    try:
        trees = parse(text)
    except (ParserMissing, SyntaxProblem, TooDeep):
        return
    for node in (inner for tree in trees for inner in tree.walk()):
        relation = node.node("relation")
        if relation is None:
            continue
        targets: tuple[Node, ...] = ()
        if node.kind == "UpdateStmt":
            targets = node.nodes("targetList")
        elif node.kind == "InsertStmt" and (clause := node.node("onConflictClause")) is not None:
            targets = clause.nodes("targetList")
        if targets:
            yield (
                relation.text("schemaname"),
                relation.text("relname"),
                frozenset(t.text("name") for t in targets),
            )


def _table(catalog: Catalog, schema: str, name: str, user: str) -> Relation | None:
    if schema:
        return catalog.by_name.get((schema, name))
    role = next((r for r in catalog.roles.values() if r.name == user), None)
    path = schemas_in(text_for(catalog, role), user, catalog)
    return next((r for s in path if (r := catalog.by_name.get((s, name))) is not None), None)


@gathered
def _created(table: Relation, catalog: Catalog) -> str | None:
    """The column of a table that says when a row was made."""
    column = named(table, CREATED) if is_rules_table(table) else None
    return column.name if column is not None else None


def check(facts: Facts, report: Report) -> None:
    """Look for statements that set such a column in a row that is there."""
    if report.known(facts.statements) is None:
        return
    catalog = facts.catalog
    report.checked(len(_created(catalog)))
    for statement in costliest(facts, _WRITES):
        for schema, name, columns in _assigned(statement.query or ""):
            table = _table(catalog, schema, name, statement.role)
            column = named(table, CREATED) if table is not None else None
            if table is None or column is None or column.name not in columns:
                continue
            report.fail(
                table.column_id(column),
                f"a statement that {statement.role} ran {statement.calls:,} times sets {table.qualified}.{column.name} "
                "anew, so that it no longer says when a row was made",
                {"statement": statement_id(statement), "calls": statement.calls},
                related=(statement_id(statement), table.id),
            )


RULE = Rule(
    id="created-at-immutable",
    title="created_at is never updated",
    category=Category.LIFECYCLE,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="None of the 200 costliest statements sets the time of making in an UPDATE or in ON CONFLICT DO UPDATE.",
    why="Whoever pages, exports or bills by created_at counts a row twice, or never, when its time moves. Mostly an "
    "ORM saves all columns of a row, that one too.",
    source="https://www.postgresql.org/docs/current/sql-update.html",
    looks_at="pg_attribute.attname, pg_stat_statements.query",
    whole=check,
    reads=READS,
    unknown_when="pg_stat_statements is missing",
    not_applicable_when="no table has a time of making",
)
