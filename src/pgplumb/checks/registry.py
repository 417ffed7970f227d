"""All rules, found by name: every module in `rules/<category>/` holds one `RULE`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pgplumb.checks import rules
from pgplumb.checks.rule import Category, Rule
from pgplumb.foundation.one_a_module import by_id, found_in


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule in the order of the panel: by category, then id. Raises ValueError on a clash."""
    found: Iterable[Rule] = found_in(rules, "RULE")
    order = list(Category)
    return tuple(sorted(by_id(found, "rules").values(), key=lambda rule: order.index(rule.category)))
