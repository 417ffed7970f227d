"""What is asked of the twin, worked out in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.answers import path_of, rows_of
from pgplumb.tui.live.given_up import Counter, GivenUp, Say, watched
from pgplumb.tui.requests import (
    AdviseOne,
    ComparePlans,
    CostPolicies,
    OfStatement,
    OfTwin,
    PlanInTwin,
    PlansWith,
    UsedBy,
)
from pgplumb.workload.explained import Explained, settings_of, twin_settings
from pgplumb.workload.statements import Key, Statements

if TYPE_CHECKING:
    from datetime import datetime

    from pgplumb.catalog.model import Catalog
    from pgplumb.tui.live.rehearsed import ComparedPlans
    from pgplumb.tui.state import State
    from pgplumb.twin.twin import Twin
    from pgplumb.workload.advisor.advice import Advice
    from pgplumb.workload.advisor.workload import Entry
    from pgplumb.workload.index_use import IndexUse
    from pgplumb.workload.plan import Plan, Unplanned

LARGER = 10
"""How many times the data a statement is planned at beside its own."""
MOST_COMPARED = 50
"""Of so many queries, those that took most of the time, plans are compared before and after a migration."""


@dataclass(frozen=True, slots=True)
class TwinPlans:
    """A statement's plans in the twin."""

    one: Explained
    """At the size that the server has."""
    ten: Explained
    """With ten times the rows and pages."""
    made_at: datetime
    """When the twin was made, in UTC."""
    version: str
    """The twin's server: "18.6"."""
    notes: tuple[str, ...]
    catalog: Catalog
    """The schema that the twin was made from."""


@dataclass(frozen=True, slots=True)
class WithIndexes:
    """A statement's plans without and with some indexes."""

    query: str
    before: Plan | Unplanned
    after: Plan | Unplanned
    before_10x: Plan | Unplanned
    after_10x: Plan | Unplanned


@dataclass(frozen=True, slots=True)
class Made:
    """A running twin and what it was made from."""

    twin: Twin
    at: datetime
    catalog: Catalog
    relations: frozenset[str] | None
    """The part of the schema that it holds; None for all of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One request with all that has been read for it."""

    request: OfTwin
    state: State
    texts: Mapping[Key, str]
    """Whole texts of the statements that it is about."""
    say: Say
    given_up: threading.Event


def keys_of(request: OfTwin, statements: Statements) -> tuple[Key, ...]:
    """Return the entries that a request is about."""
    if isinstance(request, PlanInTwin):
        return (request.key,)
    if isinstance(request, ComparePlans):
        ordered = sorted(statements.entries, key=lambda entry: -entry.total_ms)
        return tuple(entry.key for entry in ordered[:MOST_COMPARED])
    everything = tuple(entry.key for entry in statements.entries)
    return (request.key, *everything) if isinstance(request, AdviseOne) else everything


def work(made: Made, job: Job) -> object:
    """Return the answer to a request. Raises GivenUp, and LostConnection and QueryError of the twin."""
    request = job.request
    if isinstance(request, PlanInTwin):
        return _plans(made, job, request)
    if isinstance(request, UsedBy):
        return _index_use(made, job)
    if isinstance(request, PlansWith):
        return _plans_with(made, job, request)
    if isinstance(request, ComparePlans):
        return _compared(made, job, request)
    if isinstance(request, CostPolicies):
        from pgplumb.tui.live.costed_policies import costed_policies

        watch = Counter(job, "what policies cost").count
        return costed_policies(made, job.state, _with_texts(job), watch)
    return _advice(made, job, request if isinstance(request, AdviseOne) else None)


def _plans(made: Made, job: Job, request: PlanInTwin) -> TwinPlans | Unread:
    from pgplumb.workload.insights.context import Context

    text = job.texts.get(request.key)
    if text is None:
        return Unread("the server gives no text for it")
    path, rows = path_of(job.state, request.userid), rows_of(job.state, request)
    found = []
    settings = None
    for scale in (1, LARGER):
        job.say("planning it in the twin" if scale == 1 else f"planning it at {scale} times the data")
        database = made.twin.planning(scale)
        with watched(database, job) as inside:
            if settings is None:
                settings = settings_of(inside.session, text, made.catalog, rows, path)
            statistics = job.state.statistics if scale == 1 else None
            context = Context(made.catalog, statistics, query=text, rows_per_call=rows)
            found.append(twin_settings(inside, settings, context, path))
    one, ten = found
    twin = made.twin
    return TwinPlans(one, ten, made.at, twin.server_version, twin.gaps.notes, made.catalog)


