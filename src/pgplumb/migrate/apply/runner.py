"""Applying a plan: one step after the other, each recorded, so that whatever happens it can go on or back.

Where the plan stands is read from the database before every step, never remembered: a run that lost its connection,
was stopped or was killed is no different from one that begins.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from pgplumb.migrate.apply import guard, history
from pgplumb.migrate.apply.alone import run_alone, settle
from pgplumb.migrate.apply.backfill import place_of, run_backfill
from pgplumb.migrate.apply.connections import Connections
from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import (
    Direction,
    Event,
    Failed,
    Finished,
    GateReached,
    Lost,
    Reconnected,
    StepDone,
    Stopped,
)
from pgplumb.migrate.apply.history import Report
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.may_begin import refuse
from pgplumb.migrate.apply.orphan import wait_for
from pgplumb.migrate.apply.pieces import Piece, pieces
from pgplumb.migrate.apply.site import Site, StepFailed, StopShort
from pgplumb.migrate.apply.standing import OpenStep, Standing, standing
from pgplumb.migrate.apply.transaction import run_transaction
from pgplumb.migrate.apply.wording import Commands, can_go_back, stands
from pgplumb.server.errors import ConnectError, LostConnection, ServerError
from pgplumb.server.reconnect import Reconnect

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan
    from pgplumb.server.target import Target


class Runner:
    """One run. `run` gives its events; `controls` may be used from any thread meanwhile."""

    def __init__(
        self,
        plan: Plan,
        target: Target,
        *,
        direction: Direction = "up",
        resume: bool = False,
        controls: Controls | None = None,
        limits: Limits | None = None,
        commands: Commands | None = None,
        note: str | None = None,
    ) -> None:
        self.controls = controls or Controls()
        self._plan = plan
        self._resume = resume
        self._commands = commands or Commands()
        self._note = note
        self._site = Site(plan, direction, Connections(target), self.controls, limits or Limits())
        self._began = time.monotonic()
        self._steps = 0
        self._last: Standing = Standing()

    def run(self) -> Generator[Event, None, None]:
        """Apply the plan, or take it back; the last event is Finished, Stopped or Failed.

        Raises Refused, ConnectError, LostConnection and QueryError where it does not come to begin. Whoever stops
        reading has the statement cancelled that runs.
        """
        try:
            self._site.connections.open()
            self._begin()
            yield from self._guarded()
        finally:
            self._site.connections.close()

    def _guarded(self) -> Iterator[Event]:
        """Do the steps, connecting anew as often as the connection is lost."""
        lost: LostConnection | None = None
        while True:
            try:
                if lost is not None:
                    yield from self._reconnect(lost)
                    lost = None
                yield from self._do_steps()
                yield Finished(
                    self._site.direction,
                    self._steps,
                    time.monotonic() - self._began,
                    self._stands(self._last),
                )
                return
            except StopShort as stop:
                yield self._stopped(stop)
                return
            except StepFailed as failure:
                yield self._failed(failure)
                return
            except LostConnection as error:
                lost = error

    def _begin(self) -> None:
        """Make the history where there is none, and refuse what must not begin."""
        connections = self._site.connections
        made = history.exists(connections.watcher)
        now = self._standing() if made else Standing()
        refuse(self._plan, now, self._site.direction, self._resume, self._commands)
        if not made:
            history.make(connections.writer)
        if not now.begun or self._note:
            order = history.plan_row(self._plan, self._site.direction, self._note)
            connections.writer.together([order], {"lock_timeout": "10s"})

    def _do_steps(self) -> Iterator[Event]:
        while True:
            now = self._last = self._standing()
            open_step = now.open
            if open_step is not None:
                yield from wait_for(self._site, open_step)
                now = self._last = self._standing()
            if not guard.held(self._site.connections.watcher, self._site.connections.guard_pid):
                raise LostConnection(
                    "the guard of this database is lost", "its session ended", "Run it again."
                )
            number = self._next(now)
            if number is None:
                return
            if self.controls.stopping:
                raise StopShort("asked", "it was asked to stop between two steps")
            yield from self._do_step(number, now)

    def _next(self, now: Standing) -> int | None:
        """Return the step that comes next in this direction, or None at the end."""
        if self._site.direction == "up":
            return now.done + 1 if now.done < len(self._plan.steps) else None
        if now.open is not None and now.open.step > now.done:
            return now.open.step
        return now.done or None

    def _do_step(self, number: int, now: Standing) -> Iterator[Event]:
        site, begun = self._site, time.monotonic()
        step = site.step(number)
        open_step = now.open if now.open is not None and now.open.step == number else None
        if (
            site.direction == "up"
            and step.gate
            and open_step is None
            and not self.controls.gate_passed(number)
        ):
            yield GateReached(number, step.gate)
            if not self.controls.gate_passed(number):
                raise StopShort("gate", f"step {number} waits until this is done: {step.gate}")
        rows: int | None = None
        known = ""
        attempts = 1
        mine = open_step if open_step is not None and open_step.direction == site.direction else None
        if site.direction == "up" and step.batches is not None:
            tried = len(mine.attempts) + 1 if mine else 1
            attempts, rows = yield from run_backfill(site, number, mine.first if mine else None, tried)
        elif (
            site.direction == "down"
            and number > now.done
            and not (yield from self._partly_done(number, open_step))
        ):
            known = "nothing of it was done"
            site.note(number, None, "", "done", Report(note=known))
        else:
            skip = mine.pieces_done if mine else 0
            for piece in pieces(step, site.direction)[skip:]:
                attempts, known = yield from self._do_piece(number, piece, open_step)
        self._steps += 1
        of = len(self._plan.steps)
        yield StepDone(number, of, site.direction, time.monotonic() - begun, attempts, rows, known)

    def _do_piece(
        self, number: int, piece: Piece, open_step: OpenStep | None
    ) -> Generator[Event, None, tuple[int, str]]:
        if not piece.alone:
            return (yield from run_transaction(self._site, number, piece)), ""
        if open_step is not None:
            known = yield from settle(self._site, number, piece, open_step, self._site.direction)
            if known is not None:
                return 1, known
        return (yield from run_alone(self._site, number, piece)), ""

    def _partly_done(self, number: int, open_step: OpenStep | None) -> Generator[Event, None, bool]:
        """Find out whether a step that was begun and not ended has done anything that must be taken back."""
        if open_step is None:
            return False
        if open_step.direction == "down":
            return open_step.forward
        if self._site.step(number).batches is not None:
            place = place_of(self._site, open_step.first)
            return place is not None and place.batches > 0
        if open_step.pieces_done:
            return True
        first = pieces(self._site.step(number), "up")[0]
        if not first.alone:
            return False
        return (yield from settle(self._site, number, first, open_step, "up")) is not None

    def _reconnect(self, error: LostConnection) -> Iterator[Event]:
        """Try until both connections stand and the guard is ours. Raises StopShort."""
        tries = Reconnect()
        until = time.monotonic() + self._site.limits.reconnect
        why: ServerError = error
        step = self._last.open.step if self._last.open else None
        while True:
            pause = min(tries.failed(), max(until - time.monotonic(), 0.0)) if tries.failures else 0.2
            tries.failures = max(tries.failures, 1)
            yield Lost(step, str(why), pause)
            self.controls.sleep(pause)
            if self.controls.stopping or time.monotonic() >= until:
                raise StopShort("lost", why.why or str(why))
            try:
                if self._site.connections.reopen():
                    yield Reconnected(self._site.writer.pid)
                    return
                found = guard.holder(self._site.connections.watcher)
                if found is not None and found.pid != self._site.connections.guard_pid:
                    raise StopShort(
                        "guard", f"server process {found.pid} has the guard now: another apply works"
                    )
            except ConnectError as refused:
                if not refused.transient:
                    raise StopShort("lost", refused.why) from None
                why = refused
            except LostConnection as again:
                why = again

    def _standing(self) -> Standing:
        return standing(history.read(self._site.connections.watcher, self._plan.id))

    def _stands(self, now: Standing) -> str:
        place = None
        if (
            now.open is not None
            and now.open.direction == "up"
            and self._plan.steps[now.open.step - 1].batches
        ):
            place = place_of(self._site, now.open.first)
        return stands(self._plan, now, place)

    def _now(self) -> tuple[Standing, str]:
        """Return where the plan stands, from memory where the server cannot be asked."""
        try:
            now = self._standing()
            return now, self._stands(now)
        except ServerError:
            return self._last, f"when last seen, {stands(self._plan, self._last)}"

    def _stopped(self, stop: StopShort) -> Stopped:
        now, text = self._now()
        go_on = self._commands.go_on
        if stop.reason == "gate":
            go_on += f" --gate-passed {now.done + 1}"
        if stop.reason == "doubtful" and now.open is not None:
            go_on += f" --was-done {now.open.step} (or --not-done {now.open.step})"
        return Stopped(stop.reason, stop.why, text, go_on, self._back(now))

    def _failed(self, failure: StepFailed) -> Failed:
        now, text = self._now()
        sqlstate, go_on = failure.sqlstate, self._commands.go_on
        return Failed(failure.step, failure.sql, failure.why, sqlstate, text, go_on, self._back(now))

    def _back(self, now: Standing) -> str | None:
        return self._commands.go_back if can_go_back(self._plan, now) else None
