"""What trying a migration has brought so far: one value, true of the texts as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.requests import AskTarget
from pgplumb.tui.state import Phase, State
from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from pgplumb.migrate.hazards.step import Mode
    from pgplumb.migrate.probes import Answer
    from pgplumb.migrate.proof import Proof
    from pgplumb.tui.live.rehearsed import ComparedPlans, Rehearsed


@dataclass(frozen=True, slots=True)
class Trial:
    """Empty where nothing is written."""

    doing: str | None = None
    """What is being worked out."""
    why_not: str | None = None
    """Why nothing is rehearsed."""
    found: Rehearsed | None = None
    proof: Proof | None = None
    compared: ComparedPlans | None = None
    answers: tuple[Answer, ...] | Unread | None = None
    """What the target said; None where it was not asked."""
    older: bool = False
    """Whether `found` is of the text before the last change: shown until there is a newer one."""

    @property
    def current(self) -> Rehearsed | None:
        """The rehearsal, if it is of the texts as they stand."""
        return None if self.older else self.found

    @property
    def asked(self) -> Sequence[Answer] | None:
        """The target's answers, where there are any."""
        return self.answers if isinstance(self.answers, tuple) else None


def trial_of(state: State, up: str, down: str, mode: Mode) -> Trial:
    """Return what is known of two texts."""
    rehearsal = state.rehearsal
    found, proven, compared = rehearsal.found, rehearsal.proven, state.compared
    older = found is not None and (found.request.up, found.request.mode) != (up, mode)
    request = proven.request if proven is not None else None
    proves = request is not None and (request.up, request.down, request.mode) == (up, down, mode)
    answers = None
    for asked, answer in state.answers.items():
        if isinstance(asked, AskTarget) and (asked.up, asked.mode) == (up, mode):
            answers = answer if isinstance(answer, tuple | Unread) else None
    return Trial(
        rehearsal.doing and (state.twin.doing or rehearsal.doing),
        rehearsal.why_not or (_why_not(state) if found is None or older else None),
        found,
        proven.proof if proven is not None and proves else None,
        compared if compared is not None and compared.request.up == up else None,
        answers,
        older,
    )


def _why_not(state: State) -> str | None:
    """Return why there is no rehearsal before anybody has asked for one."""
    if state.connection.phase is Phase.OFFLINE:
        return "a saved catalog is shown: only what is read off the text holds"
    if state.connection.phase is Phase.IDLE:
        return "there is no connection: only what is read off the text holds"
    return None


def in_short(trial: Trial) -> Line:
    """Return how far a migration was tried, for its title."""
    found = trial.found
    if found is not None and not trial.older:
        if found.rehearsal.executes is False:
            return (Span("fails when rehearsed", "fail"), Span(" · not applied", "muted"))
        if found.rehearsal.executes is None:
            return (Span("partly rehearsed", "unknown"), Span(" · not applied", "muted"))
        return (Span("rehearsed", "pass"), Span(" · not applied", "muted"))
    if trial.doing is not None:
        return (Span(trial.doing, "muted"),)
    return (Span("not rehearsed, not applied", "warn"),)
