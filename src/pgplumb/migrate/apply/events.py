"""What happens while a plan is applied, as data: the command line and the terminal UI show the same.

Steps and statements count from 1, as people do. Times are in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Direction = Literal["up", "down"]
StopReason = Literal["asked", "gate", "blocked", "doubtful", "lost", "guard"]
"""Why it stopped short of the end without a failure: a person asked; a gate; locks not had; a statement whose outcome
nobody can tell; the server is gone; another apply has taken over."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """A session, or a prepared transaction, that a statement of ours waits for."""

    pid: int
    """0 for a prepared transaction."""
    seconds: float | None
    """The age of its transaction."""
    state: str | None
    verb: str | None
    """The first words of its statement; None where the role may not see it."""
    holds: str
    """What it holds of what we want: "AccessShareLock on public.orders"."""
    user: str | None = None
    application: str = ""
    gid: str | None = None
    """The name of a prepared transaction."""


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A step is about to run."""

    step: int
    of: int
    direction: Direction
    about: str
    sql: str
    pid: int
    """Of the server process that will run it."""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Blocked:
    """The statement waits for others; repeated as long as it does."""

    step: int
    waited: float
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class BlockerEnded:
    """A session that was in the way was cancelled or ended, because a person asked for it; or that failed."""

    step: int
    pid: int
    how: Literal["cancelled", "ended"]
    why: str = ""
    """Why it was not; empty where it was."""


@dataclass(frozen=True, slots=True)
class Retrying:
    """The attempt was given up, nothing of it happened, and there will be another."""

    step: int
    attempt: int
    """Which attempt has failed."""
    of: int
    pause: float
    why: str
    blockers: tuple[Blocker, ...] = ()
    """Who was seen in the way."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """All attempts are used up. Nothing of the step happened. `Controls.keep_trying` allows as many again."""

    step: int
    attempts: int
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long statement or backfill is."""

    step: int
    phase: str
    """"building index: scanning table", "backfill", or "" where the server tells nothing."""
    done: int | None
    total: int | None
    """Rows or blocks, estimated for a backfill; None where it is not known."""
    elapsed: float
    eta: float | None = None

    @property
    def ratio(self) -> float | None:
        """From 0 to 1; None where it is not known."""
        if self.done is None or not self.total:
            return None
        return min(self.done / self.total, 1.0)


@dataclass(frozen=True, slots=True)
class BatchDone:
    """One batch of a backfill is committed."""

    step: int
    batch: int
    changed: int
    """Rows changed by this batch."""
    rows: int
    """Rows changed by the step so far."""
    walked: int
    seconds: float
    size: int
    """Keys that the next batch will walk."""
    progress: Progress


@dataclass(frozen=True, slots=True)
class Throttled:
    """The backfill waits: for replicas, for vacuum, for the log's rate, for the people whom it is in the way of."""

    step: int
    why: str
    pause: float


@dataclass(frozen=True, slots=True)
class Paused:
    """The backfill stands still until somebody lets it go on; nothing is held meanwhile."""

    step: int


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step is done and recorded."""

    step: int
    of: int
    direction: Direction
    seconds: float
    attempts: int = 1
    rows: int | None = None
    """Rows changed by a backfill."""
    recognised: str = ""
    """How it is known to be done, where it was not seen to end: "index public.i is there and valid"."""


@dataclass(frozen=True, slots=True)
class GateReached:
    """Application code must change before the step. `Controls.pass_gate` lets it run, else the run stops here."""

    step: int
    gate: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A statement was interrupted and nothing proves whether it was done. `Controls.settle` says which."""

    step: int
    statement: int
    sql: str
    why: str


@dataclass(frozen=True, slots=True)
class StillRunning:
    """A statement that was begun on a lost connection runs on; we wait for its end."""

    step: int
    pid: int
    seconds: float
    cancel: str
    """What stops it, for whoever wants that."""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Something that a failed or interrupted statement left behind is taken away."""

    step: int
    sql: str
    why: str


@dataclass(frozen=True, slots=True)
class CleaningFailed:
    """It could not be taken away; the next run tries again."""

    step: int
    sql: str
    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone; another is tried after a pause."""

    step: int | None
    why: str
    pause: float


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The connection stands again."""

    pid: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """It stopped before the end, in a stated state."""

    reason: StopReason
    why: str
    stands: str
    """What is done and what is not: "steps 1 and 2 of 5 are done, step 3 is at row 12,000"."""
    go_on: str
    """The command that goes on."""
    go_back: str | None
    """The command that takes back what was done; None where there is none."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The server refused a statement. Steps before it stay done."""

    step: int
    sql: str
    why: str
    sqlstate: str | None
    stands: str
    go_on: str
    go_back: str | None


@dataclass(frozen=True, slots=True)
class Finished:
    """All steps are done, or all are taken back."""

    direction: Direction
    steps: int
    """How many this run did."""
    seconds: float
    stands: str


Event: TypeAlias = (
    StepBegan
    | Blocked
    | BlockerEnded
    | Retrying
    | GaveUp
    | Progress
    | BatchDone
    | Throttled
    | Paused
    | StepDone
    | GateReached
    | Doubtful
    | StillRunning
    | Cleaning
    | CleaningFailed
    | Lost
    | Reconnected
    | Stopped
    | Failed
    | Finished
)

LAST = (Stopped, Failed, Finished)
"""One of these ends every run."""
