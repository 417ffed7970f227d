"""Where a plan stands, in one sentence, and the commands that lead on from there."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.foundation.text import count
from pgplumb.migrate.apply.standing import OpenStep, Standing
from pgplumb.migrate.apply.walk import Place
from pgplumb.migrate.plan import Plan


@dataclass(frozen=True, slots=True)
class Commands:
    """What to type to go on or back; whoever shows a run knows how it was called."""

    go_on: str = "pgplumb apply PLAN TARGET --resume"
    go_back: str = "pgplumb apply PLAN TARGET --down"


def stands(plan: Plan, now: Standing, place: Place | None = None) -> str:
    """Return what is done: "step 1 of 3 is done; step 2 (backfill) is begun: 12.4 k rows are changed"."""
    of = len(plan.steps)
    if now.done == of and now.open is None:
        return "the one step is done" if of == 1 else f"all {of} steps are done"
    if now.done == 0:
        text = "no step is done"
    elif now.done == 1:
        text = f"step 1 of {of} is done"
    else:
        text = f"steps 1 to {now.done} of {of} are done"
    open_step = now.open
    if open_step is None:
        return text
    if open_step.direction == "down":
        return f"{text}; step {open_step.step} was being taken back"
    if place is not None:
        rows = f"{count(place.rows)} rows are changed in {place.batches} batches"
        return f"{text}; step {open_step.step} is begun: {rows}"
    if open_step.pieces_done:
        return f"{text}; of step {open_step.step} {open_step.pieces_done} statements are done"
    if open_step.in_doubt:
        return f"{text}; step {open_step.step} was begun, and may still run"
    return f"{text}; nothing of step {open_step.step} is done"


def can_go_back(plan: Plan, now: Standing) -> bool:
    """Whether anything may be there to take back, and every step of it can be."""
    begun = now.open is not None and now.open.step > now.done and _may_be_partly_done(plan, now.open)
    reached = now.done + (1 if begun else 0)
    return reached > 0 and all(step.down is not None for step in plan.steps[:reached])


def _may_be_partly_done(plan: Plan, open_step: OpenStep) -> bool:
    """Whether something of a step that was begun can be in the database: of one transaction, all or nothing is."""
    step = plan.steps[open_step.step - 1]
    return open_step.in_doubt or open_step.pieces_done > 0 or step.autocommit or step.batches is not None
