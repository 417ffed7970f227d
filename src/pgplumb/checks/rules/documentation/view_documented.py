"""Views have a comment."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at views and materialized views."""
    if relation.kind not in "vm":
        return
    report.checked()
    if relation.comment is None or not relation.comment.strip():
        kind = "materialized view" if relation.kind == "m" else "view"
        report.fail(relation.id, f"{kind} {relation.qualified} has no comment", {"kind": kind})


RULE = Rule(
    id="view-documented",
    title="Views have comments",
    category=Category.DOCUMENTATION,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every view and materialized view has a comment that is not blank.",
    why="A view is an answer to a question that somebody had. Without the question nobody dares to change "
    "it, or knows whether a new one is needed.",
    source="https://www.postgresql.org/docs/current/sql-comment.html",
    looks_at="pg_description",
    each_relation=check,
    not_applicable_when="there is no view",
)
