"""What a person should know of a plan before confirming it: hazards, how it went in the twin, what has no way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.migrate.apply.telling import Tone
from pgplumb.tui.tabs.migration.applying.lines import Remark

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan
    from pgplumb.tui.tabs.migration.reading import Reading
    from pgplumb.tui.tabs.migration.trial import Trial

_SEEN_TO = frozenset({"missing-lock-timeout"})
"""Hazards that there are none where a plan is applied from here: it sets lock_timeout and tries again."""


def remarks_on(plan: Plan, reading: Reading | None, trial: Trial) -> tuple[Remark, ...]:
    """Return what is known, the worst first."""
    found = [*_hazards(reading), *_tried(trial), *_back(plan, trial)]
    return tuple(sorted(found, key=lambda remark: ("bad", "care", "plain", "good").index(remark[1])))


def _hazards(reading: Reading | None) -> Iterator[Remark]:
    if reading is None or reading.unread is not None:
        yield "its hazards were not looked for", "care"
        return
    bad = [h for h in reading.hazards if h.severity != "info" and h.id not in _SEEN_TO]
    if bad:
        tone: Tone = "bad" if any(h.severity == "error" for h in bad) else "care"
        number = "1 hazard" if len(bad) == 1 else f"{len(bad)} hazards"
        yield f"{number}: {bad[0].id}, {bad[0].message}", tone
    if reading.analysis is not None and reading.analysis.unknown:
        yield f"not known: {reading.analysis.unknown[0]}", "care"


def _tried(trial: Trial) -> Iterator[Remark]:
    if trial.found is None or trial.older:
        yield f"not rehearsed{f': {trial.why_not}' if trial.why_not else ''}", "care"
    elif trial.found.rehearsal.executes is False:
        errors = [s.error for s in trial.found.rehearsal.statements if s.error is not None]
        why = f": {errors[0].message} ({errors[0].sqlstate})" if errors else ""
        yield f"it fails when it is rehearsed{why}", "bad"
    elif trial.found.rehearsal.executes is None:
        yield "not all of it could be rehearsed", "care"
    else:
        yield "rehearsed: every statement ran in the twin", "good"


def _back(plan: Plan, trial: Trial) -> Iterator[Remark]:
    lost = [str(number) for number, step in enumerate(plan.steps, 1) if step.down is None]
    if lost:
        steps = f"step {lost[0]}" if len(lost) == 1 else f"steps {', '.join(lost)}"
        yield f"{steps} cannot be taken back: no way back is known", "care"
    elif trial.proof is None:
        yield "its way back was not tried", "care"
    else:
        yield f"way back: {trial.proof.why}", "good" if trial.proof.verdict == "exact" else "care"
