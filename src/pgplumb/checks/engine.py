"""Runs the rules, and on the next facts only those and on those objects that a change can have touched.

A rule that raises is answered `unknown` with the reason: one broken rule never hides the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from operator import is_

from pgplumb.catalog.derived import hand_on, noting
from pgplumb.catalog.lookups import hand_on_lookups
from pgplumb.catalog.model import is_exposed, is_rules_table
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.facts import Facts
from pgplumb.checks.groups import GroupMemory
from pgplumb.checks.hidden import hidden_from
from pgplumb.checks.memory import WHOLE, Memory
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Rule, Severity, Status
from pgplumb.checks.touched import changed, touched
from pgplumb.foundation.collector import collector_paused

Step = Callable[[int, int], None]
"""Hears how many of how many subjects have been looked at."""

_CHUNK = 128


class Engine:
    """Holds what the rules said last, so that the next run is as small as the change."""

    def __init__(self, rules: Iterable[Rule] | None = None) -> None:
        self._memories = [Memory(rule) for rule in (all_rules() if rules is None else rules)]
        self._groups = {
            id(m): GroupMemory(m, m.rule.each_group) for m in self._memories if m.rule.each_group is not None
        }
        self._before: Facts | None = None
        self._last: Checklist | None = None

    def run(self, facts: Facts, step: Step = lambda done, of: None) -> Checklist:
        """Return every answer for these facts. Rules that the profile turns off are left out."""
        with collector_paused(), noting(set()):
            return self._run(facts, step)

    def _run(self, facts: Facts, step: Step) -> Checklist:
        near = self._follow(facts)
        answered = self._active(facts)
        hidden = {id(m): why for m in answered if (why := hidden_from(m.rule, facts.catalog)) is not None}
        for memory in answered:
            if id(memory) in hidden:
                memory.hide()
        active = [m for m in answered if id(m) not in hidden]
        anew = {id(m) for m in active if not m.unmoved(facts) or near is None}
        self._ask([m for m in active if id(m) in anew], facts, None, step)
        self._ask([m for m in active if id(m) not in anew], facts, near or frozenset(), lambda done, of: None)
        return self._told(
            tuple(_unknown(m, facts, hidden[id(m)]) if id(m) in hidden else m.result(facts) for m in answered)
        )

    def _follow(self, facts: Facts) -> frozenset[int] | None:
        """Hand on what is known of the catalog; return what was touched since, or None at the first time."""
        before, self._before = self._before, facts
        if before is None:
            return None
        if before.catalog is facts.catalog:
            return frozenset()
        moved = changed(before.catalog, facts.catalog)
        hand_on_lookups(before.catalog, facts.catalog, moved)
        near = touched(before.catalog, facts.catalog, moved)
        hand_on(before.catalog, facts.catalog, near)
        return near

    def _active(self, facts: Facts) -> list[Memory]:
        profile = facts.profile
        active = [m for m in self._memories if m.rule.id not in profile.disabled]
        return [m for m in active if not m.rule.optional or m.rule.id in profile.enabled]

    def _ask(self, memories: list[Memory], facts: Facts, near: frozenset[int] | None, step: Step) -> None:
        """Ask rules about the subjects that are near a change, or about all."""
        keys: dict[int, set[Hashable]] = {id(m): set(near or ()) for m in memories}
        for memory in memories:
            if near is None:
                memory.begin()
            elif memory.rule.looks_at_each:
                memory.forget(near)
        if near is None or near:
            self._look(memories, facts, near, step)
            for memory in memories:
                groups = self._groups.get(id(memory))
                if groups is not None:
                    keys[id(memory)].update(groups.look(facts, near))
        for memory in memories:
            if memory.look_at_whole(facts, anew=near is None):
                keys[id(memory)].add(WHOLE)
            if near is None or keys[id(memory)]:
                memory.finish(facts, None if near is None else keys[id(memory)])

    def _look(self, memories: list[Memory], facts: Facts, near: frozenset[int] | None, step: Step) -> None:
        """Ask rules about relations, some at a time, so that their parts are still at hand for the next rule."""
        relations = facts.catalog.relations
        subjects = [relations[oid] for oid in (relations if near is None else near) if oid in relations]
        memories = [m for m in memories if m.rule.each_table or m.rule.each_relation or m.rule.each_object]
        for done in range(0, len(subjects), _CHUNK) if memories else ():
            step(done, len(subjects))
            every = subjects[done : done + _CHUNK]
            exposed = [r for r in every if is_exposed(r)]
            tables = [r for r in exposed if is_rules_table(r)]
            for memory in memories:
                rule = memory.rule
                memory.look(tables if rule.each_table else exposed if rule.each_relation else every, facts)
        step(len(subjects), len(subjects))

    def _told(self, results: tuple[RuleResult, ...]) -> Checklist:
        """Return a checklist: the last one where every answer is the one that was given then."""
        last = self._last
        if last is None or len(last.results) != len(results) or not all(map(is_, last.results, results)):
            self._last = last = Checklist(results)
        return last


def _unknown(memory: Memory, facts: Facts, why: str) -> RuleResult:
    """Return the answer of a rule that was not asked."""
    severity = Severity(facts.profile.severities.get(memory.rule.id, memory.rule.severity))
    return RuleResult(memory.rule, severity, Status.UNKNOWN, 0, reason=why)
