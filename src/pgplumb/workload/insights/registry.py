"""All insight rules, found by name: every module in `rules/` holds one `RULE`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pgplumb.foundation.one_a_module import by_id, found_in
from pgplumb.workload.insights import rules
from pgplumb.workload.insights.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule by id. Raises ValueError on a clash."""
    found: Iterable[Rule] = found_in(rules, "RULE")
    return tuple(by_id(found, "insight rules").values())
