"""Types have a comment."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_KINDS = {"e": "enum", "d": "domain", "c": "composite type", "r": "range type"}


def check(facts: Facts, report: Report) -> None:
    """Look at types that people made, arrays and the types of tables left out."""
    made = [
        t
        for t in facts.catalog.types.values()
        if t.kind in _KINDS
        and t.extension is None
        and t.schema not in ("pg_catalog", "information_schema", "pg_toast")
    ]
    for kind in sorted(made, key=lambda t: (t.schema, t.name)):
        report.checked()
        if kind.comment is None or not kind.comment.strip():
            report.fail(
                kind.id,
                f"{_KINDS[kind.kind]} {kind.id.removeprefix('type:')} has no comment",
                {"labels": kind.labels} if kind.labels else {},
            )


RULE = Rule(
    id="enum-domain-documented",
    title="Types have comments",
    category=Category.DOCUMENTATION,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every enum, domain, composite and range type that no extension owns has a comment that is not "
    "blank.",
    why="An enum's labels are the vocabulary of the business. What tells pending from open is rarely in "
    "the word.",
    source="https://www.postgresql.org/docs/current/sql-comment.html",
    looks_at="pg_type, pg_description",
    whole=check,
    reads=("catalog.types",),
    not_applicable_when="there is no type besides PostgreSQL's own",
)
