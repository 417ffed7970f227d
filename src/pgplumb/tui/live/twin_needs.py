"""What a twin is made from, read between what people ask of the server, and whether one still serves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from pgplumb.server.errors import LostConnection, QueryError
from pgplumb.tui.live.altered import altered, outgrown
from pgplumb.workload.statements import Key, Statements
from pgplumb.workload.statements_reader import read_texts

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.tui.live.twin_work import Made
    from pgplumb.tui.state import State
    from pgplumb.twin.source import TwinSource

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Order:
    """Has a twin made where there is none that serves; somebody else works in it."""

    relations: frozenset[str] | None
    """The part of the schema that it must hold; None for all of it."""
    unlike: Made | None = None
    """A twin that was found not to work."""
    done: threading.Event = field(default_factory=threading.Event)
    made: Made | None = None
    why_not: str = ""
    passing: bool = False
    """Whether there may be one in a moment: a connection was lost."""


class Unavailable(Exception):  # noqa: N818 - an answer, not a fault
    """There is no twin, or not now; the text says why and the next step."""

    def __init__(self, text: str, *, passing: bool = False) -> None:
        super().__init__(text)
        self.passing = passing
        """Whether it is worth asking again in a moment."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What a request needs of the target: texts, and what a twin is to be made from where there is none yet."""

    texts: Mapping[Key, str]
    source: TwinSource | None
    relations: frozenset[str] | None
    """The part of the schema that the twin holds; None for all of it."""


class Wish(Generic[T]):
    """Something to do in the errands' thread, for which another thread waits."""

    def __init__(self, read: Callable[[Session], T]) -> None:
        self.done = threading.Event()
        self._read = read
        self._found: T | None = None
        self._error: Exception | None = None

    def errand(self, session: Session) -> None:
        """Do it. A lost connection is the errands' business too."""
        try:
            self._found = self._read(session)
        except LostConnection as error:
            self._error = Unavailable(str(error), passing=True)
            raise
        except Exception as error:
            self._error = error
        finally:
            self.done.set()

    def result(self) -> T:
        """Return what was found, or raise what was raised."""
        if self._error is not None:
            raise self._error
        return self._found  # type: ignore[return-value]


def serves(made: Made, state: State, relations: frozenset[str] | None) -> bool:
    """Whether a twin has the target's schema of now, and these relations."""
    if state.catalog is not None and altered(made.catalog, state.catalog):
        return False
    return made.relations is None or (relations is not None and relations <= made.relations)


def stale(made: Made, state: State) -> bool:
    """Whether the target has changed so much that plans may be others."""
    if state.catalog is not None and altered(made.catalog, state.catalog):
        return True
    age = (datetime.now(UTC) - made.at).total_seconds()
    return state.statistics is not None and outgrown(made.catalog, state.statistics, made.at, age)


def read_whole_texts(session: Session, state: State, keys: Collection[Key]) -> Mapping[Key, str]:
    """Return whole texts: those that the list cut off or does not have yet are read."""
    from pgplumb.tui.live.statements import LIST_TEXT

    statements = state.statements
    known = statements.texts if isinstance(statements, Statements) else {}
    found = {key: known[key] for key in keys if key in known and len(known[key]) < LIST_TEXT}
    missing = [key for key in keys if key not in found]
    if missing:
        with session.unit(statement_timeout_ms=10_000) as unit:
            found.update(read_texts(unit, missing))
    return found


def named_relations(session: Session, state: State, texts: Mapping[Key, str]) -> frozenset[str] | None:
    """Return the part of a large schema that statements name; None for all of a small one."""
    from pgplumb.twin.source import WHOLE
    from pgplumb.workload.named_relations import resolve

    assert state.catalog is not None
    if sum(1 for r in state.catalog.relations.values() if r.kind in "rpvm") <= WHOLE:
        return None
    try:
        return resolve(session, texts.values())
    except QueryError:
        return None
