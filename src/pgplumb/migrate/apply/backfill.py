"""A change of many rows, a few at a time along a key, its place moved in the same transaction as the rows."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.migrate.apply import watcher
from pgplumb.migrate.apply.attend import Attention, attend, attend_batch
from pgplumb.migrate.apply.events import BatchDone, Event, Paused, Progress, StepBegan, Throttled
from pgplumb.migrate.apply.history import Report
from pgplumb.migrate.apply.pace import Pace, strained
from pgplumb.migrate.apply.site import Site, StepFailed, StopShort
from pgplumb.migrate.apply.transaction import PASSING, reason, wait_for_next
from pgplumb.migrate.apply.walk import Place, Walk, Window
from pgplumb.server.errors import QueryError
from pgplumb.server.writing import Order
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Batches
    from pgplumb.server.rows import Row

_PASSES = 3
"""After so many passes, rows that need the change come from somewhere."""
_CANCELLED = "57014"


def run_backfill(
    site: Site, number: int, first: int | None, attempt: int
) -> Generator[Event, None, tuple[int, int]]:
    """Run what is left of a backfill; return the attempts and the rows changed in all.

    `first` is the row of the history that began it, None where it begins now. Raises StopShort, StepFailed and
    LostConnection.
    """
    began = site.note(number, None, site.step(number).up, "began", Report(attempts=attempt))
    job = _Backfill(site, number, began if first is None else first)
    of = len(site.plan.steps)
    about = site.step(number).about or "backfill"
    yield StepBegan(number, of, site.direction, about, site.step(number).up, site.writer.pid, attempt)
    rows = yield from job.run(attempt)
    return attempt, rows


def place_of(site: Site, began: int) -> Place | None:
    """Return how far a backfill is, by the row that began it."""
    rows = site.connections.watcher.once(query_file(__package__, "backfill_read"), {"began": began})
    return _place(rows[0]) if rows else None


class _Backfill:
    """One backfill in one run."""

    def __init__(self, site: Site, number: int, began: int) -> None:
        batches = site.step(number).batches
        assert batches is not None
        self._site = site
        self._number = number
        self._began = began
        self._batches: Batches = batches
        self._settings = site.settings(number)
        self._pace = Pace(site.limits)
        self._started = time.monotonic()
        self._failures = 0
        self._strain: tuple[float, watcher.Strain] | None = None
        self._checked = 0.0
        self._limits = site.limits
        self._dead_since: float | None = None
        self._total: int | None = None
        self._walk = Walk(batches, ())

    def run(self, attempt: int) -> Generator[Event, None, int]:
        """Go over the table until no row needs the change."""
        self._prepare()
        place = self._read()
        while True:
            yield from self._let_others_decide(place)
            window = self._window(place)
            if window is not None:
                place = yield from self._batch(place, window)
                continue
            if not (yield from self._any_left(place)):
                break
            self._ask(
                Order(query_file(__package__, "backfill_pass"), {"began": self._began, "pass": place.number})
            )
            place = self._read()
        site, sql = self._site, self._site.step(self._number).up
        report = Report(
            attempts=attempt, ran=time.monotonic() - self._started, note=f"{place.rows} rows changed"
        )
        site.note(self._number, None, sql, "done", report)
        return place.rows

    def _prepare(self) -> None:
        made = {"began": self._began, "plan_id": self._site.plan.id, "step": self._number}
        self._ask(Order(query_file(__package__, "backfill_begin"), made))
        types = self._site.writer.types(self._walk.types())
        self._walk = Walk(self._batches, types)
        session = self._site.connections.watcher
        with session.unit(as_user=True) as unit:
            self._total = unit.query(query_file(__package__, "table_size"), {"table": self._batches.table})[
                0
            ][0]

    def _read(self) -> Place:
        return _place(self._ask(Order(query_file(__package__, "backfill_read"), {"began": self._began}))[0])

    def _window(self, place: Place) -> Window | None:
        rows = self._ask(self._walk.window(place.last, self._pace.size))
        return Window(tuple(rows[0][1:]), rows[0][0]) if rows else None

    def _batch(self, place: Place, window: Window) -> Generator[Event, None, Place]:
        """Run one batch; return the new place, the old one where it has to be tried again."""
        site, seen, start = self._site, Attention(), time.monotonic()
        order = self._walk.batch(self._began, place, window)
        try:
            rows = attend_batch(site, lambda: site.writer.together([order], self._settings), seen)
        except QueryError as error:
            yield from self._not_done(error, seen, time.monotonic() - start)
            return place
        seconds, changed = time.monotonic() - start, rows[0][0][0]
        self._failures = 0
        self._pace.took(seconds, window.keys)
        place = Place(
            place.number, window.last, place.rows + changed, place.walked + window.keys, place.batches + 1
        )
        done = self._progress(place)
        yield BatchDone(
            self._number, place.batches, changed, place.rows, place.walked, seconds, self._pace.size, done
        )
        site.controls.sleep(self._pace.rest(seconds, site.controls.share))
        return place

    def _not_done(self, error: QueryError, seen: Attention, seconds: float) -> Iterator[Event]:
        """Nothing of the batch happened: make it smaller, wait, or give up."""
        if seen.gave_way and error.sqlstate == _CANCELLED:
            self._pace.gave_way()
            pause = min(seconds, 0.1)
            yield Throttled(self._number, "others waited for the rows of a batch; smaller ones follow", pause)
            self._site.controls.sleep(pause)
            return
        if self._site.controls.stopping:
            return
        why = reason(error)
        if error.sqlstate == "23514" and "condition_becomes_false" in why:
            why = (
                f"rows that were changed still meet the condition ({self._batches.where}): it would never end"
            )
        elif error.sqlstate == "23502" and '"batches"' in why:
            raise StopShort("guard", "another apply has moved the place of this backfill") from None
        elif error.sqlstate in PASSING or error.sqlstate == _CANCELLED:
            self._pace.failed()
            self._failures += 1
            yield from wait_for_next(self._site, self._number, self._failures, why, seen.blockers)
            return
        self._fail(why, error.sqlstate)

    def _fail(self, why: str, sqlstate: str | None) -> None:
        sql = self._site.step(self._number).up
        self._site.note(self._number, None, sql, "failed", Report(note=f"{sqlstate}: {why}"))
        raise StepFailed(self._number, sql, why, sqlstate)

    def _any_left(self, place: Place) -> Generator[Event, None, bool]:
        """Look whether rows still need the change: writers may have added some behind the place."""
        if not self._walk.has_condition:
            return False
        site = self._site
        order = self._walk.left()
        try:
            rows = yield from attend(
                site, self._number, lambda: site.writer.together([order], self._settings), Attention()
            )
        except QueryError as error:
            if site.controls.stopping:
                raise StopShort(
                    "asked", "it was asked to stop while it looked for rows that are left"
                ) from None
            self._fail(reason(error), error.sqlstate)
            raise
        if not rows[0][0][0]:
            return False
        if place.number >= _PASSES:
            self._fail(
                f"rows that need the change are there after {place.number} passes: something keeps writing them",
                None,
            )
        return True

    def _let_others_decide(self, place: Place) -> Iterator[Event]:
        """Stop, stand still or wait, as people and the server want it."""
        controls = self._site.controls
        said = False
        while True:
            if controls.stopping:
                raise StopShort("asked", f"it was asked to stop, after batch {place.batches}")
            if controls.paused:
                if not said:
                    said = True
                    yield Paused(self._number)
                controls.sleep(1.0)
                continue
            why = self._strained()
            if why is None:
                return
            yield Throttled(self._number, why, 1.0)
            controls.sleep(1.0)

    def _strained(self) -> str | None:
        """Look at the server at most once a second."""
        now = time.monotonic()
        if now - self._checked < 1.0:
            return None
        self._checked = now
        found = watcher.strain(self._site.connections.watcher, self._batches.table)
        if found is None:
            return None
        before, self._strain = self._strain, (now, found)
        why = strained(found, before, now, self._limits)
        if why is None or "dead rows" not in why:
            self._dead_since = None
            return why
        self._dead_since = self._dead_since or now
        if now - self._dead_since > self._limits.vacuum_wait:
            # Vacuum does not get at them; waiting on would be for nothing.
            self._limits = replace(self._limits, dead_rows=2 * self._limits.dead_rows)
        return why

    def _progress(self, place: Place) -> Progress:
        left = None if self._total is None else max(self._total - place.walked, 0)
        eta = None if left is None else self._pace.eta(left, self._site.controls.share)
        phase = "backfill" if place.number == 1 else f"backfill, pass {place.number}"
        return Progress(self._number, phase, place.walked, self._total, time.monotonic() - self._started, eta)

    def _ask(self, order: Order) -> list[Row]:
        """Run a statement of ours; once more where a late cancel hits it."""
        settings = {**self._settings, "statement_timeout": "0"}
        for attempt in range(3):
            try:
                return self._site.writer.together([order], settings)[0]
            except QueryError as error:
                if error.sqlstate != _CANCELLED or attempt == 2:
                    self._fail(reason(error), error.sqlstate)
        raise AssertionError


def _place(row: Row) -> Place:
    number, last, rows, walked, batches = row
    return Place(number, None if last is None else tuple(last), rows, walked, batches)
