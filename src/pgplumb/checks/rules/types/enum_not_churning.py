"""Enums are short."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import dotted

_LABELS = 20


def check(facts: Facts, report: Report) -> None:
    """Count the labels of each enum that people made."""
    limit = int(facts.profile.threshold("enum-not-churning", _LABELS))
    for kind in facts.catalog.types.values():
        if (
            kind.kind != "e"
            or kind.extension is not None
            or kind.schema in ("pg_catalog", "information_schema")
        ):
            continue
        report.checked()
        if len(kind.labels) > limit:
            report.fail(
                kind.id,
                f"the enum {dotted(kind.schema, kind.name)} has {len(kind.labels)} labels: a table would let them be "
                "added, retired and described as rows",
                {"labels": len(kind.labels), "limit": limit},
            )


RULE = Rule(
    id="enum-not-churning",
    title="Enums have few labels",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No enum type has more than 20 labels (threshold enum-not-churning).",
    why="A label can be added and renamed but never removed, and each change is a migration. A long list is one that "
    "grew and will grow on: a lookup table with a foreign key takes an INSERT instead.",
    source="https://www.postgresql.org/docs/current/datatype-enum.html",
    looks_at="pg_type (typtype e), pg_enum",
    whole=check,
    reads=("catalog.types",),
    not_applicable_when="there is no enum",
)
