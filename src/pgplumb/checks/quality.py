"""The quality checklist by name: what an architect signs, answered from the rules and the evidence under each item."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.clients import number_of
from pgplumb.checks.memory import lapsed
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Severity, Status
from pgplumb.foundation.profile import Attestation, Profile

GROUPS = ("Schema", "Performance", "Operations", "Security and tenancy", "Self-check")
"""The groups of the checklist, in its order."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist."""

    id: str
    """What an attestation names."""
    name: str
    group: str
    rules: tuple[str, ...]
    attested: bool
    """Whether it needs a person's word: no catalog shows it whole."""
    strict: bool = False
    """Whether rules of taste (severity info) count like any other here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one item."""

    item: Item
    status: Status
    evidence: str
    """One line with the numbers, for people."""
    rules: tuple[RuleResult, ...]
    """The answers under it, in the item's order."""
    attested: Attestation | None = None
    lapsed: Attestation | None = None
    """The word that it or a rule under it needs, where that counted until a day that is over."""


@cache
def items() -> tuple[Item, ...]:
    """Return the checklist, in its order. Raises ValueError for a group that is none."""
    content = tomllib.loads((files(__package__) / "quality.toml").read_text(encoding="utf-8"))
    found = [
        Item(
            i["id"],
            i["name"],
            i["group"],
            tuple(i.get("rules", ())),
            i.get("attested", False),
            i.get("strict", False),
        )
        for i in content["items"]
    ]
    wrong = [item.id for item in found if item.group not in GROUPS]
    if wrong:
        raise ValueError(f"quality.toml: {wrong[0]} is in no group")
    return tuple(found)


def quality(checklist: Checklist, profile: Profile, today: date) -> tuple[Answer, ...]:
    """Answer every item. One that needs a rule that was not asked, or is unknown, never passes."""
    results = {result.rule.id: result for result in checklist.results}
    known = {rule.id for rule in all_rules()}
    return tuple(_answer(item, results, known, profile, today) for item in items())


def _answer(
    item: Item, results: dict[str, RuleResult], known: set[str], profile: Profile, today: date
) -> Answer:
    asked = tuple(results[name] for name in item.rules if name in results)
    word = profile.attestation(item.id)
    holds = word is not None and word.holds(today)
    failed = [r for r in asked if r.status is Status.FAIL]
    failing = [r for r in failed if item.strict or r.severity is not Severity.INFO]
    doubts = list(_doubts(item, asked, known, results))
    if item.attested and not holds:
        doubts.append("nobody attests it" if word is None else lapsed(word, today))
    if failing:
        status = Status.FAIL
    elif doubts:
        status = Status.UNKNOWN
    elif holds or any(r.status is Status.PASS for r in asked):
        status = Status.PASS
    elif failed:
        # Nothing that was judged is well: not even taste can make a pass of that.
        status = Status.FAIL
    elif any(r.status is Status.WAIVED for r in asked):
        status = Status.WAIVED
    else:
        status = Status.NOT_APPLICABLE
    over = next((r.lapsed for r in asked if r.lapsed is not None), None)
    if item.attested and word is not None and word.until < today:
        over = word
    evidence = "; ".join(_evidence(item, asked, doubts))
    return Answer(item, status, evidence, asked, word if holds else None, over)


def _doubts(
    item: Item, asked: tuple[RuleResult, ...], known: set[str], results: dict[str, RuleResult]
) -> Iterator[str]:
    for result in asked:
        if result.status is Status.UNKNOWN:
            yield f"{result.rule.id} is unknown: {result.reason}"
    for name in item.rules:
        if name not in known:
            yield f"there is no rule {name} yet"


def _evidence(item: Item, asked: tuple[RuleResult, ...], doubts: list[str]) -> Iterator[str]:
    """Yield how the rules came out, what fails worst first, then what is not known."""
    counts = {status: sum(r.status is status for r in asked) for status in Status}
    words = {
        Status.PASS: "pass",
        Status.FAIL: "fail",
        Status.UNKNOWN: "unknown",
        Status.WAIVED: "waived",
        Status.NOT_APPLICABLE: "not applicable",
    }
    said = ", ".join(f"{counts[status]} {word}" for status, word in words.items() if counts[status])
    if asked:
        judged = sum(result.checked for result in asked)
        yield f"{number_of(len(asked), 'rule', 'rules')} over {number_of(judged, 'thing', 'things')}: {said}"
    off = len([name for name in item.rules if not any(r.rule.id == name for r in asked)])
    missing = sum(doubt.startswith("there is no rule") for doubt in doubts)
    if off - missing:
        yield f"{off - missing} turned off"
    yield from (result.note for result in asked if result.note)
    rank = list(Severity)
    failing = sorted(
        (r for r in asked if r.status is Status.FAIL),
        key=lambda r: (rank.index(r.severity), -len(r.findings)),
    )
    yield from (f"{r.rule.id}: {number_of(len(r.open_findings), 'finding', 'findings')}" for r in failing[:3])
    if len(failing) > 3:
        yield f"and {len(failing) - 3} more"
    yield from doubts[:2]
    if len(doubts) > 2:
        yield f"and {len(doubts) - 2} more doubts"
