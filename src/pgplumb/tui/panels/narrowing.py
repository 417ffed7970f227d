"""What of the checklist is shown: from which severity on, up to which tier, one group alone, what has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.checks.checklist import RuleResult

SEVERITIES = ("", "error", "warning")
"""The severity from which on rules are shown; empty for all."""
TIERS = ("", "now", "growth")
"""The tier up to which rules are shown; empty for all."""
_RANK = {"error": 0, "warning": 1, "info": 2}
_WHEN = {"now": 0, "growth": 1, "scale": 2}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A choice of rules; the empty one shows all."""

    severity: str = ""
    tier: str = ""
    category: str = ""
    changed: bool = False

    def __bool__(self) -> bool:
        return self != Narrowing()

    def next_severity(self) -> Narrowing:
        """From all to errors alone, to errors and warnings, to all."""
        return replace(self, severity=_next(SEVERITIES, self.severity))

    def next_tier(self) -> Narrowing:
        """From all to what is needed now, to what is needed now and with growth, to all."""
        return replace(self, tier=_next(TIERS, self.tier))

    def admits(self, result: RuleResult, changed: Callable[[RuleResult], bool]) -> bool:
        """Whether a rule is shown."""
        rule = result.rule
        if self.severity and _RANK[result.severity] > _RANK[self.severity]:
            return False
        if self.tier and _WHEN[rule.tier] > _WHEN[self.tier]:
            return False
        if self.category and rule.category != self.category:
            return False
        return not self.changed or changed(result)

    def words(self) -> tuple[str, ...]:
        """Return what is shown, for people."""
        found = []
        if self.severity:
            found.append("errors" if self.severity == "error" else "from warning")
        if self.tier:
            found.append("now" if self.tier == "now" else "now, growth")
        if self.category:
            found.append(self.category)
        if self.changed:
            found.append("changed")
        return tuple(found)


def _next(values: Sequence[str], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)]
