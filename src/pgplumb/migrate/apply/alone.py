"""A statement outside of transactions: the catalog tells what became of it, and what a failure leaves is cleaned."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from functools import partial
from itertools import count

from pgplumb.migrate.apply.attend import Attention, attend
from pgplumb.migrate.apply.events import Cleaning, CleaningFailed, Direction, Doubtful, Event
from pgplumb.migrate.apply.history import Report
from pgplumb.migrate.apply.outcome import Outcome, builds, concurrent, facts, judge
from pgplumb.migrate.apply.pieces import Piece
from pgplumb.migrate.apply.site import Site, StepFailed, StopShort
from pgplumb.migrate.apply.standing import OpenStep
from pgplumb.migrate.apply.transaction import PASSING, began, reason, wait_for_next
from pgplumb.server.errors import QueryError

_LAST_PATIENCE = "5s"
"""How long what is left behind is tried to be taken away when somebody wants to stop."""


def run_alone(site: Site, number: int, piece: Piece) -> Generator[Event, None, int]:
    """Run one statement; return the attempts it took. Raises StopShort, StepFailed and LostConnection."""
    sql = piece.statements[0]
    for attempt in count(1):
        seen = Attention()
        before = facts(site.connections.watcher, sql)
        site.note(number, piece, piece.sql, "began", Report(attempts=attempt, facts_before=before))
        yield began(site, number, piece, attempt)
        start = time.monotonic()
        error: QueryError | None = None
        work = partial(site.writer.alone, sql, _settings(site, number, sql))
        try:
            yield from attend(site, number, work, seen)
        except QueryError as refused:
            error = refused
        outcome = judge(site.connections.watcher, sql, before)
        done = error is None and (outcome.done is not False or not builds(sql))
        if done or (error is not None and error.cancelled and builds(sql) and outcome.done):
            yield from clean(site, number, outcome)
            report = Report(attempt, seen.waited, time.monotonic() - start, None, seen.blockers, before)
            site.note(number, piece, piece.sql, "done", report)
            return attempt
        yield from clean(site, number, outcome)
        yield from _refused(site, number, piece, attempt, seen, error, outcome)
    raise AssertionError


def settle(
    site: Site, number: int, piece: Piece, open_step: OpenStep, direction: Direction
) -> Generator[Event, None, str | None]:
    """Find out about a statement that was begun before; return how it is known to be done, or None to run it.

    `direction` is the piece's: a step that goes back may have to know what of its way up was done.
    """
    sql, backwards = piece.statements[0], direction == "down"
    session = site.connections.watcher
    tries = [e for e in open_step.attempts if e.piece == piece.number and e.direction == direction]
    if not tries and not backwards:
        return None
    # What the first attempt found is what was there before any of them.
    before = tries[0].facts if tries else None
    outcome = judge(session, sql, before, backwards=backwards)
    if outcome.leftovers:
        yield from clean(site, number, outcome)
        outcome = judge(session, sql, before, backwards=backwards)
    if outcome.done is None and tries and open_step.in_doubt:
        yield Doubtful(number, piece.number, piece.sql, outcome.why)
        said = site.controls.settled(number)
        if said is None:
            raise StopShort("doubtful", f"nobody can tell whether step {number} was done: {outcome.why}")
        outcome = Outcome(said == "done", "a person said so")
    if outcome.done and direction == site.direction:
        site.note(
            number, piece, piece.sql, "done", Report(facts_before=before, note=f"recognised: {outcome.why}")
        )
    return outcome.why if outcome.done else None


def clean(site: Site, number: int, outcome: Outcome) -> Iterator[Event]:
    """Take away what a statement left behind, concurrently."""
    for sql in outcome.leftovers:
        yield Cleaning(number, sql, outcome.why)
        patience = _LAST_PATIENCE if site.controls.stopping else "0"
        settings = {"lock_timeout": patience, "statement_timeout": "0"}
        try:
            # Not attended: a stop that has been asked for must not cancel this too.
            site.connections.submit(partial(site.writer.alone, sql, settings)).result()
        except QueryError as error:
            yield CleaningFailed(number, sql, reason(error))


def _refused(
    site: Site,
    number: int,
    piece: Piece,
    attempt: int,
    seen: Attention,
    error: QueryError | None,
    outcome: Outcome,
) -> Iterator[Event]:
    """Say how it failed and wait for the next attempt, if there is to be one."""
    why = reason(error) if error else outcome.why
    sqlstate = error.sqlstate if error else None
    report = Report(attempts=attempt, waited=seen.waited, blockers=seen.blockers, note=f"{sqlstate}: {why}")
    if seen.stopped or site.controls.stopping:
        site.note(number, piece, piece.sql, "stopped", report)
        raise StopShort("asked", "it was asked to stop, and the statement was cancelled")
    site.note(number, piece, piece.sql, "failed", report)
    if sqlstate not in PASSING:
        raise StepFailed(number, piece.sql, why, sqlstate)
    yield from wait_for_next(site, number, attempt, why, seen.blockers)


def _settings(site: Site, number: int, sql: str) -> dict[str, str]:
    step = site.step(number)
    # lock_timeout would cancel the waits of a concurrent build too, and leave an INVALID index.
    patience = "0" if concurrent(sql) else step.lock_timeout
    return {"lock_timeout": patience, "statement_timeout": step.statement_timeout}
