"""No rule rewrites what is done to a table."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_EVENTS = {"1": "SELECT", "2": "UPDATE", "3": "INSERT", "4": "DELETE"}


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for rules on tables; what makes a view is no rule that people wrote."""
    if not relation.is_table:
        return
    if not relation.is_partition:
        report.checked()
    for rule in relation.rules:
        if relation.is_partition:
            report.checked()
        event = _EVENTS.get(rule.event, rule.event)
        report.fail(
            relation.id,
            f"the rule {part(rule.name)} rewrites each {event} on {relation.qualified}"
            f"{' into something else' if rule.instead else ''}: volatile expressions run twice, and COPY passes it by",
            {"rule": rule.name, "event": event, "instead": rule.instead},
        )


RULE = Rule(
    id="no-rewrite-rules",
    title="No rule rewrites statements on tables",
    category=Category.NORMAL_FORM,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No table has a rule made by CREATE RULE.",
    why="A rule changes the text of a query, so that nextval or random is evaluated more than once and the number of "
    "rows reported is wrong. A trigger does what was meant.",
    source="https://www.postgresql.org/docs/current/rules-triggers.html",
    looks_at="pg_rewrite",
    each_relation=check,
    not_applicable_when="there is no table",
)
