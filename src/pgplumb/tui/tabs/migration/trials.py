"""Has what is written tried: rehearsed at once, its down proved after a pause, plans compared after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from pgplumb.tui.live.altered import altered
from pgplumb.tui.requests import ComparePlans, Prove, Rehearse
from pgplumb.tui.state import Phase
from pgplumb.tui.tabs.migration.trial import Trial, in_short, trial_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgplumb.catalog.model import Catalog
    from pgplumb.tui.live.rehearsed import Rehearsed
    from pgplumb.tui.state import State
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.migration.workbench import Workbench

IDLE = 1.0
"""Seconds after a rehearsal until the down is proved, and from there until plans are compared."""
SOON = 0.35
"""A rehearsal that took no longer is waited for before what was read off the text is shown."""

_NOTHING: tuple[object, ...] = (None, None, None, None)


class Trials:
    """Of one tab and its workbench; on the event loop."""

    def __init__(self, tab: Tab, bench: Workbench, show: Callable[[Trial], None]) -> None:
        """`show` takes each new trial."""
        self._tab = tab
        self._bench = bench
        self._show = show
        self._idle: Timer | None = None
        self._asked: tuple[Rehearse, Catalog | None] | None = None
        self._prove: Prove | None = None
        self._compare: ComparePlans | None = None
        self._taken: tuple[object, ...] = _NOTHING
        self._live = True
        self.trial = Trial()

    def read(self) -> None:
        """The texts were read as they stand: have them tried where that is still to be done."""
        self._taken = _NOTHING
        bench, state = self._bench, self._tab.state
        reading = bench.read
        if reading is None or reading.unread is not None or not reading.up.statements:
            self._asked = None
            bench.soon = False
            self.follow(state)
            return
        request = Rehearse(bench.texts.up.text, bench.mode)
        if self._wanted(request, state):
            self._asked = (request, state.catalog)
            self._tab.request(request)
        self.follow(state)

    def follow(self, state: State) -> None:
        """Take what has been found out meanwhile."""
        bench = self._bench
        live, was_live = state.connection.phase is Phase.LIVE, self._live
        self._live = live
        if not bench.texts.up.text.strip():
            self._say(Trial())
            return
        if live and not was_live and state.rehearsal.why_not is not None:
            self._asked = None
            self.read()
            return
        trial = trial_of(state, bench.texts.up.text, bench.texts.down.text, bench.mode)
        found = trial.found
        bench.soon = found is not None and found.seconds < SOON and trial.why_not is None
        measured = trial.current
        key = (
            measured.rehearsal if measured is not None else None,
            trial.asked,
            trial.compared if measured is not None else None,
            trial.why_not if measured is None else None,
        )
        # By identity: values of this size are not compared on the event loop.
        new = any(now is not before for now, before in zip(key, self._taken, strict=True))
        if new and any(part is not None for part in key):
            self._taken = key
            bench.take_measured(trial)
        self._say(trial)
        self._when_idle(trial, measured)

    def _say(self, trial: Trial) -> None:
        if trial != self.trial:
            self.trial = trial
            self._bench.say_trial(in_short(trial))
            self._show(trial)

    def _wanted(self, request: Rehearse, state: State) -> bool:
        """Whether it was not asked already, on the schema as it is now."""
        if self._asked is None or self._asked[0] != request:
            return True
        before, now = self._asked[1], state.catalog
        if before is None or now is None:
            return before is not now
        return before is not now and altered(before, now)

    # After pauses

    def _when_idle(self, trial: Trial, measured: Rehearsed | None) -> None:
        if measured is None or measured.rehearsal.executes is False or trial.doing is not None:
            self._stop_waiting()
            return
        request = self._next(trial, measured)
        if request is None:
            return
        self._stop_waiting()
        self._idle = self._tab.set_timer(IDLE, lambda: self._ask(request))

    def _next(self, trial: Trial, measured: Rehearsed) -> Prove | ComparePlans | None:
        bench, state = self._bench, self._tab.state
        up = bench.texts.up.text
        prove = Prove(up, bench.texts.down.text, bench.mode)
        if trial.proof is None:
            return prove if prove != self._prove else None
        if trial.compared is None and measured.rehearsal.catalog_after is not measured.catalog:
            from pgplumb.workload.statements import Statements

            compare = ComparePlans(up)
            known = isinstance(state.statements, Statements)
            return compare if known and compare != self._compare else None
        return None

    def _ask(self, request: Prove | ComparePlans) -> None:
        """Ask, if nothing has changed since."""
        self._idle = None
        bench = self._bench
        if request.up != bench.texts.up.text:
            return
        if isinstance(request, Prove):
            if (request.down, request.mode) != (bench.texts.down.text, bench.mode):
                return
            self._prove = request
        else:
            self._compare = request
        self._tab.request(request)

    def _stop_waiting(self) -> None:
        if self._idle is not None:
            self._idle.stop()
            self._idle = None
