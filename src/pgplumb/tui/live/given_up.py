"""Long work in the twin: it says how far it has come, and ends where a person gives it up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.twin.planning import PlanningDatabase
    from pgplumb.twin.twin import Twin

SAID_SECONDS = 0.25
"""How often it is said how far a long work has come, at most."""
Say = Callable[[str], None]


class GivenUp(Exception):  # noqa: N818 - a person's wish, not an error
    """A person gave it up."""


class Work(Protocol):
    """What is worked on for somebody."""

    @property
    def say(self) -> Say:
        """Told how far it has come."""

    @property
    def given_up(self) -> threading.Event:
        """Set where nobody wants it any more."""


class Counter:
    """Says how many plans were made, and ends the work where a person gave it up."""

    def __init__(self, job: Work, what: str = "") -> None:
        self._job = job
        self._what = what
        self._plans = 0
        self._said = 0.0

    def planner(self, twin: Twin) -> Callable[..., Any]:
        """Return `twin.planning` with its databases watched."""

        def planning(scale: float = 1, indexes: Sequence[str] = ()) -> object:
            self.count()
            return _Watched(twin.planning(scale, indexes), self)

        return planning

    def count(self) -> None:
        """One more plan."""
        if self._job.given_up.is_set():
            raise GivenUp
        self._plans += 1
        now = time.monotonic()
        if self._what and now - self._said >= SAID_SECONDS:
            self._said = now
            self._job.say(f"{self._what}: {self._plans:,} plans")


class _Watched:
    """A planning database whose units are counted. All else is the database's own."""

    def __init__(self, database: PlanningDatabase, counter: Counter) -> None:
        self._database = database
        self._counter = counter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @property
    def session(self) -> Session:
        """The session, each unit of which counts."""
        return cast("Session", _CountedSession(self._database.session, self._counter))


class _CountedSession:
    """A session that counts its units."""

    def __init__(self, session: Session, counter: Counter) -> None:
        self._session = session
        self._counter = counter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    @contextmanager
    def unit(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        """Open a unit, unless the work was given up."""
        self._counter.count()
        with self._session.unit(*arguments, **named) as unit:
            yield unit


@contextmanager
def watched(database: PlanningDatabase, job: Work, what: str = "") -> Iterator[PlanningDatabase]:
    yield cast("PlanningDatabase", _Watched(database, Counter(job, what)))
