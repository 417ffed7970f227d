"""Runs the rules, and on the next facts only those and on those objects that a change can have touched.

A rule that raises is answered `unknown` with the reason: one broken rule never hides the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pgplumb.catalog.relation import Relation
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding, Report
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Rule, Severity, Status
from pgplumb.checks.touched import touched
from pgplumb.foundation.collector import collector_paused
from pgplumb.rls.tenant import Tenancy

_WHOLE = ("catalog", "statistics", "activity", "statements", "capabilities")
"""What a rule about the whole database depends on when it does not say."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a rule said about one subject, where that is more than "all fine"."""

    count: int
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    skipped: tuple[str, ...]


class _Memory:
    """What one rule said, by subject, and on what it depended when it did."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        paths = ("profile", *(rule.reads or (_WHOLE if rule.whole else ())))
        self._getters: list[Callable[[Facts], object]] = [attrgetter(path) for path in paths]
        self._seen: list[object] | None = None
        self._outcomes: dict[int, int | _Outcome] = {}
        self._result: RuleResult | None = None

    def answer(self, facts: Facts, subjects: Sequence[Relation], near: frozenset[int] | None) -> RuleResult:
        """Return the answer, looking again only where something moved. `near` None means look everywhere."""
        seen = [get(facts) for get in self._getters]
        same = self._seen is not None and all(_same(a, b) for a, b in zip(seen, self._seen, strict=True))
        self._seen = seen
        if self.rule.whole is not None:
            if not same or self._result is None:
                self._outcomes = {0: self._look_whole(facts)}
                self._result = None
        elif not same or near is None:
            self._outcomes = self._look(subjects, facts)
            self._result = None
        elif near:
            for oid in near:
                self._outcomes.pop(oid, None)
            self._outcomes.update(self._look([s for s in subjects if s.oid in near], facts))
            self._result = None
        if self._result is None:
            self._result = self._summarise(facts)
        return self._result

    def _look(self, subjects: Iterable[Relation], facts: Facts) -> dict[int, int | _Outcome]:
        """Return what the rule says of each subject. A report that stayed empty serves for the next one."""
        check = self.rule.each_table or self.rule.each_relation
        assert check is not None
        outcomes: dict[int, int | _Outcome] = {}
        report = Report()
        for subject in subjects:
            try:
                check(subject, facts, report)
            except Exception as error:
                outcomes[subject.oid] = _broken(error)
                report = Report()
                continue
            if report.findings or report.reasons or report.skipped:
                outcomes[subject.oid] = _outcome(report)
                report = Report()
            else:
                outcomes[subject.oid] = report.count
                report.count = 0
        return outcomes

    def _look_whole(self, facts: Facts) -> int | _Outcome:
        assert self.rule.whole is not None
        report = Report()
        try:
            self.rule.whole(facts, report)
        except Exception as error:
            return _broken(error)
        return _outcome(report)

    def _summarise(self, facts: Facts) -> RuleResult:
        count = 0
        findings: list[Finding] = []
        reasons: dict[str, None] = {}
        skipped: dict[str, None] = {}
        for outcome in self._outcomes.values():
            if isinstance(outcome, int):
                count += outcome
                continue
            count += outcome.count
            findings.extend(outcome.findings)
            reasons.update(dict.fromkeys(outcome.reasons))
            skipped.update(dict.fromkeys(outcome.skipped))
        findings.sort(key=lambda f: (f.object, f.message))
        profile, rule, today = facts.profile, self.rule, facts.now.date()
        waivers = [w for w in profile.waivers if w.rule == rule.id]
        waived = {}
        if waivers:
            found = ((f.object, profile.waiver(rule.id, f.object, today)) for f in findings)
            waived = {key: waiver for key, waiver in found if waiver is not None}
        attested = profile.attestation(rule.id)
        status, reason = Status.PASS, ""
        if any(f.object not in waived for f in findings):
            status = Status.FAIL
        elif reasons:
            status, reason = Status.UNKNOWN, _few(reasons)
        elif findings:
            status = Status.WAIVED
        elif count == 0:
            status, reason = Status.NOT_APPLICABLE, _few(skipped) or rule.not_applicable_when
        return RuleResult(
            rule,
            Severity(profile.severities.get(rule.id, rule.severity)),
            status,
            count,
            tuple(findings),
            waived,
            reason,
            attested if attested is not None and attested.holds(today) else None,
        )


def _same(new: object, old: object) -> bool:
    """Whether a part is what it was. Small derived values are compared, large ones by identity alone."""
    return new is old or (isinstance(new, Tenancy) and new == old)


def _outcome(report: Report) -> int | _Outcome:
    if report.findings or report.reasons or report.skipped:
        return _Outcome(report.count, tuple(report.findings), tuple(report.reasons), tuple(report.skipped))
    return report.count


def _broken(error: Exception) -> _Outcome:
    return _Outcome(0, (), (f"the rule failed: {type(error).__name__}: {error}",), ())


def _few(reasons: Iterable[str]) -> str:
    """Join reasons into one line: the first three, and how many more."""
    ordered = sorted(reasons)
    more = f"; and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return "; ".join(ordered[:3]) + more


class Engine:
    """Holds what the rules said last, so that the next run is as small as the change."""

    def __init__(self, rules: Iterable[Rule] | None = None) -> None:
        self._memories = [_Memory(rule) for rule in (all_rules() if rules is None else rules)]
        self._before: Facts | None = None

    def run(self, facts: Facts) -> Checklist:
        """Return every answer for these facts. Rules that the profile turns off are left out."""
        with collector_paused():
            return self._run(facts)

    def _run(self, facts: Facts) -> Checklist:
        before = self._before
        near = None if before is None else touched(before.catalog, facts.catalog)
        self._before = facts
        profile = facts.profile
        results = []
        for memory in self._memories:
            rule = memory.rule
            off = rule.id in profile.disabled or (rule.optional and rule.id not in profile.enabled)
            if off:
                continue
            subjects = facts.catalog.tables if rule.each_table else facts.catalog.exposed
            results.append(memory.answer(facts, subjects if rule.whole is None else (), near))
        return Checklist(tuple(results))
