"""Tries the migration that is being written in the twin: what was asked last is what counts.

It has a thread of its own, so that no long work of the Queries tab stands before it. The twin is that of `Twins`. What
runs is abandoned once a key has made it stale; the checklist as it would be follows the locks, which come first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import NOT_YET
from pgplumb.tui.live.known_facts import facts_of, settings_of
from pgplumb.tui.live.neighbours import part_for
from pgplumb.tui.live.rehearsed import AsItWouldBe, Proven, Rehearsed
from pgplumb.tui.live.twin_needs import Order
from pgplumb.tui.requests import Prove, Rehearse
from pgplumb.tui.state import RehearsalState

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.foundation.profile import Profile
    from pgplumb.migrate.rehearsal import Stop
    from pgplumb.migrate.what_if import WhatIf
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.twin_work import Made
    from pgplumb.tui.live.twins import Twins
    from pgplumb.tui.requests import OfRehearsal

POLL_SECONDS = 0.05
SECONDS = 30.0
"""How long one rehearsal or proof may take."""
TRIES = 4
"""How often a twin is asked for where a connection was lost, with a pause between."""
AGAIN_SECONDS = 1.0
READING_TRIES = 40
"""How often it is looked whether the first reading of the schema is whole."""
FACTS_SECONDS = 60.0
"""How long the figures beside the catalog stand for what the rules look at."""
_LOST = "the twin cannot be used"
_CANCELLED = "due to user request"
"""Said by the server where the cancel of the one before arrived late."""


class Rehearsals:
    """Rehearses, and proves what takes back. Usable from any thread."""

    def __init__(
        self, board: Board, twins: Callable[[], Twins], profile: Callable[[], Profile | None]
    ) -> None:
        """`twins` gives who makes the twin of the target; `profile` what the rules are told."""
        self._board = board
        self._twins = twins
        self._profile = profile
        self._changed = threading.Condition()
        self._rehearse: Rehearse | None = None
        self._prove: Prove | None = None
        self._running: tuple[OfRehearsal, Stop | None] | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._abandoning: threading.Thread | None = None
        self._prepared: Made | None = None
        self._what_if: tuple[Catalog, float, WhatIf] | None = None

    def ask(self, request: OfRehearsal) -> None:
        """Take a wish; returns at once. It takes the place of an older one, also of one under way."""
        with self._changed:
            if self._stopped:
                return
            if isinstance(request, Rehearse):
                self._rehearse, self._prove = request, None
                self._abandon()
            else:
                self._prove = request
                if self._running is not None and isinstance(self._running[0], Prove):
                    self._abandon()
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pgplumb rehearsal", daemon=True)
                self._thread.start()

    def give_up(self) -> None:
        """Try nothing of what was asked any more."""
        with self._changed:
            self._rehearse = self._prove = None
            self._abandon()

    def stop(self) -> None:
        """End; returns at once."""
        with self._changed:
            self._stopped = True
            self._abandon()
            self._changed.notify_all()

    def _abandon(self) -> None:
        """End what runs. Telling the twin's server may take a moment, for which nobody waits."""
        stop = self._running[1] if self._running is not None else None
        if stop is not None:
            self._abandoning = threading.Thread(target=stop.now, name="pgplumb abandon", daemon=True)
            self._abandoning.start()

    # In the thread

    def _run(self) -> None:
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._stopped or self._rehearse or self._prove)
                if self._stopped:
                    return
                request: OfRehearsal
                if self._rehearse is not None:
                    request, self._rehearse = self._rehearse, None
                else:
                    assert self._prove is not None
                    request, self._prove = self._prove, None
                self._running = (request, None)
            try:
                self._do(request)
            except Exception as error:
                self._say(why_not=f"pgplumb failed: {type(error).__name__}: {error}; please report it")
            self._say(doing=None)

    def _do(self, request: OfRehearsal) -> None:
        began = time.monotonic()
        if self._abandoning is not None:
            # A cancel that is still under way would hit what is tried now.
            self._abandoning.join(2.0)
        unlike: Made | None = None
        for _ in range(2):
            made = self._twin(request, unlike)
            if made is None:
                return
            lost = (
                self._rehearsed(request, made, began)
                if isinstance(request, Rehearse)
                else self._proven(request, made)
            )
            if not lost:
                return
            unlike = made

    def _stale(self, request: OfRehearsal) -> bool:
        """Whether nobody wants its answer any more."""
        with self._changed:
            newer = self._rehearse is not None or (isinstance(request, Prove) and self._prove is not None)
            return self._stopped or newer

    def _stale_after(self, request: OfRehearsal, seconds: float) -> bool:
        """Wait a while, unless nobody wants its answer any more; whether that is so."""
        until = time.monotonic() + seconds
        while not self._stale(request) and time.monotonic() < until:
            with self._changed:
                self._changed.wait(POLL_SECONDS)
        return self._stale(request)

    def _watched(self, request: OfRehearsal) -> Stop:
        """Return the handle by which what is tried now is abandoned."""
        from pgplumb.migrate.rehearsal import Stop

        stop = Stop()
        with self._changed:
            self._running = (request, stop)
        if self._stale(request):
            stop.asked = True
        return stop

    def _twin(self, request: OfRehearsal, unlike: Made | None) -> Made | None:
        """Return a twin that is like the target; None where there is none, or a newer wish came meanwhile."""
        catalog = self._whole_catalog(request)
        if catalog is None:
            self._say(why_not="the schema was not read yet")
            return None
        part = part_for(
            f"{request.up}\n{request.down}" if isinstance(request, Prove) else request.up, catalog
        )
        twins = self._twins()
        made = twins.current(part)
        for tried in range(TRIES):
            if made is not None and made is not unlike:
                break
            if tried and self._stale_after(request, AGAIN_SECONDS):
                return None
            self._say(doing="waiting for the twin", why_not=None)
            order = Order(part, unlike)
            twins.order(order)
            while not order.done.wait(POLL_SECONDS):
                if self._stale(request):
                    return None
            made = order.made
            if made is None and not (order.passing and tried + 1 < TRIES):
                self._say(why_not=order.why_not)
                return None
        assert made is not None
        if made is not self._prepared:
            from pgplumb.migrate.rehearsal import prepare

            prepare(made.twin)
            self._prepared = made
        return made

    def _whole_catalog(self, request: OfRehearsal) -> Catalog | None:
        """Return the target's catalog; where its expressions are still being read, wait for them a while.

        A twin from before would be taken for one of another schema once they are there.
        """
        for _ in range(READING_TRIES):
            catalog = self._board.state.catalog
            if catalog is None or catalog.expressions is not NOT_YET:
                return catalog
            if self._stale_after(request, AGAIN_SECONDS / 4):
                break
        return self._board.state.catalog

    def _rehearsed(self, request: Rehearse, made: Made, began: float) -> bool:
        """Rehearse and publish. Whether the twin was lost."""
        from pgplumb.migrate.lint import lint
        from pgplumb.migrate.rehearsal import prepare, rehearse

        catalog = self._board.state.catalog
        if catalog is None:
            return False
        self._say(doing="rehearsing", why_not=None)
        for _ in range(2):
            stop = self._watched(request)
            found = rehearse(
                made.twin, request.up, request.mode, catalog=catalog, exact=False, seconds=SECONDS, stop=stop
            )
            if stop.asked or _CANCELLED not in found.stopped:
                break
        if self._stale(request):
            return False
        if found.stopped.startswith(_LOST):
            return True
        prepare(made.twin)
        linted = lint(request.up, mode=request.mode, catalog=catalog, rehearsal=found)
        result = Rehearsed(
            request,
            found,
            linted,
            catalog,
            made.at,
            made.twin.server_version,
            made.twin.gaps.notes,
            seconds=time.monotonic() - began,
        )
        if found.catalog_after is None:
            why = (
                found.stopped or "it does not run to its end in the twin, so what would be there is not known"
            )
            self._say(found=replace(result, unchecked=why), doing=None)
            return False
        self._say(found=result, doing="checking what would be there")
        checklist = self._checked(catalog, found.catalog_after)
        if not self._stale(request):
            self._say(found=replace(result, checklist=checklist))
        return False

    def _checked(self, catalog: Catalog, after: Catalog) -> AsItWouldBe:
        """Run the rules on the catalog as it would be: only what differs is evaluated."""
        now = time.monotonic()
        known = self._what_if
        if known is None or known[0] is not catalog or now - known[1] > FACTS_SECONDS:
            from pgplumb.migrate.what_if import WhatIf

            facts = facts_of(catalog, self._board.state, self._profile())
            self._what_if = known = (catalog, now, WhatIf(facts))
        what_if = known[2]
        checklist, flips = what_if.after(after)
        return AsItWouldBe(what_if.before, checklist, flips)

    def _proven(self, request: Prove, made: Made) -> bool:
        """Prove and publish. Whether the twin was lost."""
        from pgplumb.migrate.proof import prove_text
        from pgplumb.migrate.rehearsal import prepare

        self._say(doing="proving the down", why_not=None)
        stop = self._watched(request)
        down = request.down if request.down.strip() else None
        settings = settings_of(made.catalog)
        proof = prove_text(
            made.twin, request.up, down, request.mode, settings=settings, seconds=SECONDS, stop=stop
        )
        prepare(made.twin)
        if not self._stale(request) and not stop.asked:
            self._say(proven=Proven(request, proof))
        return False

    def _say(self, **changes: object) -> None:
        """Change what is shown, where it differs."""
        if self._stopped:
            return
        now = self._board.state.rehearsal
        new: RehearsalState = replace(now, **changes)  # type: ignore[arg-type]
        if any(getattr(new, name) is not getattr(now, name) for name in changes):
            self._board.change(rehearsal=new)
