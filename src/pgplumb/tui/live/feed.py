"""The live feed: connects, watches, comes back after a loss, and answers what the screen asks."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.server.errors import ConnectError, ServerError
from pgplumb.tui.live.begun import nothing_of
from pgplumb.tui.live.board import Board
from pgplumb.tui.live.desk import Desk
from pgplumb.tui.live.profile import folder_profile
from pgplumb.tui.requests import (
    Cancel,
    CancelTwin,
    Connect,
    Interval,
    OfRehearsal,
    OfServer,
    OfTwin,
    Password,
    Pause,
    ProbeRows,
    ReadProfile,
    Refresh,
    Request,
    Rest,
    SeekWitness,
    UseDatabase,
    Wake,
    Watching,
)
from pgplumb.tui.state import Phase, State

if TYPE_CHECKING:
    from pgplumb.foundation.config import Config
    from pgplumb.foundation.profile import Profile
    from pgplumb.server.reconnect import Reconnect
    from pgplumb.server.session import Session
    from pgplumb.server.target import Target
    from pgplumb.tui.live.errands import Errands
    from pgplumb.tui.live.statements import StatementsReader
    from pgplumb.tui.live.watcher import Watcher

STOP_SECONDS = 0.8
"""How long `stop` waits for the threads; they are daemons, and a backend that is left ends with its client."""


class LiveFeed:
    """States of one server at a time."""

    def __init__(
        self,
        target: Target | Callable[[], Target] | None,
        *,
        config: Config | None = None,
        profile: Profile | None = None,
    ) -> None:
        self._chosen = target
        self._config = config
        self._profile = profile
        self._board = Board(State())
        self._commands: queue.Queue[Request | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._watcher: Watcher | None = None
        self._errands: Errands | None = None
        self._statements: StatementsReader | None = None
        """Of the target that is shown: what ran since connecting outlasts a lost connection."""
        self._desk = Desk(self._board, lambda: self._errands, lambda: self._profile)
        self._session: Session | None = None
        self._left: Errands | None = None
        """Of the connection that was left last: it may still be closing its own."""
        self._shown: Target | None = None
        self._stopped = False

    def start(self, post: Callable[[State], None]) -> None:
        """Begin; states come from other threads."""
        if self._chosen is not None:
            self._board.connection(phase=Phase.CONNECTING)
        self._board.open(post)
        self._thread = threading.Thread(target=self._run, name="pgplumb watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End within a second: what runs is cancelled, connections are closed."""
        self._stopped = True
        self._board.close()
        self._interrupt(None)
        session = self._session
        if session is not None:
            threading.Thread(target=session.cancel, args=(0.5,), daemon=True).start()
        until = time.monotonic() + STOP_SECONDS
        twin = self._desk.leave()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
        if twin is not None:
            twin.join(max(until - time.monotonic(), 0.0))

    def request(self, request: Request) -> None:
        """Take a wish of the screen; returns at once."""
        if isinstance(request, Pause):
            self._board.change(paused=request.paused)
        elif isinstance(request, Interval):
            self._board.change(interval=request.seconds)
        elif isinstance(request, Cancel):
            self._desk.cancel()
        elif isinstance(request, CancelTwin):
            self._desk.give_up()
        elif isinstance(request, (Connect, UseDatabase, Password, Rest, Wake)):
            self._interrupt(request)
        elif isinstance(request, Refresh):
            if self._watcher is not None:
                self._watcher.hurry()
            elif self._board.state.connection.phase is not Phase.CONNECTING:
                self._commands.put(request)
        elif isinstance(request, ReadProfile):
            self._profile = None
            if self._watcher is not None:
                self._watcher.read_profile()
        elif isinstance(request, SeekWitness | ProbeRows):
            if self._watcher is not None:
                self._watcher.judging.ask(request)
        elif isinstance(request, Watching):
            if self._watcher is not None:
                self._watcher.samples.watch()
        elif isinstance(request, OfServer | OfTwin | OfRehearsal):
            self._desk.ask(request)

    def _interrupt(self, request: Request | None) -> None:
        self._commands.put(request)
        if self._watcher is not None:
            self._watcher.end()

    def _run(self) -> None:
        """Follow what people choose until the end. A fault of ours is said on the screen, not lost with the thread."""
        while not self._stopped:
            try:
                self._choose()
            except Exception as error:
                text = f"pgplumb failed: {type(error).__name__}: {error}. Press r to start again; please report it."
                self._board.connection(phase=Phase.FAILED, error=text)
                request = self._commands.get()
                if not isinstance(request, Refresh):
                    self._commands.put(request)
            else:
                return

    def _choose(self) -> None:
        target = self._resolve(self._chosen) if self._chosen is not None else None
        while not self._stopped:
            request = self._follow(target) if target is not None else self._commands.get()
            while isinstance(request, Rest):
                request = self._rest(target, request)
            if request is None:
                return
            target = self._next(target, request)

    def _rest(self, target: Target | None, rest: Rest) -> Request | None:
        """Hold no connection until somebody wakes us; return what did."""
        if self._left is not None:
            self._left.wait(STOP_SECONDS)
        if target is not None:
            rest.taken(target)
        while True:
            request = self._commands.get()
            if request is None or isinstance(request, (Wake, Rest, Connect, UseDatabase, Password)):
                return request

    def _next(self, target: Target | None, request: Request) -> Target | None:
        if isinstance(request, Connect):
            from pgplumb.server.target import Target as Made

            return self._resolve(lambda: Made.from_arguments(request.target, config=self._config))
        if target is not None and isinstance(request, UseDatabase):
            return target.with_database(request.name)
        if target is not None and isinstance(request, Password):
            return target.with_password(request.secret)
        return target

    def _resolve(self, chosen: Target | Callable[[], Target]) -> Target | None:
        """Return a target; one that cannot be read is said on the screen."""
        try:
            return chosen() if callable(chosen) else chosen
        except ServerError as error:
            self._board.connection(phase=Phase.FAILED, error=str(error))
            return None

    def _follow(self, target: Target) -> Request | None:
        """Stay with a target until somebody chooses another; return that choice, or None at the end."""
        from pgplumb.server.reconnect import Reconnect

        if self._shown is None or replace(self._shown, password=target.password) != target:
            self._reset(target)
        self._shown = target
        reconnect = Reconnect()
        while not self._stopped:
            try:
                self._watch(target)
                reconnect.succeeded()
            except ConnectError as error:
                if error.password_needed:
                    self._board.connection(phase=Phase.PASSWORD, error=str(error))
                    return self._commands.get()
                if not error.transient:
                    self._board.connection(phase=Phase.FAILED, error=str(error))
                    return self._commands.get()
                self._pause_for(reconnect, error)
            except ServerError as error:
                if self._board.state.connection.phase is Phase.LIVE:
                    reconnect.succeeded()
                self._pause_for(reconnect, error)
            try:
                request = self._commands.get(timeout=reconnect.remaining or None)
            except queue.Empty:
                continue
            if not isinstance(request, Refresh):
                return request
        return None

    def _pause_for(self, reconnect: Reconnect, error: ServerError) -> None:
        wait = reconnect.failed()
        self._board.connection(
            phase=Phase.RECONNECTING,
            error=str(error),
            attempts=reconnect.failures,
            next_try=time.monotonic() + wait,
        )

    def _reset(self, target: Target) -> None:
        """Begin with a new target: nothing of another one stays on the screen."""
        self._statements = None
        self._desk.leave()
        self._board.change(**nothing_of(target))

    def _watch(self, target: Target) -> None:
        """Connect and keep the board current; returns when a command waits, raises when the server is lost."""
        from pgplumb.server.session import Session

        if self._board.state.connection.phase is not Phase.RECONNECTING:
            self._board.connection(phase=Phase.CONNECTING, error=None)
        with Session.open(target) as session:
            self._session = session
            self._show_names(session)
            # Loaded behind the names: what watches takes as long to import as the names to read.
            from pgplumb.tui.live.errands import Errands
            from pgplumb.tui.live.statements import StatementsReader
            from pgplumb.tui.live.watcher import Ended, Watcher

            errands = self._errands = Errands(
                target, session, lambda text: self._board.problem("loading", text)
            )
            if self._profile is None:
                self._profile = folder_profile(self._board)
            if self._statements is None:
                self._statements = StatementsReader()
            watcher = self._watcher = Watcher(session, self._board, errands, self._profile, self._statements)
            try:
                # Who chose another target while this one was being connected to could tell no watcher.
                if self._commands.empty():
                    self._board.connection(phase=Phase.LIVE, error=None, next_try=None, attempts=0)
                    watcher.run()
            except Ended:
                return
            finally:
                self._session = self._watcher = self._errands = None
                self._left = errands
                errands.stop()

    def _show_names(self, session: Session) -> None:
        """Fill the first screen, before anything else is read or loaded."""
        from pgplumb.catalog.names import read_names

        names = read_names(session)
        self._board.change(names=names, reading=f"structure of {len(names):,} relations")
