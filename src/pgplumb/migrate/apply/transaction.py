"""A piece that runs as one transaction, its entry in the history included: tried until its locks are had."""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Iterator
from functools import partial
from itertools import count

from pgplumb.migrate.apply import history
from pgplumb.migrate.apply.attend import Attention, attend
from pgplumb.migrate.apply.events import Blocker, Event, GaveUp, Retrying, StepBegan
from pgplumb.migrate.apply.history import Report
from pgplumb.migrate.apply.pieces import Piece
from pgplumb.migrate.apply.site import Site, StepFailed, StopShort
from pgplumb.server.errors import QueryError
from pgplumb.server.writing import Order

PASSING = frozenset(["55P03", "40P01", "40001"])
"""Lock not available, deadlock, serialization failure: the same may go well another time."""


def run_transaction(site: Site, number: int, piece: Piece) -> Generator[Event, None, int]:
    """Run a piece; return the attempts it took. Raises StopShort, StepFailed and LostConnection."""
    earlier = Attention()
    for attempt in count(1):
        seen = Attention()
        site.note(number, piece, piece.sql, "began", Report(attempts=attempt))
        yield began(site, number, piece, attempt)
        try:
            yield from attend(site, number, partial(_once, site, number, piece, earlier, attempt), seen)
            return attempt
        except QueryError as error:
            refused = _refused(site, piece)
            report = Report(
                attempts=attempt,
                waited=seen.waited,
                blockers=seen.blockers,
                note=f"{error.sqlstate}: {error.why}",
            )
            if seen.stopped or site.controls.stopping:
                site.note(number, piece, piece.sql, "stopped", report)
                raise StopShort("asked", "it was asked to stop, and the statement was cancelled") from None
            site.note(number, piece, piece.sql, "failed", report)
            earlier.waited, earlier.blockers = earlier.waited + seen.waited, seen.blockers or earlier.blockers
            if error.sqlstate not in PASSING:
                raise StepFailed(number, refused, reason(error), error.sqlstate) from None
            yield from wait_for_next(site, number, attempt, reason(error), seen.blockers)
    raise AssertionError


def began(site: Site, number: int, piece: Piece, attempt: int) -> StepBegan:
    """Return the event for a piece that is about to run."""
    about = site.step(number).about or site.step(number).phase
    of = len(site.plan.steps)
    return StepBegan(number, of, site.direction, about, piece.sql, site.writer.pid, attempt)


def wait_for_next(
    site: Site, number: int, attempt: int, why: str, blockers: tuple[Blocker, ...]
) -> Iterator[Event]:
    """Pause before the next attempt; ask for more when all are used up. Raises StopShort."""
    limits = site.limits
    if attempt % limits.attempts == 0:
        yield GaveUp(number, attempt, blockers)
        if not site.controls.wants_more(number):
            raise StopShort("blocked", f"step {number} did not get its locks in {attempt} attempts")
        return
    pause = limits.pause(attempt, random.random())
    of = attempt - attempt % limits.attempts + limits.attempts
    yield Retrying(number, attempt, of, pause, why, blockers)
    until = time.monotonic() + pause
    while (left := until - time.monotonic()) > 0 and not site.controls.stopping:
        site.controls.sleep(left)
    if site.controls.stopping:
        raise StopShort("asked", "it was asked to stop between two attempts")


def reason(error: QueryError) -> str:
    """Return the server's words with its detail."""
    return f"{error.why} ({error.detail})" if error.detail else error.why


def _once(site: Site, number: int, piece: Piece, earlier: Attention, attempt: int) -> None:
    # Written before it is known how long this attempt waits: what is kept is what earlier ones saw.
    report = Report(attempts=attempt, waited=earlier.waited, blockers=earlier.blockers)
    ending = history.row(
        site.plan,
        number,
        None if piece.last else piece.number,
        site.direction,
        piece.sql,
        "done",
        report,
        inside=True,
        writer=site.writer,
    )
    site.writer.together([*map(Order, piece.statements), ending], site.settings(number))


def _refused(site: Site, piece: Piece) -> str:
    at = site.writer.failed_at
    return piece.statements[at] if at is not None and at < len(piece.statements) else piece.sql
