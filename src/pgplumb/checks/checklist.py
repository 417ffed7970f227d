"""The checklist: what every rule answered, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pgplumb.checks.finding import Finding
from pgplumb.checks.rule import Rule, Severity, Status
from pgplumb.foundation.profile import Attestation, Waiver


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule answered."""

    rule: Rule
    severity: Severity
    """The rule's own, or as the profile sets it."""
    status: Status
    checked: int
    """How many things were judged."""
    findings: tuple[Finding, ...] = ()
    """By object, then message; waived ones included."""
    waived: Mapping[str, Waiver] = field(default_factory=dict)
    """Waivers that hold today, by the object of the finding."""
    reason: str = ""
    """Why it is unknown or not applicable."""
    attested: Attestation | None = None
    """The word of a person that counts today."""
    expired: Mapping[str, Waiver] = field(default_factory=dict)
    """Waivers that no longer hold, by the object of the finding."""
    lapsed: Attestation | None = None
    """The word of a person that counted until a day that is over, where nothing else answers."""
    note: str = ""
    """The numbers that the answer rests on, where the rule gives any beside its findings."""

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Findings that nobody waived."""
        return (
            tuple(f for f in self.findings if f.object not in self.waived) if self.waived else self.findings
        )


@dataclass(frozen=True)
class Checklist:
    """All answers, in the order of the panel."""

    results: tuple[RuleResult, ...] = ()

    @cached_property
    def summary(self) -> Mapping[Status, int]:
        """How many rules gave each answer."""
        counts = dict.fromkeys(Status, 0)
        for result in self.results:
            counts[result.status] += 1
        return counts

    @cached_property
    def failing(self) -> Mapping[Severity, int]:
        """How many rules fail, by severity."""
        counts = dict.fromkeys(Severity, 0)
        for result in self.results:
            if result.status is Status.FAIL:
                counts[result.severity] += 1
        return counts

    @cached_property
    def by_object(self) -> Mapping[str, tuple[tuple[RuleResult, Finding], ...]]:
        """Open findings by the object that they are about."""
        found: dict[str, list[tuple[RuleResult, Finding]]] = {}
        for result in self.results:
            for finding in result.open_findings:
                found.setdefault(finding.object, []).append((result, finding))
        return {key: tuple(value) for key, value in found.items()}

    def result(self, rule_id: str) -> RuleResult | None:
        """Return one rule's answer."""
        return next((r for r in self.results if r.rule.id == rule_id), None)
