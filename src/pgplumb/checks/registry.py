"""All rules, found by name: every module in `rules/<category>/` holds one `RULE`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pgplumb.checks import rules
from pgplumb.checks.rule import Category, Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule in the order of the panel: by category, then id. Raises ValueError on a clash."""
    found: dict[str, Rule] = {}
    for module in pkgutil.walk_packages(rules.__path__, rules.__name__ + "."):
        if module.ispkg:
            continue
        rule = importlib.import_module(module.name).RULE
        if rule.id in found:
            raise ValueError(f"two rules are called {rule.id}")
        found[rule.id] = rule
    order = list(Category)
    return tuple(sorted(found.values(), key=lambda rule: (order.index(rule.category), rule.id)))
