"""What the screen may ask for, and of whom. Requests go down as values; answers come back as a new State."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pgplumb.tui.state import State


@dataclass(frozen=True, slots=True)
class Connect:
    """Connect to what a person chose: a libpq string, a bare database name, or `@name`."""

    target: str


@dataclass(frozen=True, slots=True)
class Password:
    """The password that the server asked for. It is never kept in a state, a log or a file."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UseDatabase:
    """Go to another database of the same server."""

    name: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """Read now, and try again now where the connection is lost."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop or go on reading by ourselves."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """Read counters every so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the statement of ours that runs."""


@dataclass(frozen=True, slots=True)
class Definition:
    """How the server defines one relation and its parts, with true sizes.

    Answered by `catalog.definition.Definition` or Unread.
    """

    relation: int


@dataclass(frozen=True, slots=True)
class Explain:
    """The plan of one entry of pg_stat_statements, not executed; answered by a Plan, Unplanned or Unread."""

    userid: int
    dbid: int
    queryid: int
    toplevel: bool = True

    @property
    def key(self) -> tuple[int, int, int, bool]:
        """`Statement.key`."""
        return (self.userid, self.dbid, self.queryid, self.toplevel)


@dataclass(frozen=True, slots=True)
class StatementText:
    """The full text of one entry of pg_stat_statements; answered by text or Unread."""

    userid: int
    dbid: int
    queryid: int
    toplevel: bool = True

    @property
    def key(self) -> tuple[int, int, int, bool]:
        """`Statement.key`."""
        return (self.userid, self.dbid, self.queryid, self.toplevel)


@dataclass(frozen=True, slots=True)
class Watching:
    """Somebody looks at what runs: sample it for a minute where the server does not count statements."""


Request = (
    Connect
    | Password
    | UseDatabase
    | Refresh
    | Pause
    | Interval
    | Cancel
    | Definition
    | Explain
    | StatementText
    | Watching
)


class Feed(Protocol):
    """Where states come from. Its work is done in threads of its own; the screen never waits for it."""

    def start(self, post: Callable[[State], None]) -> None:
        """Begin; `post` takes a new state from any thread and returns at once."""

    def stop(self) -> None:
        """Cancel what runs and close connections; returns within a second whatever the server does."""

    def request(self, request: Request) -> None:
        """Ask for something; returns at once."""
