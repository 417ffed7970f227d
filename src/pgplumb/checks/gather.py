"""Reads everything that the rules look at, in one go: for commands. The terminal UI reads in steps instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pgplumb.catalog.reader import read_whole
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.replicas import Opener, Replicas, add_replicas
from pgplumb.checks.statement_queries import MOST
from pgplumb.foundation.profile import Profile
from pgplumb.server.capabilities import read_capabilities
from pgplumb.server.errors import QueryError
from pgplumb.server.session import Session
from pgplumb.workload.activity import Activity, read_activity
from pgplumb.workload.statements import Statements
from pgplumb.workload.statements_reader import read_statements


def gather(
    session: Session,
    profile: Profile,
    step: Callable[[str], None] = lambda _: None,
    replicas: Sequence[Opener] = (),
) -> Facts:
    """Return the facts of a database. `step` hears what is being read, for a progress line.

    What `replicas` count is added to the statistics; one that does not answer is noted in the facts.
    A part that the role may not read, or that timed out, is `Unread` with the reason. Raises LostConnection.
    """
    step("capabilities")
    with session.unit() as unit:
        capabilities = read_capabilities(unit)
    step("catalog")
    catalog, statistics = read_whole(session)
    asked: Replicas | None = None
    if replicas:
        step("standbys")
        statistics, asked = add_replicas(catalog, statistics, replicas)
    step("activity")
    activity = _activity(session)
    step("statements")
    statements = _statements(session)
    return Facts(
        catalog=catalog,
        now=statistics.read_at,
        statistics=statistics,
        activity=activity,
        statements=statements,
        capabilities=capabilities,
        profile=profile,
        replicas=asked,
    )


def _activity(session: Session) -> Activity | Unread:
    try:
        with session.unit() as unit:
            return read_activity(unit)
    except QueryError as error:
        return Unread(error.what)


def _statements(session: Session) -> Statements | Unread:
    try:
        with session.unit() as unit:
            return read_statements(unit, MOST)
    except QueryError as error:
        return Unread(error.what)
