"""Searches for a part of a text have a trigram index."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import statement_id
from pgplumb.checks.statement_queries import queries
from pgplumb.foundation.names import part

_ROWS = 10_000
_LIKE = re.compile(r"\bi?like\b|~~", re.IGNORECASE)
_TRIGRAMS = ("gin_trgm_ops", "gist_trgm_ops")


def _indexed(table: Relation, column: Column, catalog: Catalog) -> bool:
    """Whether an index holds the trigrams of a column, or an expression over it that may."""
    for index in table.indexes:
        named = [catalog.opclasses.get(o) for o in index.opclasses]
        for number, opclass in zip(index.key_columns, named, strict=False):
            if opclass is not None and opclass.name in _TRIGRAMS and number in (column.number, 0):
                return True
    return False


def check(facts: Facts, report: Report) -> None:
    """Look at the patterns of ILIKE, which no btree serves, and of LIKE, whose beginning is not to be seen."""
    if report.known(facts.statements) is None:
        return
    from pgplumb.workload.querylint.predicates import comparisons, own_column

    asked: dict[tuple[int, int], tuple[Relation, Column, set[str], str]] = {}
    for statement, query in queries(facts, _LIKE):
        for block in query.blocks:
            for comparison in comparisons(query, block):
                if comparison.operator not in ("like", "ilike") or not comparison.searchable:
                    continue
                found = own_column(query, block, comparison.left)
                if found is None:
                    continue
                where = (found.relation.oid, found.column.number)
                seen = asked.setdefault(where, (found.relation, found.column, set(), statement_id(statement)))
                seen[2].add(comparison.operator)
    for table, column, operators, first in asked.values():
        count = rows(table, facts)
        if table.kind not in "rpm" or (
            count is not None and count < facts.profile.threshold("trgm-for-like", _ROWS)
        ):
            continue
        report.checked()
        if _indexed(table, column, facts.catalog):
            continue
        where_ = f"{table.qualified}.{part(column.name)}"
        if count is None:
            report.unknown(f"{table.qualified} was never analysed, so its size is not known")
        elif "ilike" not in operators:
            report.unknown(
                f"whether patterns on {where_} begin with a wildcard cannot be seen; only a trigram index would help"
            )
        else:
            ready = any(e.name == "pg_trgm" for e in facts.catalog.extensions.values())
            fields = {
                "table": table.qualified,
                "columns": (column.name,),
                "method": "gin",
                "opclass": "gin_trgm_ops",
            }
            report.fail(
                table.column_id(column),
                f"ILIKE on {where_} reads all {count:,.0f} rows: only a trigram index finds patterns in any case",
                {"rows": int(count), "statement": first, "pg_trgm": ready},
                related=(first, table.id),
                fix=Fix("create-index", fields)
                if ready
                else Fix("create-extension", {"extension": "pg_trgm"}),
            )


RULE = Rule(
    id="trgm-for-like",
    title="Searches for parts of texts have a trigram index",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every column of a table with at least 10,000 rows (threshold trgm-for-like) that one of the 200 costliest "
    "statements searches with LIKE or ILIKE has an index with trigrams.",
    why="A btree is ordered by how texts begin and by their case: it serves neither a pattern that begins with a "
    "wildcard nor ILIKE. An index of trigrams serves both.",
    source="https://www.postgresql.org/docs/current/pgtrgm.html#PGTRGM-INDEX",
    looks_at="pg_stat_statements.query, pg_index.indclass, pg_opclass, pg_class.reltuples",
    whole=check,
    reads=(
        "statements",
        "statistics",
        "catalog.relations",
        "catalog.opclasses",
        "catalog.extensions",
        "catalog.settings",
        "catalog.setting_overrides",
    ),
    unknown_when="statements were not read, or LIKE alone is used: the beginning of its pattern is not kept",
    not_applicable_when="no statement searches a large table with LIKE or ILIKE",
)
