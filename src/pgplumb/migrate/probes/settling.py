"""Answers joined with hazards: what may fail on rows either fails or does not."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.probes.probe import Answer

FAILS, MAY_FAIL = "fails-on-existing-rows", "fails-on-existing-rows-possible"


def settle(hazards: Iterable[Hazard], answers: Iterable[Answer]) -> tuple[Hazard, ...]:
    """Return the hazards as the target's answers leave them.

    A statement that fails on rows of now gets `fails-on-existing-rows`; a possible failure goes where every question
    about the same object was answered with no such row. `unknown` changes nothing.
    """
    settling = [a for a in answers if a.probe.settles]
    failing = [a for a in settling if a.status == "fail"]
    kept = []
    for one in hazards:
        if one.id not in (FAILS, MAY_FAIL):
            kept.append(one)
            continue
        about = [a for a in settling if _concern(a, one)]
        failed = any(a.status == "fail" for a in about)
        passed = bool(about) and all(a.status == "pass" for a in about)
        if not failed and not passed:
            kept.append(one)
    return tuple(kept) + tuple(_failure(a) for a in failing)


def _concern(answer: Answer, one: Hazard) -> bool:
    return answer.probe.statement == one.statement and bool(set(answer.probe.objects) & set(one.objects))


def _failure(answer: Answer) -> Hazard:
    probe = answer.probe
    return hazard(
        FAILS, probe.statement, probe.objects, f"this fails now: {answer.evidence}", source="catalog"
    )
