"""What the parts of one run share, and how they end it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pgplumb.migrate.apply import history
from pgplumb.migrate.apply.connections import Connections
from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import Direction, StopReason
from pgplumb.migrate.apply.history import Report, State
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.pieces import Piece
from pgplumb.migrate.plan import Plan, Step
from pgplumb.server.errors import QueryError
from pgplumb.server.writing import Writer

_HISTORY = {"lock_timeout": "10s", "statement_timeout": "30s"}


class StopShort(Exception):  # noqa: N818
    """End the run here, in the state that the history tells."""

    def __init__(self, reason: StopReason, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


class StepFailed(Exception):  # noqa: N818
    """The server refused what a step does."""

    def __init__(self, step: int, sql: str, why: str, sqlstate: str | None = None) -> None:
        super().__init__(why)
        self.step = step
        self.sql = sql
        self.why = why
        self.sqlstate = sqlstate


@dataclass(slots=True)
class Site:
    """One run of one plan in one direction."""

    plan: Plan
    direction: Direction
    connections: Connections
    controls: Controls = field(default_factory=Controls)
    limits: Limits = field(default_factory=Limits)

    @property
    def writer(self) -> Writer:
        """The connection that writes."""
        return self.connections.writer

    def step(self, number: int) -> Step:
        """Return a step by its number, from 1."""
        return self.plan.steps[number - 1]

    def settings(self, number: int) -> dict[str, str]:
        """Return the settings of the transactions of a step."""
        step = self.step(number)
        return {
            "lock_timeout": step.lock_timeout,
            "statement_timeout": step.statement_timeout,
            "idle_in_transaction_session_timeout": "10s",
        }

    def note(self, number: int, piece: Piece | None, sql: str, state: State, report: Report) -> int:
        """Write a row of the history by itself and return its id; tried again where a late cancel hits it."""
        of = None if piece is None or (piece.last and state == "done") else piece.number
        order = history.row(self.plan, number, of, self.direction, sql, state, report, writer=self.writer)
        for attempt in range(3):
            try:
                return int(self.writer.together([order], _HISTORY)[0][0][0])
            except QueryError as error:
                if error.sqlstate != "57014" or attempt == 2:
                    raise
        raise AssertionError
