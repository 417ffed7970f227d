"""What one rule said, by subject, and on what it depended when it did: so that only what moved is asked again."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter, is_

from pgplumb.catalog.derived import Derived, note_in
from pgplumb.catalog.relation import Relation
from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding, Report
from pgplumb.checks.rule import Rule, Severity, Status
from pgplumb.foundation.profile import Attestation, Profile, Waiver

_WHOLE = ("catalog", "statistics", "activity", "statements", "capabilities")
"""What a rule about the whole database depends on when it does not say."""

WHOLE = "the whole database"
"""The subject of what is said once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule said about one subject, where that is more than "all fine"."""

    count: int
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    skipped: tuple[str, ...]
    notes: tuple[str, ...] = ()


def outcome(report: Report) -> int | Outcome:
    """Return what a report says, as a number where it only counted."""
    if report.plain:
        return report.count
    said = (report.findings, report.reasons, report.skipped, report.notes)
    return Outcome(report.count, *map(tuple, said))  # type: ignore[arg-type]


def broken(error: Exception) -> Outcome:
    """Return what is said where a rule failed."""
    return Outcome(0, (), (f"the rule failed: {type(error).__name__}: {error}",), ())


def _order(finding: Finding) -> tuple[str, str]:
    return finding.object, finding.message


class Tally:
    """The outcomes of all subjects as one, kept up to date outcome by outcome."""

    def __init__(self, outcomes: Iterable[int | Outcome]) -> None:
        self.count = 0
        self.findings: list[Finding] = []
        self.reasons: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        for said in outcomes:
            if isinstance(said, int):
                self.count += said
            else:
                self.count += said.count
                self.findings.extend(said.findings)
                self.reasons.update(said.reasons)
                self.skipped.update(said.skipped)
                self.notes.update(said.notes)
        self.findings.sort(key=_order)

    def add(self, said: int | Outcome) -> None:
        """Take an outcome in."""
        if isinstance(said, int):
            self.count += said
            return
        self.count += said.count
        for finding in said.findings:
            insort(self.findings, finding, key=_order)
        self.reasons.update(said.reasons)
        self.skipped.update(said.skipped)
        self.notes.update(said.notes)

    def remove(self, said: int | Outcome) -> None:
        """Take back an outcome that was taken in."""
        if isinstance(said, int):
            self.count -= said
            return
        self.count -= said.count
        for finding in said.findings:
            at = bisect_left(self.findings, _order(finding), key=_order)
            while self.findings[at] is not finding:
                at += 1
            del self.findings[at]
        self.reasons = +(self.reasons - Counter(said.reasons))
        self.skipped = +(self.skipped - Counter(said.skipped))
        self.notes = +(self.notes - Counter(said.notes))


class Memory:
    """What one rule said last. Answers that come out equal keep their identity."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        alone = rule.whole is not None and not rule.looks_at_each
        self._reads = _Reads(("profile", *(rule.reads or (_WHOLE if alone else ()))))
        self._whole_reads = _Reads(rule.whole_reads)
        self.asked: set[Derived[object]] = set()
        """Derived values that it asked for."""
        self._derived: dict[Derived[object], object] = {}
        self._outcomes: dict[Hashable, int | Outcome] = {}
        self._before: dict[Hashable, int | Outcome] = {}
        self._tally: Tally | None = None
        self._result: RuleResult | None = None
        self._said_for: tuple[date, Profile] | None = None
        """The day and the profile that the answer is for: waivers and attestations end."""
        self._check = rule.each_table or rule.each_relation or rule.each_object or _nothing

    def unmoved(self, facts: Facts) -> bool:
        """Whether all that the rule reads beside its subjects is what it was; remember it for the next time."""
        same = self._reads.unmoved(facts)
        kept = facts.catalog.derived
        return same and all(kept.get(key) is value for key, value in self._derived.items())

    def begin(self) -> None:
        """Ask about every subject from now on."""
        self._before, self._outcomes = self._outcomes, {}

    def forget(self, keys: Iterable[Hashable]) -> None:
        """Ask about some subjects from now on; those that are gone will not be looked at again."""
        for key in keys:
            said = self._outcomes.pop(key, None)
            if said is not None:
                self._before[key] = said

    def look(self, subjects: Iterable[Relation], facts: Facts) -> None:
        """Ask about subjects, one by one. A report that stayed empty serves for the next one."""
        note_in(self.asked)
        check, report, outcomes = self._check, Report(), self._outcomes
        for subject in subjects:
            try:
                check(subject, facts, report)
            except Exception as error:
                self._put(subject.oid, broken(error))
                report = Report()
                continue
            if not report.plain:
                self._put(subject.oid, outcome(report))
                report = Report()
            elif report.count:
                # Nothing is kept of a subject that nothing was said of: most of most rules.
                outcomes[subject.oid] = report.count
                report.count = 0

    def ask(self, key: Hashable, check: Callable[[Report], None]) -> None:
        """Ask about something that is no single relation."""
        report = Report()
        note_in(self.asked)
        try:
            check(report)
            self._put(key, outcome(report))
        except Exception as error:
            self._put(key, broken(error))

    def look_at_whole(self, facts: Facts, anew: bool) -> bool:
        """Ask about the whole database, where what is read for that moved; return whether it was asked."""
        check = self.rule.whole
        moved = not self._whole_reads.unmoved(facts)
        if check is None or not (anew or moved):
            return False
        if not anew:
            self.forget((WHOLE,))
        self.ask(WHOLE, lambda report: check(facts, report))
        return True

    def _put(self, key: Hashable, said: int | Outcome) -> None:
        old = self._before.get(key)
        self._outcomes[key] = old if old is not None and old == said else said

    def finish(self, facts: Facts, keys: Collection[Hashable] | None) -> None:
        """Take what was said of some subjects, or of all, into the tally; note what was asked for."""
        kept = facts.catalog.derived
        self._derived = {key: kept[key] for key in self.asked if key in kept}
        before, self._before = self._before, {}
        if keys is None or self._tally is None:
            if self._tally is None or before != self._outcomes:
                self._tally, self._result = Tally(self._outcomes.values()), None
            return
        for key in keys:
            old, new = before.get(key, 0), self._outcomes.get(key, 0)
            if old is not new and old != new:
                self._tally.remove(old)
                self._tally.add(new)
                self._result = None

    def result(self, facts: Facts) -> RuleResult:
        """Return the answer."""
        today = facts.now.date()
        said = today, facts.profile
        if self._result is None or said != self._said_for:
            assert self._tally is not None
            self._said_for = said
            fresh = answer(self.rule, self._tally, facts)
            self._result = self._result if fresh == self._result else fresh
        assert self._result is not None
        return self._result

    def hide(self) -> None:
        """Look everywhere the next time: what the rule reads is hidden now."""
        self._reads.forget()
        self._outcomes, self._before, self._tally, self._result = {}, {}, None, None


