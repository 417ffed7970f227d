"""`pgplumb rules --format json`: pgplumb.rules.v1."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pgplumb.checks.rule import Rule


def write(rules: Sequence[Rule]) -> Iterator[str]:
    """Give the document, rules by id."""
    described = [_rule(rule) for rule in sorted(rules, key=lambda rule: rule.id)]
    yield json.dumps({"format": "pgplumb.rules.v1", "rules": described}, indent=2)


def _rule(rule: Rule) -> dict[str, str | bool]:
    return {
        "id": rule.id,
        "title": rule.title,
        "category": rule.category.value,
        "severity": rule.severity.value,
        "tier": rule.tier.value,
        "optional": rule.optional,
        "passes": rule.passes,
        "why": rule.why,
        "unknown_when": rule.unknown_when,
        "not_applicable_when": rule.not_applicable_when,
        "looks_at": rule.looks_at,
        "source": rule.source,
    }
