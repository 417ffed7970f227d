"""What queries look for inside documents and arrays is indexed."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import JSONB, leaves
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import statement_id
from pgplumb.checks.statement_queries import queries
from pgplumb.foundation.names import part

_ROWS = 1000
_OPERATORS = re.compile(r"@>|&&|\?[|&]?\s|@\?")


def _indexed(table: Relation, column: Column) -> bool:
    return any(
        i.method in ("gin", "gist") and column.number in i.key_columns and i.is_valid for i in table.indexes
    )


def check(facts: Facts, report: Report) -> None:
    """Find the columns of statements' conditions with @>, &&, ? and @?, and look for a GIN or GiST index on each."""
    if report.known(facts.statements) is None:
        return
    from sqlglot import exp

    inside = (
        exp.ArrayContainsAll,
        exp.ArrayOverlaps,
        exp.JSONBContains,
        exp.JSONBContainsTopKey,
        exp.JSONBContainsAnyTopKeys,
        exp.JSONBContainsAllTopKeys,
        exp.JSONBPathExists,
    )
    kinds = leaves(facts.catalog)
    asked: dict[tuple[int, int], tuple[Relation, Column, set[type], str]] = {}
    for statement, query in queries(facts, _OPERATORS):
        for block in query.blocks:
            for test in block.tests:
                for node in test.find_all(*inside):
                    found = query.resolve(node.this)
                    if found is None:
                        continue
                    leaf = kinds[found.column.type_oid]
                    if leaf.oid == JSONB or leaf.is_array:
                        where = (found.relation.oid, found.column.number)
                        seen = asked.setdefault(
                            where, (found.relation, found.column, set(), statement_id(statement))
                        )
                        seen[2].add(type(node))
    for table, column, operators, first in asked.values():
        count = rows(table, facts)
        if table.kind not in "rpm" or (count is not None and count < _ROWS):
            continue
        report.checked()
        if _indexed(table, column):
            continue
        if count is None:
            report.unknown(f"{table.qualified} was never analysed, so its size is not known")
            continue
        fields = {"table": table.qualified, "columns": (column.name,), "method": "gin"}
        containing = operators <= {exp.ArrayContainsAll, exp.JSONBPathExists}
        if kinds[column.type_oid].oid == JSONB and not kinds[column.type_oid].is_array and containing:
            fields["opclass"] = "jsonb_path_ops"
        report.fail(
            table.column_id(column),
            f"statements look inside {table.qualified}.{part(column.name)}, and no GIN index finds the rows: all "
            f"{count:,.0f} are read",
            {"rows": int(count), "statement": first},
            related=(first, table.id),
            fix=Fix("create-index", fields),
        )


RULE = Rule(
    id="gin-on-jsonb-array",
    title="Documents and arrays that are searched have a GIN index",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every jsonb or array column of a table with at least 1,000 rows that one of the 200 costliest statements "
    "searches with @>, &&, ? or @? has a GIN or GiST index. Documents that are only stored need none.",
    why="A btree orders whole documents and finds nothing inside them, so each search reads the table. A GIN index has "
    "an entry for every element or path.",
    source="https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING",
    looks_at="pg_stat_statements.query, pg_attribute.atttypid, pg_index, pg_class.reltuples",
    whole=check,
    reads=(
        "statements",
        "statistics",
        "catalog.relations",
        "catalog.types",
        "catalog.settings",
        "catalog.setting_overrides",
    ),
    unknown_when="statements were not read, or a searched table was never analysed",
    not_applicable_when="no statement searches inside a document or an array",
)
