"""Indexes have few key columns."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed
from pgplumb.foundation.names import part

LIMIT = 5
"""The profile's `index-max-columns` says otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count key columns; INCLUDE columns do not count, and a primary key has a rule of its own."""
    limit = facts.profile.threshold("index-max-columns", LIMIT)
    judged = 0
    for index in table.indexes:
        if index.is_primary:
            continue
        judged += 1
        if index.key_count > limit:
            columns = table.column_names(index.key_columns)
            report.fail(
                table.index_id(index),
                f"the index {part(index.name)} of {table.qualified} has {len(columns)} key columns: {listed(columns)}",
                {"columns": columns, "limit": limit, "unique": index.is_unique},
                related=(table.id,),
            )
    report.checked(judged)


RULE = Rule(
    id="index-column-limit",
    title="Indexes have at most 5 key columns",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="An index has at most 5 key columns (index-max-columns), INCLUDE columns and primary keys aside.",
    why="Later key columns rarely narrow a search and make every entry and every level of the tree larger. What a "
    "query only reads belongs into INCLUDE.",
    source="https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    looks_at="pg_index.indnkeyatts",
    each_table=check,
    not_applicable_when="there is no index beside primary keys",
)
