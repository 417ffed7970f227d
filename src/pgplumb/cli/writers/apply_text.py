"""`pgplumb apply` for people: the steps, the pre-flight list, and each event as it happens."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pgplumb.cli.terminal import Screen
from pgplumb.foundation.text import sanitise_block
from pgplumb.migrate.apply.events import BatchDone, Event, Failed, Progress, StillRunning, Stopped
from pgplumb.migrate.apply.telling import Tone, how_far, told
from pgplumb.migrate.apply.walk import Walk
from pgplumb.migrate.apply.wording import stands

if TYPE_CHECKING:
    from pgplumb.migrate.apply.events import Direction
    from pgplumb.migrate.apply.preflight.look import Preflight
    from pgplumb.migrate.apply.standing import Standing
    from pgplumb.migrate.plan import Plan
    from pgplumb.server.target import Target

_MARKS = {"pass": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red"), "unknown": ("?", "cyan")}
_INKS: Mapping[Tone, str] = {"plain": "", "good": "green", "care": "yellow", "bad": "red"}
_SELDOM = 5.0
"""Seconds between lines of progress where no line can be drawn over."""
_CLEAR = "\r\x1b[K"


class Writer:
    """Writes to standard output; on a terminal progress is one line that is drawn over."""

    for_people = True

    def __init__(self, screen: Screen, plan: Plan, direction: Direction, *, live: bool) -> None:
        self._screen = screen
        self._plan = plan
        self._direction = direction
        self._live = live
        self._drawn = False
        self._at = 0.0

    def head(self, target: Target, database: str, now: Standing) -> None:
        """Say what is to be done, and where."""
        screen = self._screen
        verb = "Apply" if self._direction == "up" else "Take back"
        self.line(screen.paint(f"{verb} {screen.clean(self._plan.title)}", "bold"))
        badge = f" [{target.environment}]" if target.environment else ""
        self.line(f"on database {screen.clean(database)} of {screen.clean(target.label)}{badge}")
        if now.begun:
            self.line(f"stands: {stands(self._plan, now)}")

    def steps(self, now: Standing) -> None:
        """Show every step that is left with its SQL and its settings."""
        up = self._direction == "up"
        numbered = list(enumerate(self._plan.steps, 1))
        left = (
            numbered[now.done :] if up else [pair for pair in reversed(numbered) if pair[0] <= now.done + 1]
        )
        if not up and (now.open is None or now.open.step <= now.done):
            left = [pair for pair in left if pair[0] <= now.done]
        for number, step in left:
            self.line("")
            how = "a statement at a time" if step.autocommit else "one transaction"
            if up and step.batches is not None:
                how = f"in batches along {', '.join(step.batches.key)}"
            limits = f"lock_timeout {step.lock_timeout}, statement_timeout {step.statement_timeout}"
            title = f"step {number} of {len(numbered)}: {step.about or step.phase}"
            self.line(f"{self._screen.paint(self._screen.clean(title), 'bold')} ({how}; {limits})")
            if up and step.gate:
                self.line(self._screen.paint(f"  gate: {self._screen.clean(step.gate)}", "yellow"))
            sql = (
                Walk(step.batches, ()).shown
                if up and step.batches is not None
                else step.up
                if up
                else step.down
            )
            for text in sanitise_block(sql or "-- nothing to do").split("\n"):
                self.line(f"  {text}")
            if step.waits_for:
                self.line(self._screen.paint(f"  waits for {self._screen.clean(step.waits_for)}", "faint"))
        self.line("")
        self.line(
            "Beside it: the schema pgplumb is made where it is missing, to keep the history and the place of"
        )
        self.line(
            "backfills; an INVALID index that a broken build leaves is dropped with DROP INDEX CONCURRENTLY."
        )

    def preflight(self, found: Preflight, waived: Mapping[str, str]) -> None:
        """Show the list."""
        self.line("")
        self.line(self._screen.paint("Pre-flight", "bold"))
        for item in found.items:
            mark, ink = _MARKS[item.status]
            excused = item.status == "fail" and item.waivable and item.id in waived
            word = f"waived ({self._screen.clean(waived[item.id])})" if excused else ""
            text = f"{self._screen.own(mark)} {item.id}: {item.title}: {item.evidence}"
            for line in self._screen.wrap(self._screen.clean(text), 0, 4):
                self.line(self._screen.paint(line, ink) if item.status != "pass" else line)
            if item.status in ("warn", "fail") and item.next_step:
                self.line(f"    {word or self._screen.clean(item.next_step)}")
        self.line("")

    def event(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Progress | BatchDone | StillRunning):
            self._progress(event)
            return
        lines = list(self._lines(event))
        for line in lines:
            self.line(line)

    def line(self, text: str) -> None:
        """Write one line; a reader that went away stops no migration."""
        clear, self._drawn = (_CLEAR if self._drawn else ""), False
        self._write(f"{clear}{text}\n")

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            from pgplumb.cli.failures import silence

            silence()

    def _progress(self, event: Progress | BatchDone | StillRunning) -> None:
        now = time.monotonic()
        if now - self._at < (0.1 if self._live else _SELDOM):
            return
        self._at = now
        text = self._screen.own("  " + how_far(event))
        if self._live:
            self._drawn = True
            self._write(f"{_CLEAR}{text[: self._screen.width - 1]}")
        else:
            self._write(f"{text}\n")

    def _lines(self, event: Event) -> Iterator[str]:
        screen = self._screen
        text, tone = told(event)
        ink = _INKS[tone]
        indent = len(text) - len(text.lstrip())
        for line in screen.wrap(screen.clean(text.lstrip()), indent, 2):
            yield screen.paint(line, ink) if ink else line
        if isinstance(event, Stopped | Failed):
            yield f"It stands so: {screen.clean(event.stands)}."
            yield f"go on:   {screen.clean(event.go_on)}"
            if event.go_back:
                yield f"go back: {screen.clean(event.go_back)}"
