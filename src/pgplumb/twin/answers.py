"""What became of statements that were run in the cage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Notice:
    """What the server said beside its answer. All texts are the server's or the statement's: data, not ours."""

    severity: str
    message: str
    sqlstate: str = ""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one statement did."""

    tag: str
    """The server's command tag: "ALTER TABLE", "UPDATE 3"."""
    seconds: float
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    """Values as text; the first rows only, `row_count` counts all."""
    row_count: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """Everything ran."""

    outcomes: tuple[Outcome, ...]
    notices: tuple[Notice, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The server refused a statement."""

    sqlstate: str
    message: str
    position: int | None
    """Where in the script, in characters, from 1; None where the server names no place."""
    statement: int
    """Which statement of the script, from 0; their number where it was the check of deferred constraints."""
    detail: str = ""
    hint: str = ""
    context: str = ""
    notices: tuple[Notice, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    """Of the statements before it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was sent: a statement of the script has no place in the twin."""

    what: str
    why: str
    next_step: str
    statement: int = 0
    """Which statement of the script, from 0."""
    position: int | None = None
    """Where in the script, in characters, from 1."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The watchdog or the end of the server stopped it; nothing of a transaction is left."""

    why: str
    statement: int = 0
    notices: tuple[Notice, ...] = ()


Answer: TypeAlias = Ran | Failed | Refused | Stopped
