"""What the whole screen is drawn from: one immutable value, replaced whenever something was read.

Parts that did not change are the same objects as before, so that whoever draws can tell by identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.names import Name
    from pgplumb.catalog.statistics import Statistics
    from pgplumb.catalog.unread import Unread
    from pgplumb.checks.checklist import Checklist
    from pgplumb.checks.quality import Answer
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.server.capabilities import Capabilities
    from pgplumb.tui.live.rehearsed import ComparedPlans, Proven, Rehearsed
    from pgplumb.tui.requests import Request
    from pgplumb.tui.verdicts import Verdicts
    from pgplumb.workload.activity import Activity
    from pgplumb.workload.locks import LockHolder
    from pgplumb.workload.sampling import Sampled
    from pgplumb.workload.statements import Statements


class Phase(StrEnum):
    """How it stands with the server."""

    IDLE = "idle"
    """Nothing was chosen to connect to."""
    CONNECTING = "connecting"
    PASSWORD = "password"
    """The server wants a password; a person must type it."""
    LIVE = "live"
    RECONNECTING = "reconnecting"
    """Lost; the next try is at `Connection.next_try`."""
    FAILED = "failed"
    """It makes no sense to try again by ourselves."""
    OFFLINE = "offline"
    """A saved catalog is shown."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The server as the header names it. No secret ever stands here."""

    label: str = ""
    """The saved connection's name, or host and database without a password."""
    phase: Phase = Phase.IDLE
    database: str = ""
    role: str = ""
    version: str = ""
    """ "16.4"; empty until known."""
    standby: bool | None = None
    read_only: bool = True
    environment: str | None = None
    """prod, staging, dev, or a word of the user's."""
    since: float = 0.0
    """When the phase began, on the monotonic clock."""
    next_try: float | None = None
    """When the next attempt is made, on the monotonic clock."""
    attempts: int = 0
    error: str | None = None
    """Why there is no connection: one line of what, why and the next step."""
    used: int | None = None
    """Connections in use on the server."""
    maximum: int | None = None
    """Its max_connections."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: shown where its answer would stand, never a traceback."""

    part: str
    """Which part of the state is concerned: "statistics", "statements", ..."""
    text: str
    """What, why and the next step, one line."""


@dataclass(frozen=True, slots=True)
class TwinState:
    """How it stands with the twin, the local server that plans like this one."""

    doing: str | None = None
    """What is being worked out just now: "starting a local server"."""
    made_at: datetime | None = None
    """When it was made, in UTC; None while there is none."""
    version: str = ""
    """Its server's: "18.6"."""
    notes: tuple[str, ...] = ()
    """What stands against every plan of it: "the twin is PostgreSQL 18.6, the target 16: planners differ"."""
    why_not: str | None = None
    """Why there can be none, with the next step."""
    catalog: Catalog | None = field(default=None, repr=False)
    """The schema as it was then."""


@dataclass(frozen=True, slots=True)
class RehearsalState:
    """What was found out about the migration that is being written, by trying it in the twin."""

    doing: str | None = None
    """What is being tried just now: "rehearsing"."""
    found: Rehearsed | None = None
    """The newest rehearsal; its request says of which text."""
    proven: Proven | None = None
    """The newest proof of a down."""
    why_not: str | None = None
    """Why nothing can be rehearsed, with the next step."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is known now. None stands for "not read yet"; `Unread` says why not."""

    connection: Connection = field(default_factory=Connection)
    capabilities: Capabilities | None = None
    names: tuple[Name, ...] | None = None
    """Relations as the first paint shows them, until the catalog is there."""
    catalog: Catalog | None = None
    statistics: Statistics | None = None
    checklist: Checklist | None = None
    quality: tuple[Answer, ...] = ()
    """The quality checklist by name, answered from `checklist`."""
    activity: Activity | None = None
    statements: Statements | Unread | None = None
    """pg_stat_statements since its reset."""
    statements_since: Statements | Unread | None = None
    """What ran since the program was opened."""
    sampled: Sampled | None = None
    """What was seen to run while somebody looked, where statements are not counted."""
    locked: Mapping[int, LockHolder] = field(default_factory=dict)
    """Relations held under ACCESS EXCLUSIVE by others, by oid."""
    access: AccessMatrix | Unread | None = None
    verdicts: Verdicts | Unread | None = None
    """How far row security isolates, judged on `access` after that was read."""
    databases: tuple[str, ...] = ()
    """Databases of this server that the role may connect to."""
    twin: TwinState = TwinState()
    rehearsal: RehearsalState = RehearsalState()
    compared: ComparedPlans | None = None
    """The newest comparison of plans before and after a migration."""
    answers: Mapping[Request, object] = field(default_factory=dict)
    """What was asked for by `Tab.request` and has arrived: definitions, plans, sizes, or an `Unread`."""
    ages: Mapping[str, float] = field(default_factory=dict)
    """When each part was last known to be current, on the monotonic clock, by its name here."""
    reading: str | None = None
    """What is being read just now, where it takes long enough to say: "columns of 10,000 tables"."""
    running: str | None = None
    """The statement of ours that ctrl+c would cancel, in a few words."""
    paused: bool = False
    interval: float = 2.0
    """Seconds between two readings of counters."""
    problems: tuple[Problem, ...] = ()

    @property
    def live(self) -> bool:
        """Whether what is shown is kept current."""
        return self.connection.phase is Phase.LIVE and not self.paused

    def problem(self, part: str) -> str | None:
        """Return why a part could not be read; None where nothing went wrong."""
        return next((p.text for p in self.problems if p.part == part), None)
