"""Queries say which partitions they mean."""

from __future__ import annotations

import re

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import statement_id, title
from pgplumb.checks.statement_queries import READS, lint_context, queries

_CALLS = 10


def check(facts: Facts, report: Report) -> None:
    """Look at statements that read a partitioned table without a condition on what it is divided by."""
    roots = [t for t in facts.catalog.tables if t.partition_key is not None]
    if not roots:
        return
    if report.known(facts.statements) is None:
        return
    from pgplumb.workload.querylint.kinds.partition_key_unused import look

    named = re.compile(rf"\b(?:{'|'.join(re.escape(t.name) for t in roots)})\b", re.IGNORECASE)
    context = lint_context(facts)
    for statement, query in queries(facts, named):
        if statement.calls < _CALLS or not any(r.partition_key is not None for r in query.relations):
            continue
        report.checked()
        for found in look(query, context):
            report.fail(
                statement_id(statement),
                f"{title(statement)}: {found.message}",
                {**found.evidence, "calls": statement.calls},
                related=found.objects,
            )


RULE = Rule(
    id="partition-key-in-queries",
    title="Queries name the partition key",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="None of the 200 costliest statements with at least 10 calls reads a table of four or more partitions with "
    "conditions of which none names its partition key.",
    why="Only a condition on the key lets partitions be left out. Without one each call plans, locks and probes all of "
    "them, so that dividing the table made the query slower.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITION-PRUNING",
    looks_at="pg_stat_statements.query, pg_partitioned_table",
    whole=check,
    reads=READS,
    unknown_when="pg_stat_statements is missing",
    not_applicable_when="no frequent statement reads a partitioned table",
)
