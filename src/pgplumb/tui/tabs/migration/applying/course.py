"""Course: how far a run is, made anew from each event. What the screen shows of it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pgplumb.migrate.apply import events
from pgplumb.migrate.apply.telling import Tone, told

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan

StepState = Literal[
    "to do",
    "runs",
    "waits",
    "retries",
    "throttled",
    "paused",
    "lost",
    "done",
    "taken back",
    "failed",
    "stopped",
]
_SAID = 40
"""So many lines of what happened are kept."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as it stands."""

    number: int
    phase: str
    about: str
    state: StepState
    seconds: float | None = None
    rows: int | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that is shown of a run."""

    direction: events.Direction
    steps: tuple[StepView, ...]
    step: int | None = None
    """The step that is being done, by number."""
    sql: str = ""
    pid: int = 0
    progress: events.Progress | None = None
    batch: events.BatchDone | None = None
    blockers: tuple[events.Blocker, ...] = ()
    waited: float = 0.0
    waiting_for: str = ""
    """Why nothing is done just now, in words."""
    running: events.StillRunning | None = None
    """A statement of a lost connection that is found to run on."""
    said: tuple[tuple[str, Tone], ...] = ()
    """What happened, the latest last."""
    asks: events.GateReached | events.GaveUp | events.Doubtful | None = None
    last: events.Stopped | events.Failed | events.Finished | None = None

    @property
    def backfills(self) -> bool:
        """Whether a backfill is being done: what can be paused, and be made faster or slower."""
        return self.last is None and self.batch is not None


def begun(plan: Plan, done: int, direction: events.Direction) -> Course:
    """Return the course of a run that begins where so many steps are done."""
    steps = tuple(
        StepView(number, step.phase, step.about or step.phase, "done" if number <= done else "to do")
        for number, step in enumerate(plan.steps, 1)
    )
    return Course(direction, steps)


def after(course: Course, event: events.Event) -> Course:
    """Return the course after an event."""
    course = _said(replace(course, asks=None), event)
    if isinstance(event, events.LAST):
        state: StepState = "failed" if isinstance(event, events.Failed) else "stopped"
        steps = course.steps
        if not isinstance(event, events.Finished):
            steps = tuple(
                replace(s, state=state) if s.state not in ("to do", "done", "taken back") else s
                for s in steps
            )
        return replace(_still(course), steps=steps, last=event)
    match event:
        case events.StepBegan():
            fresh = event.step != course.step
            course = _still(course) if fresh else replace(course, blockers=(), waiting_for="")
            course = replace(course, step=event.step, sql=event.sql, pid=event.pid)
            return _with(course, event.step, state="runs", attempt=event.attempt)
        case events.Blocked():
            course = replace(course, blockers=event.blockers, waited=event.waited)
            return _with(course, event.step, state="waits")
        case events.Retrying():
            words = f"{event.why}: attempt {event.attempt} of {event.of}, again in {event.pause:.1f} s"
            course = replace(course, blockers=event.blockers, waiting_for=words)
            return _with(course, event.step, state="retries", attempt=event.attempt)
        case events.Progress():
            course = replace(course, progress=event, blockers=(), waiting_for="", running=None)
            return _with(course, event.step, state="runs")
        case events.BatchDone():
            course = replace(course, step=event.step, progress=event.progress, batch=event, waiting_for="")
            return _with(course, event.step, state="runs", rows=event.rows)
        case events.Throttled():
            return _with(replace(course, waiting_for=event.why), event.step, state="throttled")
        case events.Paused():
            return _with(replace(course, waiting_for="paused by you"), event.step, state="paused")
        case events.StepDone():
            state = "done" if event.direction == "up" else "taken back"
            course = replace(_still(course), step=None)
            return _with(course, event.step, state=state, seconds=event.seconds, rows=event.rows)
        case events.StillRunning():
            course = replace(course, step=event.step, running=event, progress=event.progress)
            return _with(course, event.step, state="runs")
        case events.Lost():
            words = f"the connection is lost; another is tried in {event.pause:.0f} s. {event.why}"
            course = replace(course, waiting_for=words, blockers=(), progress=None)
            return course if event.step is None else _with(course, event.step, state="lost")
        case events.Reconnected():
            return replace(course, waiting_for="", pid=event.pid)
        case events.GateReached() | events.GaveUp() | events.Doubtful():
            return replace(course, step=event.step, asks=event)
    return course


def _still(course: Course) -> Course:
    return replace(
        course, progress=None, batch=None, blockers=(), waited=0.0, waiting_for="", running=None, sql=""
    )


def _with(course: Course, number: int, *, state: StepState, **changes: float | int | None) -> Course:
    steps = tuple(
        replace(s, state=state, **{k: v for k, v in changes.items() if v is not None})  # type: ignore[arg-type]
        if s.number == number
        else s
        for s in course.steps
    )
    return replace(course, steps=steps)


def _said(course: Course, event: events.Event) -> Course:
    if isinstance(
        event, (events.Progress, events.BatchDone, events.StillRunning, events.Blocked, *events.LAST)
    ):
        return course
    text, tone = told(event)
    if isinstance(event, events.StepDone):
        text = f"step {event.step} {text.strip()}"
    said: Sequence[tuple[str, Tone]] = (*course.said, (text.strip(), tone))
    return replace(course, said=tuple(said[-_SAID:]))
