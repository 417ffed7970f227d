"""What `pgplumb check` found, as the writers get it."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.checks import quality
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding
from pgplumb.checks.rule import Severity
from pgplumb.cli.baseline import Baseline

_RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Answer:
    """A checklist with the facts it was made from, and what was known before."""

    facts: Facts
    checklist: Checklist
    baseline: Baseline | None = None
    complete: bool = False
    """Whether every finding is to be listed, however many there are."""
    quality: tuple[quality.Answer, ...] = ()
    """The quality checklist; empty where only some rules were asked for."""

    def counted(self, result: RuleResult) -> tuple[Finding, ...]:
        """Return the findings that count: not waived, and not in the baseline."""
        return result.open_findings if self.baseline is None else self.baseline.new(result)

    def reaches(self, threshold: Severity | None) -> bool:
        """Whether a finding that counts is at or above a severity; never where there is none."""
        return any(self.fails(result, threshold) for result in self.checklist.results)

    def fails(self, result: RuleResult, threshold: Severity | None) -> bool:
        """Whether a rule has findings that count and is at or above a severity; never where there is none."""
        return (
            threshold is not None
            and _RANK[result.severity] >= _RANK[threshold]
            and bool(self.counted(result))
        )
