"""All that the rules may look at, as one value. A part that could not be read says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import NOT_YET, Unread
from pgplumb.checks.replicas import Replicas
from pgplumb.checks.sampled import Sampled
from pgplumb.foundation.profile import Profile
from pgplumb.rls.tenant import Tenancy, infer_tenancy
from pgplumb.server.capabilities import Capabilities
from pgplumb.workload.activity import Activity
from pgplumb.workload.statements import Statements

if TYPE_CHECKING:
    from pgplumb.workload.querylint.query import Query

NO_SOURCE = Unread("no SQL source was given to compare with: pgplumb check --source FILE")


@dataclass(frozen=True)
class Facts:
    """One moment of a database as the rules see it. Rules read; they never ask the server."""

    catalog: Catalog
    now: datetime
    """The server's clock where it was read, so that ages are right on any machine."""
    statistics: Statistics | Unread = NOT_YET
    activity: Activity | Unread = NOT_YET
    statements: Statements | Unread = NOT_YET
    capabilities: Capabilities | Unread = NOT_YET
    profile: Profile = field(default_factory=Profile)
    replicas: Replicas | None = None
    """Standbys whose scans are part of `statistics`; None where none was named."""
    sampled: Sampled | None = None
    """What samples of rows showed, where somebody asked for that."""
    source: Catalog | Unread = NO_SOURCE
    """The catalog of a database made from the project's own SQL, to compare with."""

    @cached_property
    def known_rows(self) -> dict[int, float | None]:
        """Rows of relations as `estimates.rows` found them, for as long as these facts are looked at."""
        return {}

    @cached_property
    def known_queries(self) -> dict[tuple[str, tuple[str, ...]], Query | None]:
        """Statements with their names resolved, by text and search path: see `statement_queries`."""
        return {}

    @property
    def tenancy(self) -> Tenancy:
        """The tenant column by table, as the profile states it or as names and policies suggest it.

        It is kept with the catalog, and the same value as before as long as nothing about it changes.
        """
        return infer_tenancy(self.catalog, self.profile.tenant_columns)
