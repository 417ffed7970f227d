"""Whether a run may begin where its plan stands."""

from __future__ import annotations

from pgplumb.migrate.apply.checksum import checksum, differences
from pgplumb.migrate.apply.events import Direction
from pgplumb.migrate.apply.refused import Refused
from pgplumb.migrate.apply.standing import Standing
from pgplumb.migrate.apply.wording import Commands, can_go_back, stands
from pgplumb.migrate.plan import Plan


def refuse(plan: Plan, now: Standing, direction: Direction, resume: bool, commands: Commands) -> None:
    """Raise Refused for a run that must not begin where the plan stands."""
    if now.begun and now.outline is not None and now.checksum != checksum(plan):
        found = "; ".join(differences(now.outline, plan)) or "its parts differ"
        raise Refused(
            f"the plan {plan.id} is not the one that was begun here",
            found,
            "Bring the file back to what it was, or give the new plan another id.",
        )
    if direction == "down":
        _refuse_down(plan, now)
        return
    if now.open is not None and now.open.direction == "down" and now.open.forward:
        raise Refused(
            f"step {now.open.step} was partly done and is partly taken back",
            stands(plan, now),
            f"Go on back: {commands.go_back}",
        )
    if now.begun and not resume and now.done < len(plan.steps):
        back = f", or back: {commands.go_back}" if can_go_back(plan, now) else ""
        raise Refused(
            f"the plan {plan.id} is begun here already", stands(plan, now), f"Go on: {commands.go_on}{back}"
        )


def _refuse_down(plan: Plan, now: Standing) -> None:
    if not now.begun:
        raise Refused(f"the plan {plan.id} was not applied here", "there is nothing to take back", "")
    reached = max(now.done, now.open.step if now.open else 0)
    for number, step in enumerate(plan.steps[:reached], 1):
        if step.down is None and number <= now.done:
            raise Refused(
                f"step {number} cannot be taken back",
                "the plan has no way back for it",
                "Write what takes its place by hand, or restore from a backup.",
            )
