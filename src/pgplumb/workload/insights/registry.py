"""All insight rules, found by name: every module in `rules/` holds one `RULE`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pgplumb.workload.insights import rules
from pgplumb.workload.insights.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule by id. Raises ValueError on a clash."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(rules.__path__, rules.__name__ + "."):
        rule = importlib.import_module(module.name).RULE
        if rule.id in found:
            raise ValueError(f"two insight rules are called {rule.id}")
        found[rule.id] = rule
    return tuple(rule for _, rule in sorted(found.items()))
