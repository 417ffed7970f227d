"""The checklist as it would be: the same rules on the catalog after a rehearsal, and what flips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pgplumb.catalog.model import Catalog
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding
from pgplumb.checks.rule import Status


@dataclass(frozen=True, slots=True)
class Flip:
    """How the answer of one rule changes. A rule that keeps its status may still lose and win findings."""

    before: RuleResult
    after: RuleResult
    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.after.rule.id


@dataclass(frozen=True, slots=True)
class Flips:
    """Every rule whose answer changes, in the checklist's order."""

    to_pass: tuple[Flip, ...]
    to_fail: tuple[Flip, ...]
    others: tuple[Flip, ...]
    """Another status than these two, or other findings under the same one."""

    @property
    def gone(self) -> tuple[Finding, ...]:
        """Findings that are there no more."""
        return tuple(finding for flip in self for finding in flip.gone)

    @property
    def new(self) -> tuple[Finding, ...]:
        """Findings that were not there before."""
        return tuple(finding for flip in self for finding in flip.new)

    def __iter__(self) -> Iterator[Flip]:
        return iter((*self.to_pass, *self.to_fail, *self.others))

    def __bool__(self) -> bool:
        return bool(self.to_pass or self.to_fail or self.others)


def what_if(facts: Facts, catalog_after: Catalog) -> Facts:
    """Return the facts with another catalog. All else is the target's own, as it was read.

    What is new has no statistics: a rule that needs them answers `unknown` for it.
    """
    return facts if catalog_after is facts.catalog else replace(facts, catalog=catalog_after)


def flips(before: Checklist, after: Checklist) -> Flips:
    """Return what differs between two checklists, by rule."""
    old = {result.rule.id: result for result in before.results}
    to_pass, to_fail, others = [], [], []
    for result in after.results:
        was = old.get(result.rule.id)
        if was is None or was is result:
            continue
        gone, new = _apart(was.findings, result.findings)
        flip = Flip(was, result, gone, new)
        if result.status == was.status:
            if gone or new:
                others.append(flip)
        elif result.status == Status.PASS:
            to_pass.append(flip)
        elif result.status == Status.FAIL:
            to_fail.append(flip)
        else:
            others.append(flip)
    return Flips(tuple(to_pass), tuple(to_fail), tuple(others))


class WhatIf:
    """The checklist of one target and, rule by rule and object by object, only what a migration touches of it.

    One thread at a time. Rehearsals of one target share one: each evaluates what differs from the last.
    """

    def __init__(self, facts: Facts, before: Checklist | None = None) -> None:
        self._engine = Engine()
        ran = self._engine.run(facts)
        self._facts = facts
        self.before = ran if before is None else before
        """The checklist as it is."""

    def after(self, catalog: Catalog) -> tuple[Checklist, Flips]:
        """Return the checklist as it would be, and what flips."""
        checklist = self._engine.run(what_if(self._facts, catalog))
        return checklist, flips(self.before, checklist)


def _apart(
    before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return findings that are gone and that are new; one whose figures alone moved is neither."""
    before, after = tuple(before), tuple(after)
    gone = _less(before, Counter(map(_key, after)))
    new = _less(after, Counter(map(_key, before)))
    return gone, new


def _less(findings: Iterable[Finding], others: Counter[tuple[object, ...]]) -> tuple[Finding, ...]:
    """Return the findings beyond those that are counted."""
    left = []
    for finding in findings:
        key = _key(finding)
        if others[key]:
            others[key] -= 1
        else:
            left.append(finding)
    return tuple(left)


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.object, finding.related
