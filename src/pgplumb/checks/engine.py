"""Runs the rules, and on the next facts only those and on those objects that a change can have touched.

A rule that raises is answered `unknown` with the reason: one broken rule never hides the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

from pgplumb.catalog.relation import Relation
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding, Report
from pgplumb.checks.hidden import hidden_from
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
        self._report = Report()
        self._check = rule.each_table or rule.each_relation or _nothing

    def unchanged(self, facts: Facts) -> bool:
        """Whether all that the rule reads beside its subjects is what it was; remember it for the next time."""
        seen = [get(facts) for get in self._getters]
        same = self._seen is not None and all(_same(a, b) for a, b in zip(seen, self._seen, strict=True))
        self._seen = seen
        return same

    def forget(self, oids: frozenset[int] | None = None) -> None:
        """Drop what was said of some subjects, or of all."""
        self._result = None
        if oids is None:
            self._outcomes = {}
        else:
            for oid in oids:
                self._outcomes.pop(oid, None)

    def look(self, subject: Relation, facts: Facts) -> None:
        """Ask the rule about one subject. A report that stayed empty serves for the next one."""
        report = self._report
        try:
            self._check(subject, facts, report)
        except Exception as error:
            self._outcomes[subject.oid] = _broken(error)
            self._report = Report()
            return
        if report.findings or report.reasons or report.skipped:
            self._outcomes[subject.oid] = _outcome(report)
            self._report = Report()
        else:
            self._outcomes[subject.oid] = report.count
            report.count = 0

    def look_at_whole(self, facts: Facts) -> None:
        """Ask a rule about the whole database."""
        self.forget()
        self._outcomes[0] = self._look_whole(facts)

    def hide(self) -> None:
        """Look everywhere the next time: what the rule reads is hidden now."""
        self._seen = None
        self.forget()

    def unknown(self, facts: Facts, why: str) -> RuleResult:
        """Return the answer of a rule that was not asked."""
        severity = Severity(facts.profile.severities.get(self.rule.id, self.rule.severity))
        return RuleResult(self.rule, severity, Status.UNKNOWN, 0, reason=why)

    def result(self, facts: Facts) -> RuleResult:
        """Return the answer."""
        if self._result is None:
            self._result = self._summarise(facts)
        return self._result

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


def _nothing(subject: Relation, facts: Facts, report: Report) -> None:
    """What a rule about the whole database says of one subject."""


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
        before, profile = self._before, facts.profile
        near = None if before is None else touched(before.catalog, facts.catalog)
        self._before = facts
        active = [m for m in self._memories if m.rule.id not in profile.disabled]
        active = [m for m in active if not m.rule.optional or m.rule.id in profile.enabled]
        hidden = {id(m): why for m in active if (why := hidden_from(m.rule, facts.catalog)) is not None}
        for memory in active:
            if id(memory) in hidden:
                memory.hide()
        answered, active = active, [m for m in active if id(m) not in hidden]
        anew = {id(m) for m in active if not m.unchanged(facts) or near is None}
        for memory in active:
            if memory.rule.whole is not None and id(memory) in anew:
                memory.look_at_whole(facts)
        catalog = facts.catalog
        tables = [m for m in active if m.rule.each_table]
        relations = [m for m in active if m.rule.each_relation]
        for subjects, memories in ((catalog.tables, tables), (catalog.exposed, relations)):
            self._look(subjects, [m for m in memories if id(m) in anew], facts, None)
            if near:
                self._look(subjects, [m for m in memories if id(m) not in anew], facts, near)
        return Checklist(
            tuple(m.unknown(facts, hidden[id(m)]) if id(m) in hidden else m.result(facts) for m in answered)
        )

    def _look(
        self, subjects: Iterable[Relation], memories: list[_Memory], facts: Facts, near: frozenset[int] | None
    ) -> None:
        """Ask rules about subjects: one subject after the other, so that its parts are still at hand."""
        for memory in memories:
            memory.forget(near)
        looks = [memory.look for memory in memories]
        for subject in subjects:
            if near is None or subject.oid in near:
                for look in looks:
                    look(subject, facts)
