"""What the screen may ask for, and of whom. Requests go down as values; answers come back as a new State."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pgplumb.migrate.hazards.step import Mode
    from pgplumb.migrate.probes import Probe
    from pgplumb.server.target import Target
    from pgplumb.tui.state import State
    from pgplumb.workload.analyze import Proposal


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
class ReadProfile:
    """Read the project's profile again and judge by it: it was written."""


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
class OfStatement:
    """Something about one entry of pg_stat_statements."""

    userid: int
    dbid: int
    queryid: int
    toplevel: bool = True

    @property
    def key(self) -> tuple[int, int, int, bool]:
        """`Statement.key`."""
        return (self.userid, self.dbid, self.queryid, self.toplevel)


@dataclass(frozen=True, slots=True)
class StatementText(OfStatement):
    """Its full text; answered by text or Unread."""


@dataclass(frozen=True, slots=True)
class Explain(OfStatement):
    """Its plans on the server, not executed; answered by Explained, Unplanned or Unread."""


@dataclass(frozen=True, slots=True)
class Judge(OfStatement):
    """What is wrong with it; answered by a tuple of QueryFinding, or Unread."""


@dataclass(frozen=True, slots=True)
class PlanInTwin(OfStatement):
    """Its plans in the twin, at its size and at ten times the data; answered by TwinPlans, Unplanned or Unread."""


@dataclass(frozen=True, slots=True)
class AdviseOne(OfStatement):
    """Indexes that help it; answered by Advice or Unread."""


@dataclass(frozen=True, slots=True)
class Propose(OfStatement):
    """What would run to execute it with values of a setting; answered by Proposal, Unplanned or Unread."""

    setting: str = "generic"


@dataclass(frozen=True, slots=True)
class Execute(OfStatement):
    """Execute what a person saw and confirmed; answered by SettingPlan or Unread."""

    setting: str = "generic"
    proposal: Proposal | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Advise:
    """Indexes for all that ran; answered by Advice or Unread."""


@dataclass(frozen=True, slots=True)
class PlansWith:
    """Plans of statements without and with indexes that the server lacks.

    Answered by a tuple of WithIndexes, or Unread.
    """

    indexes: tuple[str, ...]
    """CREATE INDEX statements, not concurrently."""
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsedBy:
    """Which statements use which index; answered by IndexUse or Unread."""


@dataclass(frozen=True, slots=True)
class CostPolicies:
    """What policies cost in the queries seen; answered by CostedPolicies or Unread."""


@dataclass(frozen=True, slots=True)
class CancelTwin:
    """Give up what is being worked out in the twin."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Somebody looks at what runs: sample it for a minute where the server does not count statements."""


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """Leave the server alone: a migration is applied, and two connections are all that we ever have."""

    taken: Callable[[Target], None]
    """Told, from another thread, what was watched once its connections are closed. A target may hold a password."""


@dataclass(frozen=True, slots=True)
class Wake:
    """End a rest: connect and read again."""


@dataclass(frozen=True, slots=True)
class Rehearse:
    """A migration tried in the twin as it is typed: of several the newest counts. Answered in `State.rehearsal`."""

    up: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Prove:
    """Whether its down takes it back, tried in the twin. Answered in `State.rehearsal`."""

    up: str
    down: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class ComparePlans:
    """Plans of what ran most, before and after a migration. Answered in `State.compared`."""

    up: str


@dataclass(frozen=True, slots=True)
class AskTarget:
    """Put the questions that a person has seen to the server. Answered by a tuple of probes.Answer, or Unread."""

    up: str
    mode: Mode
    number: int = 0
    """Tells one time of asking from another."""
    force: bool = False
    """Whether large tables are read too, within the time that each question has."""
    probes: tuple[Probe, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SeekWitness:
    """A row that shows a suspected leak, sought as a person agreed who saw what will run. Answered in
    `State.verdicts`."""

    cell: tuple[str, str, str, str]
    """Kind, object, role, command."""


@dataclass(frozen=True, slots=True)
class ProbeRows:
    """Whether rows of other tenants are seen among those that are there. Answered in `State.verdicts`."""

    relation: int


OfServer = Definition | StatementText | Explain | Judge | Propose | Execute | AskTarget
"""What the server itself is asked for about one object, or about a migration."""
OfTwin = PlanInTwin | AdviseOne | Advise | PlansWith | UsedBy | ComparePlans | CostPolicies
"""What its twin is asked for."""
OfRehearsal = Rehearse | Prove
"""What is tried in the twin beside that."""
Request = (
    Connect
    | Password
    | UseDatabase
    | Refresh
    | ReadProfile
    | Pause
    | Interval
    | Cancel
    | Watching
    | Rest
    | Wake
    | SeekWitness
    | ProbeRows
    | OfServer
    | OfTwin
    | OfRehearsal
    | CancelTwin
)


class Feed(Protocol):
    """Where states come from. Its work is done in threads of its own; the screen never waits for it."""

    def start(self, post: Callable[[State], None]) -> None:
        """Begin; `post` takes a new state from any thread and returns at once."""

    def stop(self) -> None:
        """Cancel what runs and close connections; returns within a second whatever the server does."""

    def request(self, request: Request) -> None:
        """Ask for something; returns at once."""
