"""Job: one apply, in a thread of its own. It looks, each second, until somebody begins it; then it runs.

It holds two connections at most, at any time: the feed has left the server when it is started.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import Direction, Doubtful, Event, GateReached, GaveUp
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.wording import Commands, stands
from pgplumb.server.errors import ServerError

if TYPE_CHECKING:
    from pgplumb.migrate.apply.preflight.look import Preflight
    from pgplumb.migrate.apply.standing import Standing
    from pgplumb.migrate.plan import Plan, Step
    from pgplumb.server.session import Session
    from pgplumb.server.target import Target

EACH = 1.0
"""Seconds between two looks."""
Answer = Literal["yes", "no", "done", "again"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is to know before it runs, as of now."""

    direction: Direction
    now: Standing
    stands: str
    found: Preflight
    refusal: str = ""
    """Why it must not begin where the plan stands."""

    @property
    def nothing_left(self) -> bool:
        """Whether the plan is applied already."""
        return self.direction == "up" and self.now.open is None and bool(self.now.done) and not self.left

    left: tuple[tuple[int, Step], ...] = ()
    """Steps that would be done, by number, in their order."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The server cannot be looked at, or the run did not come to begin."""

    text: str
    ended: bool = False
    """Whether that was the run's end; looking goes on."""


Told = Looked | Trouble | Event


class Job:
    """`tell` is called from the thread with everything that happens."""

    def __init__(
        self,
        plan: Plan,
        target: Target,
        commands: Commands,
        tell: Callable[[Told], None],
        limits: Limits | None = None,
    ) -> None:
        self.controls = Controls()
        self._plan = plan
        self._target = target
        self._commands = commands
        self._tell = tell
        self._limits = limits or Limits()
        self._direction: Direction = "up"
        self._wake = threading.Event()
        self._begin: Mapping[str, str] | None = None
        self._left = threading.Event()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._database = ""
        self._thread = threading.Thread(target=self._work, name="pgplumb apply", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def turn(self, direction: Direction) -> None:
        """Look at the way forth or at the way back."""
        self._direction = direction
        self._wake.set()

    def begin(self, waived: Mapping[str, str]) -> None:
        """Run what was looked at: a person has confirmed it."""
        self._begin = waived
        self._wake.set()

    def answer(self, answer: Answer) -> None:
        """Answer the event that asks."""
        self._answers.put(answer)

    def leave(self) -> None:
        """Stop as soon as that leaves a clean state. Returns at once."""
        self._left.set()
        self.controls.stop()
        self._answers.put("no")
        self._wake.set()

    def wait(self, seconds: float) -> bool:
        """Wait until its connections are closed; False where they are not yet."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        """Look and run in turn until left. A fault of ours is said on the screen, not lost with the thread."""
        while not self._left.is_set():
            try:
                self._look()
                if self._begin is not None and not self._left.is_set():
                    self._run(self._begin)
            except ServerError as error:
                self._tell(Trouble(str(error), ended=self._begin is not None))
                self._pause()
            except Exception as error:
                text = f"pgplumb failed: {type(error).__name__}: {error}; please report it"
                self._tell(Trouble(text, ended=self._begin is not None))
                self._pause()
            finally:
                self._begin = None

    def _pause(self) -> None:
        self._wake.clear()
        self._wake.wait(EACH)

    def _look(self) -> None:
        """Look each second until it is begun or left."""
        from pgplumb.server.session import Session

        with ExitStack() as stack:
            session = stack.enter_context(Session.open(self._target, application="pgplumb apply"))
            other = stack.enter_context(Session.open(self._target, application="pgplumb apply"))
            while self._begin is None and not self._left.is_set():
                self._wake.clear()
                self._tell(self._looked(session, other))
                if self._begin is None:
                    self._wake.wait(EACH)

    def _looked(self, session: Session, other: Session) -> Looked:
        from pgplumb.migrate.apply import history
        from pgplumb.migrate.apply.may_begin import refuse
        from pgplumb.migrate.apply.preflight.look import look
        from pgplumb.migrate.apply.refused import Refused
        from pgplumb.migrate.apply.standing import standing

        direction = self._direction
        now = standing(history.read(session, self._plan.id))
        left = left_of(self._plan, now, direction)
        steps = tuple(step for _, step in left)
        found = look(session, self._plan, steps, direction, self._limits, other=other)
        self._database = found.database
        refusal = ""
        try:
            refuse(self._plan, now, direction, True, self._commands)
        except Refused as refused:
            refusal = str(refused)
        return Looked(direction, now, stands(self._plan, now), found, refusal, left)

    def _run(self, waived: Mapping[str, str]) -> None:
        from pgplumb.migrate.apply.log import Log
        from pgplumb.migrate.apply.runner import Runner

        self.controls = Controls()
        if self._left.is_set():
            return
        runner = Runner(
            self._plan,
            self._target,
            direction=self._direction,
            resume=True,
            controls=self.controls,
            limits=self._limits,
            commands=self._commands,
            note="; ".join(f"waived {name}: {reason}" for name, reason in waived.items()) or None,
        )
        with (
            closing(Log(self._plan.id, self._database, self._target.label)) as log,
            closing(runner.run()) as events,
        ):
            for event in events:
                log.write(event)
                self._clear_answers(event)
                self._tell(event)
                self._heed(event)

    def _clear_answers(self, event: Event) -> None:
        while isinstance(event, GateReached | GaveUp | Doubtful) and not self._answers.empty():
            self._answers.get_nowait()

    def _heed(self, event: Event) -> None:
        """Wait for the answer to an event that asks, and hand it on."""
        if not isinstance(event, GateReached | GaveUp | Doubtful) or self._left.is_set():
            return
        answer = self._answers.get()
        if isinstance(event, GateReached) and answer == "yes":
            self.controls.pass_gate(event.step)
        elif isinstance(event, GaveUp) and answer == "yes":
            self.controls.keep_trying(event.step)
        elif isinstance(event, Doubtful) and answer in ("done", "again"):
            self.controls.settle(event.step, "done" if answer == "done" else "again")


def left_of(plan: Plan, now: Standing, direction: Direction) -> tuple[tuple[int, Step], ...]:
    """Return the steps that are left in a direction, by number, in the order in which they are done."""
    numbered = tuple(enumerate(plan.steps, 1))
    if direction == "up":
        return numbered[now.done :]
    begun = now.open is not None and now.open.step > now.done
    return tuple(reversed(numbered[: now.done + (1 if begun else 0)]))