def _index_use(made: Made, job: Job) -> IndexUse | Unread:
    from pgplumb.workload.index_use import MOST, index_use

    statements = _with_texts(job)
    with watched(made.twin.planning(1), job, f"which indexes the {MOST} top queries use") as inside:
        return index_use(inside, statements.entries, statements.total_ms, made.catalog)


def _compared(made: Made, job: Job, request: ComparePlans) -> ComparedPlans:
    from pgplumb.migrate.regressions import regressions
    from pgplumb.tui.live.rehearsed import ComparedPlans
    from pgplumb.workload.advisor.workload import from_statements

    began = time.monotonic()
    statements = _with_texts(job)
    asked = [entry for entry in statements.entries if entry.key in job.texts]
    entries = from_statements(replace(statements, entries=tuple(asked)), share=1.0)[:MOST_COMPARED]
    job.say(f"comparing the plans of {len(entries)} queries")
    found = regressions(made.twin, request.up, entries, catalog=made.catalog)
    return ComparedPlans(request, found, time.monotonic() - began)


def _advice(made: Made, job: Job, one: OfStatement | None) -> Advice | Unread:
    from pgplumb.workload.advisor.advise import advise
    from pgplumb.workload.advisor.workload import Entry, from_statements

    state = job.state
    if state.statistics is None:
        return Unread("the counters of tables were not read yet")
    statements = _with_texts(job)
    entries: Sequence[Entry] = from_statements(statements)
    text = job.texts.get(one.key) if one is not None else None
    if one is not None:
        own = next((entry for entry in statements.entries if entry.key == one.key), None)
        if own is None or text is None:
            return Unread("the server gives no text for it")
        # What is written is what an index costs, whichever query it is for.
        writes = [entry for entry in entries if _writes(entry) and entry.query != text]
        entries = [Entry(text, own.calls, own.rows, own.userid), *writes]
    if not entries:
        return Unread("no statement was counted that indexes could help")
    plans = Counter(
        job, f"pricing indexes for {len(entries)} queries" if one is None else "pricing indexes for it"
    )
    found = advise(made.catalog, state.statistics, entries, plans.planner(made.twin))
    if one is None:
        return found
    helped = tuple(card for card in found.indexes if any(effect.query == text for effect in card.helps))
    declined = tuple(d for d in found.declined if d.query == text)
    return replace(found, indexes=helped, drops=(), declined=declined)


def _plans_with(made: Made, job: Job, request: PlansWith) -> tuple[WithIndexes, ...]:
    """Plan statements without any of the indexes and with all of them, at both sizes."""
    from pgplumb.workload.advisor.limits import with_limit
    from pgplumb.workload.twin_plan import explain_in_twin

    statements = _with_texts(job)
    found: dict[str, list[Plan | Unplanned]] = {query: [] for query in request.queries}
    for scale in (1, LARGER):
        job.say("making the indexes in the twin" if scale == 1 else f"the same at {scale} times the data")
        planning = made.twin.planning(scale, request.indexes)
        made_ones = [candidate.name for candidate in planning.candidates if candidate.error is None]
        for names in ((), made_ones):
            planning.show(names)
            for query, plans in found.items():
                if job.given_up.is_set():
                    raise GivenUp
                entry = next((e for e in statements.entries if e.query == query), None)
                path = path_of(job.state, entry.userid) if entry is not None else None
                text = with_limit(query, entry.rows_per_call) if entry is not None else query
                plans.append(explain_in_twin(planning, text, path))
        planning.show(())
    return tuple(WithIndexes(query, *plans) for query, plans in found.items())


def _writes(entry: Entry) -> bool:
    from pgplumb.sql.lexer import tokens
    from pgplumb.sql.split import kind_of

    found = [token for token in tokens(entry.query) if token.kind not in ("space", "comment")]
    return kind_of(found) in ("INSERT", "UPDATE", "DELETE", "MERGE")


def _with_texts(job: Job) -> Statements:
    statements = job.state.statements
    assert isinstance(statements, Statements)
    entries = tuple(replace(entry, query=job.texts.get(entry.key)) for entry in statements.entries)
    return replace(statements, entries=entries)
