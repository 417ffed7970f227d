"""The twin of the target that is shown: made when it is first needed, kept, made anew, stopped with the target.

It has a thread of its own, in which everything about it happens. What it is made from is read on the feed's second
connection, between what people ask of the server.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import LostConnection, ServerError
from pgplumb.tui.live.neighbours import part_for
from pgplumb.tui.live.twin_needs import (
    Needed,
    Order,
    Unavailable,
    Wish,
    named_relations,
    read_whole_texts,
    serves,
    stale,
)
from pgplumb.tui.requests import ComparePlans, OfTwin
from pgplumb.tui.state import TwinState
from pgplumb.workload.statements import Key, Statements

if TYPE_CHECKING:
    from collections.abc import Collection

    from pgplumb.server.session import Session
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.errands import Errands
    from pgplumb.tui.live.twin_work import Made
    from pgplumb.tui.state import State

POLL_SECONDS = 0.2
T = TypeVar("T")


class Twins:
    """Answers what is asked of the twin of one target. Usable from any thread."""

    def __init__(
        self, board: Board, errands: Callable[[], Errands | None], answered: Callable[[OfTwin, object], None]
    ) -> None:
        """`errands` gives the second connection while there is one; `answered` takes each answer."""
        self._board = board
        self._errands = errands
        self._answered = answered
        self._queue: queue.Queue[OfTwin | Order | None] = queue.Queue()
        self._waiting: set[OfTwin] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._given_up = threading.Event()
        self._thread: threading.Thread | None = None
        self._made: Made | None = None

    def ask(self, request: OfTwin) -> None:
        """Take a request; one that waits already is not taken twice."""
        with self._lock:
            if request in self._waiting or self._stopping.is_set():
                return
            self._waiting.add(request)
            self._begin()
        self._queue.put(request)

    def current(self, relations: frozenset[str] | None) -> Made | None:
        """Return the twin, if there is one that is like the target now and holds these relations."""
        made = self._made
        return made if made is not None and serves(made, self._board.state, relations) else None

    def order(self, order: Order) -> None:
        """Have a twin made when what was asked before is done; `order.done` tells when."""
        with self._lock:
            if self._stopping.is_set():
                order.why_not = "the target was left"
                order.done.set()
                return
            self._begin()
        self._queue.put(order)

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pgplumb twin", daemon=True)
            self._thread.start()

    def give_up(self) -> None:
        """End what is being worked out; the twin stays."""
        self._given_up.set()

    def stop(self) -> None:
        """End, and stop the twin. Returns at once; `join` waits for it."""
        self._stopping.set()
        self._given_up.set()
        self._queue.put(None)

    def join(self, seconds: float) -> None:
        """Wait until the twin is stopped. Its keeper ends it where that takes longer than the program."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    # In the thread

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                request = self._queue.get()
                if request is None:
                    break
                self._given_up.clear()
                if isinstance(request, Order):
                    self._fill(request)
                    continue
                answer = self._answer(request)
                with self._lock:
                    self._waiting.discard(request)
                if not self._stopping.is_set():
                    self._say(None)
                    self._answered(request, answer)
        finally:
            self._drop()

    def _fill(self, order: Order) -> None:
        """Make the twin of an order, unless one that was made meanwhile serves."""
        try:
            if order.unlike is not None and self._made is order.unlike:
                self._drop()
            found = self._answered_by(lambda: self._ordered(order))
            if isinstance(found, Unread):
                order.why_not = found.reason
            else:
                order.made = found
            if not self._stopping.is_set():
                self._say(None)
        finally:
            order.done.set()

    def _ordered(self, order: Order) -> Made:
        state = self._board.state
        if state.catalog is None:
            raise Unavailable("the schema was not read yet")
        try:
            return self._make(state, self._read(state, (), order.relations))
        except Unavailable as reason:
            order.passing = reason.passing
            raise

    def _answer(self, request: OfTwin) -> object:
        return self._answered_by(lambda: self._worked(request))

    def _answered_by(self, work: Callable[[], T]) -> T | Unread:
        """Return an answer to everything. A fault of ours is said as well: it would end the thread."""
        from pgplumb.server.embedded import EmbeddedError
        from pgplumb.tui.live.given_up import GivenUp
        from pgplumb.twin.cage import Breach

        try:
            try:
                return work()
            except LostConnection:
                # The twin's server has ended: once more with a new one.
                self._drop()
                return work()
        except GivenUp:
            return Unread("given up")
        except (EmbeddedError, Breach) as error:
            self._board.change(twin=TwinState(why_not=str(error)))
            return Unread(str(error))
        except (ServerError, Unavailable) as error:
            return Unread(str(error))
        except Exception as error:
            return Unread(f"pgplumb failed: {type(error).__name__}: {error}; please report it")

    def _worked(self, request: OfTwin) -> object:
        from pgplumb.tui.live.twin_work import Job, keys_of, work

        state = self._board.state
        if state.catalog is None:
            raise Unavailable("the schema was not read yet; ask again in a moment")
        if not isinstance(state.statements, Statements):
            raise Unavailable("no statements are known")
        keys = keys_of(request, state.statements)
        named: frozenset[str] | None = frozenset()
        if isinstance(request, ComparePlans):
            named = part_for(request.up, state.catalog)
        needed = self._read(state, keys, named)
        made = self._make(state, needed)
        return work(made, Job(request, state, needed.texts, self._say, self._given_up))

    def _read(
        self, state: State, keys: Collection[Key], named: frozenset[str] | None = frozenset()
    ) -> Needed:
        """Read texts and, where a twin must be made, what it is made from.

        `named` are relations that it must hold besides those of the texts; None for all.
        """
        made = self._made
        if made is not None and stale(made, state):
            self._drop()
            made = None

        def errand(session: Session) -> Needed:
            texts = read_whole_texts(session, state, keys)
            relations = named_relations(session, state, texts)
            relations = None if relations is None or named is None else relations | named
            if made is not None:
                if made.relations is None or (relations is not None and relations <= made.relations):
                    return Needed(texts, None, made.relations)
                relations = None if relations is None else relations | made.relations
            self._say("reading the schema and the statistics for a twin")
            from pgplumb.twin.source import read_source

            return Needed(texts, read_source(session, relations=relations), relations)

        if made is None:
            self._say("reading the schema and the statistics for a twin")
        return self._from_target(errand)

    def _make(self, state: State, needed: Needed) -> Made:
        """Return the twin, a new one where a source was read for it."""
        from pgplumb.tui.live.twin_work import Made
        from pgplumb.twin.twin import Twin

        if needed.source is None and self._made is not None:
            return self._made
        assert needed.source is not None
        assert state.catalog is not None
        self._drop()
        self._say("starting a local server and building the twin in it")
        at = datetime.now(UTC)
        self._made = made = Made(Twin.start(needed.source), at, state.catalog, needed.relations)
        now = TwinState(
            self._board.state.twin.doing,
            at,
            made.twin.server_version,
            made.twin.gaps.notes,
            catalog=made.catalog,
        )
        self._board.change(twin=now)
        return made

    def _from_target(self, read: Callable[[Session], T]) -> T:
        """Do something on the second connection and wait for it. Raises what it raises, and Unavailable."""
        errands = self._errands()
        if errands is None:
            raise Unavailable("a twin is made from a server: there is no connection", passing=True)
        wish = Wish(read)
        errands.add(wish.errand)
        while not wish.done.wait(POLL_SECONDS):
            if self._stopping.is_set() or self._errands() is not errands:
                raise Unavailable("the connection was lost meanwhile; ask again", passing=True)
        return wish.result()

    def _say(self, doing: str | None) -> None:
        """Say what is being done."""
        now = self._board.state.twin
        if now.doing != doing:
            self._board.change(twin=replace(now, doing=doing, why_not=None if doing else now.why_not))

    def _drop(self) -> None:
        """Stop the twin."""
        made, self._made = self._made, None
        if made is not None:
            made.twin.stop()
            if not self._stopping.is_set():
                self._board.change(twin=TwinState(self._board.state.twin.doing))
