"""The first connection: reads names at once, then ticks twice a second and reads what is due.

Everything here runs in one thread and ends by an exception: LostConnection when the server is gone, `Ended` when the
feed stops.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pgplumb.catalog.reader import Reading, read_expressions, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.catalog.unread import Unread
from pgplumb.catalog.watch import Pace, Tick, read_tick
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.access_reader import read_access
from pgplumb.server.capabilities import read_capabilities
from pgplumb.server.errors import QueryError
from pgplumb.tui.live.board import Board
from pgplumb.tui.live.checking import Checking
from pgplumb.tui.live.counters import Counters
from pgplumb.tui.live.errands import Errands
from pgplumb.tui.live.judging import Judging
from pgplumb.tui.live.profile import folder_profile
from pgplumb.tui.live.rhythm import Rhythm
from pgplumb.tui.live.samples import Samples
from pgplumb.tui.live.statements import StatementsReader
from pgplumb.workload.activity import read_activity
from pgplumb.workload.locks import LockHolder, locked_relations

if TYPE_CHECKING:
    from pgplumb.foundation.profile import Profile
    from pgplumb.server.session import Session

TICK_SECONDS = 0.5
LOADING_SECONDS = 2.0
"""After how long a whole reading that failed is tried again."""
STATISTICS_SECONDS = 5.0
LONG_LIVED = 300.0


class Ended(Exception):  # noqa: N818 - an ending, not an error
    """The feed was stopped."""


class Watcher:
    """Keeps a board current from one session."""

    def __init__(
        self,
        session: Session,
        board: Board,
        errands: Errands,
        profile: Profile,
        statements: StatementsReader,
    ) -> None:
        """`statements` outlasts the watcher: it is the same for every connection to one target."""
        self._session = session
        self._board = board
        self._errands = errands
        self._profile = profile
        self._rhythm = Rhythm(time.monotonic)
        self._checking = Checking(board)
        self._counters = Counters(board)
        self._statements = statements
        self.samples = Samples(board)
        self.judging = Judging(board, errands, profile)
        self._rereader: Rereader | None = None
        self._loaded: Reading | None = None
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._tick: Tick | None = None
        self._blocked: frozenset[int] = frozenset()
        self._profile_due = threading.Event()

    def end(self) -> None:
        """Make `run` raise Ended; from any thread."""
        self.judging.end()
        self._ended.set()
        self._wake.set()

    def hurry(self) -> None:
        """Read everything now; from any thread."""
        self._rhythm.hurry()
        self._wake.set()

    def read_profile(self) -> None:
        """Read the profile again and judge by it; from any thread."""
        self._profile_due.set()
        self._wake.set()

    def run(self) -> None:
        """Read until the session is lost or the feed ends."""
        self._begin_loading()
        with self._session.unit() as unit:
            capabilities = read_capabilities(unit)
        self._board.change(capabilities=capabilities, databases=self._databases())
        self._board.connection(
            version=capabilities.version,
            standby=capabilities.is_standby,
            role=capabilities.role,
            database=capabilities.database,
        )
        trusted = (
            capabilities.can_read_all_stats and capabilities.track_counts and not capabilities.is_standby
        )
        pace = Pace(trusted)
        while True:
            began = time.monotonic()
            if not self._board.state.paused:
                self._watch(pace)
            self._wait(TICK_SECONDS - (time.monotonic() - began))

    def _watch(self, pace: Pace) -> None:
        """Do one beat. Where the server refuses a statement the connection still stands, and the next beat may do."""
        try:
            self._beat(pace)
            self._board.problem("watching", None)
        except QueryError as error:
            self._tick = None
            self._board.problem("watching", str(error))

    def _beat(self, pace: Pace) -> None:
        """One tick and whatever is due."""
        if self._profile_due.is_set():
            self._profile_due.clear()
            self._profile = folder_profile(self._board)
            self._check()
            self.judging.use_profile(self._profile)
        unread = self._rereader is None and self._loaded is None
        if unread and self._errands.idle and self._rhythm.due("loading", LOADING_SECONDS):
            self._begin_loading()
        tick = read_tick(self._session)
        stirred = tick.stirred(self._tick)
        self._tick = tick
        adopted = self._adopt()
        if self._rereader is not None:
            freed = (self._rereader.locked | self._blocked) - tick.locked
            if stirred or adopted or freed or pace.due(time.monotonic()):
                self._update(pace, freed)
            self._board.change("catalog")
        self._look_at_locks(tick)
        self._read_what_is_due()

    def _adopt(self) -> bool:
        """Go on from a whole reading that the other connection has made."""
        loaded, self._loaded = self._loaded, None
        if loaded is None:
            return False
        self._rereader = Rereader(loaded)
        self._errands.add(self._read_access)
        self._check()
        return True

    def _update(self, pace: Pace, freed: frozenset[int]) -> None:
        """Read again what changed."""
        assert self._rereader is not None
        began = time.monotonic()
        changed = self._rereader.update(self._session, freed)
        pace.looked(time.monotonic(), time.monotonic() - began)
        if changed:
            self._board.change(catalog=self._rereader.reading.catalog)
            self._errands.add(self._read_access)
            self._check()

    def _check(self) -> None:
        if self._rereader is not None:
            self._checking.check(self._rereader.reading.catalog, self._profile)

    def _wait(self, seconds: float) -> None:
        """Sleep until the next tick, or until somebody is in a hurry."""
        self._wake.wait(max(0.0, seconds))
        self._wake.clear()
        if self._ended.is_set():
            raise Ended

    def _begin_loading(self) -> None:
        self._rhythm.done("loading", time.monotonic())
        self._errands.add(self._load, close_after=True)

    def _load(self, session: Session) -> None:
        """On the other connection: read everything once."""
        reading = read_structure(session)
        self._board.change(catalog=reading.catalog, reading="expressions")
        reading = with_expressions(reading, read_expressions(session))
        self._board.change(catalog=reading.catalog, reading=None)
        self._loaded = reading
        self._wake.set()

    def _read_access(self, session: Session) -> None:
        """On the other connection: who may do what."""
        rereader = self._rereader
        if rereader is None:
            return
        try:
            with session.unit(statement_timeout_ms=10_000) as unit:
                access: AccessMatrix | Unread = read_access(unit, rereader.reading.catalog)
        except QueryError as error:
            access = Unread(error.what)
        self._board.change(access=access)
        if isinstance(access, Unread):
            self.judging.fail(access)
        else:
            self.judging.read(session, access)

    def _look_at_locks(self, tick: Tick) -> None:
        if not tick.locked and not self._board.state.locked:
            return
        locked: Mapping[int, LockHolder] = {}
        if tick.locked:
            with self._session.unit() as unit:
                locked = locked_relations(unit)
        self._board.change(locked=locked)
        self._blocked = frozenset(locked)

    def _read_what_is_due(self) -> None:
        """Read counters whose time has come. What the rules make of them counts as part of their cost."""
        interval = self._board.state.interval
        if self._rhythm.due("activity", interval):
            self._timed("activity", self._read_activity)
        if self._rhythm.due("statements", interval, 0.05):
            self._timed("statements", self._read_statements)
        self.samples.read(self._session, self._own, self._rhythm)
        if self._rhythm.due("statistics", max(STATISTICS_SECONDS, interval), 0.05):
            self._timed("statistics", self._read_statistics)
        state = self._board.state
        if (
            state.verdicts is not None
            and state.checklist is not None
            and self._rhythm.due("memory", LONG_LIVED)
        ):
            # What is there by now stays and holds no cycles. Else every full collection would walk through all of
            # it, and the screen stand still meanwhile: 0.1 s with 1,000 tables.
            gc.freeze()
            self._rhythm.done("memory", time.monotonic())

    def _timed(self, part: str, read: Callable[[], None]) -> None:
        began = time.monotonic()
        try:
            read()
            self._board.problem(part, None)
            self._check()
        except QueryError as error:
            self._board.problem(part, str(error))
        self._rhythm.done(part, began)

    def _read_activity(self) -> None:
        with self._session.unit() as unit:
            activity = read_activity(unit, self._own)
        self._board.change(activity=activity)
        # Our second connection comes and goes with what is looked at: the figure is about everybody else.
        used = activity.used - max(activity.own - 1, 0)
        self._board.connection(used=used, maximum=activity.max_connections)

    def _read_statements(self) -> None:
        total, since = self._statements.read(self._session)
        self._board.change(statements=total, statements_since=since)

    def _read_statistics(self) -> None:
        self._counters.read(self._session, self._rhythm)

    @property
    def _own(self) -> list[int]:
        """Our other connection, while there is one."""
        return [pid for pid in (self._errands.pid,) if pid is not None]

    def _databases(self) -> tuple[str, ...]:
        rows = self._session.once(
            "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
            " AND has_database_privilege(oid, 'CONNECT') ORDER BY 1"
        )
        return tuple(rows.column(0))
