"""What of a plan must not change between its first step and its last, and how two versions of it differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from pgplumb.migrate.apply.pieces import recorded
from pgplumb.migrate.plan import Plan, Step

Digests = Sequence[Mapping[str, str]]
"""One a step: the name of each part that counts, and the digest of its text."""


def digests(plan: Plan) -> list[dict[str, str]]:
    """Return what counts of each step, as digests: titles, phases and remarks may change at any time."""
    return [{name: _digest(text) for name, text in _parts(step).items()} for step in plan.steps]


def checksum(plan: Plan) -> str:
    """Return one digest of the whole, in hexadecimal."""
    return _digest(json.dumps(digests(plan), sort_keys=True))


def outline(plan: Plan) -> str:
    """Return what the history keeps of a plan: title, strategy, and for each step its digests and its SQL."""
    steps = [
        {"digests": parts, "about": step.about, "up": recorded(step.up), "down": recorded(step.down or "")}
        for parts, step in zip(digests(plan), plan.steps, strict=True)
    ]
    return json.dumps({"title": plan.title, "strategy": plan.chosen, "steps": steps})


def differences(outlined: str, plan: Plan) -> Iterator[str]:
    """Yield how a plan differs from the one that the history keeps, step by step."""
    kept = json.loads(outlined)
    before: list[Mapping[str, str]] = [step["digests"] for step in kept["steps"]]
    now = digests(plan)
    if kept["strategy"] != plan.chosen:
        yield f"the strategy was {kept['strategy']} and is {plan.chosen}"
    if len(before) != len(now):
        yield f"it had {len(before)} steps and has {len(now)}"
    for number, (old, new) in enumerate(zip(before, now, strict=False), 1):
        changed = [name for name in new if old.get(name) != new[name]]
        if changed:
            yield f"step {number} differs in {', '.join(changed)}"


def _parts(step: Step) -> dict[str, str]:
    batches = step.batches
    return {
        "up": step.up.strip(),
        "down": "none" if step.down is None else f"is {step.down.strip()}",
        "autocommit": str(step.autocommit),
        "gate": step.gate,
        "batches": ""
        if batches is None
        else json.dumps(
            [batches.table, list(batches.key), batches.assign, batches.where, batches.source], sort_keys=True
        ),
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