class _Reads:
    """Parts of the facts by dotted path, as they were the last time."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._getters: list[Callable[[Facts], object]] = [attrgetter(path) for path in paths]
        self._seen: list[object] | None = None

    def unmoved(self, facts: Facts) -> bool:
        """Whether each is the very object that it was; remember them for the next time."""
        seen = [get(facts) for get in self._getters]
        same = self._seen is not None and all(map(is_, seen, self._seen))
        self._seen = seen
        return same

    def forget(self) -> None:
        """Count everything as moved the next time."""
        self._seen = None


def answer(rule: Rule, tally: Tally, facts: Facts) -> RuleResult:
    """Return what a rule's outcomes come to, with what the profile says of the rule."""
    profile, today = facts.profile, facts.now.date()
    findings = tuple(tally.findings)
    waived: dict[str, Waiver] = {}
    expired: dict[str, Waiver] = {}
    if any(w.rule == rule.id for w in profile.waivers):
        for name in {f.object for f in findings}:
            waiver = profile.waiver(rule.id, name, today)
            late = profile.expired_waiver(rule.id, name, today) if waiver is None else None
            if waiver is not None:
                waived[name] = waiver
            elif late is not None:
                expired[name] = late
    status, reason = Status.PASS, ""
    if any(f.object not in waived for f in findings):
        status = Status.FAIL
    elif tally.reasons:
        status, reason = Status.UNKNOWN, _few(tally.reasons)
    elif findings:
        status = Status.WAIVED
    elif tally.count == 0:
        status, reason = Status.NOT_APPLICABLE, _few(tally.skipped) or rule.not_applicable_when
    attested = profile.attestation(rule.id)
    over: Attestation | None = None
    if attested is not None and status in (Status.UNKNOWN, Status.NOT_APPLICABLE):
        # A person's word stands for what cannot be seen, never against what can.
        if attested.holds(today):
            status, reason = Status.PASS, ""
        else:
            status, reason = Status.UNKNOWN, lapsed(attested, today)
            over = attested if attested.until < today else None
    return RuleResult(
        rule,
        Severity(profile.severities.get(rule.id, rule.severity)),
        status,
        tally.count,
        findings,
        waived,
        reason,
        attested if attested is not None and attested.holds(today) else None,
        expired,
        over,
        _few(tally.notes),
    )


def lapsed(attested: Attestation, today: date) -> str:
    """Return why an attestation does not count on a day."""
    if today < attested.on:
        return f"{attested.by} attests it from {attested.on} on only"
    return f"what {attested.by} attested on {attested.on} held until {attested.until}: attest it again"


def _few(reasons: Iterable[str]) -> str:
    """Join reasons into one line: the first three, and how many more."""
    ordered = sorted(reasons)
    more = f"; and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return "; ".join(ordered[:3]) + more


def _nothing(subject: Relation, facts: Facts, report: Report) -> None:
    """What a rule without an eye for single relations says of one."""
