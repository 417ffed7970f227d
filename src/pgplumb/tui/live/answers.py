"""What a person asks about one object, answered on the second connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.definition import read_definition
from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.tui.requests import (
    AskTarget,
    Definition,
    Execute,
    Explain,
    Judge,
    OfServer,
    OfStatement,
    Propose,
    StatementText,
)
from pgplumb.workload.statements import Statement, Statements
from pgplumb.workload.statements_reader import TEXT_LIMIT, read_texts

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.tui.state import State
    from pgplumb.workload.analyze import Proposal
    from pgplumb.workload.explained import Explained, SettingPlan
    from pgplumb.workload.plan import Unplanned

GONE = Unread(
    "the server gives no text for it: it is no longer counted, or texts of another database cannot be converted"
)


def answer(session: Session, request: OfServer, state: State) -> object:
    """Return the answer to a request, as its class says, or an Unread that says why there is none."""
    if isinstance(request, Definition):
        return read_definition(session, request.relation)
    if isinstance(request, Execute):
        return _executed(session, request, state)
    if isinstance(request, AskTarget):
        from pgplumb.migrate.probes import run

        return run(session, request.probes, allow_rows=True, force=request.force)
    try:
        text = text_of(session, request)
    except QueryError as error:
        return Unread(str(error))
    if text is None:
        return GONE
    if isinstance(request, StatementText):
        return text
    if len(text) >= TEXT_LIMIT:
        return _cut_off()
    try:
        if isinstance(request, Explain):
            return _explained(session, text, request, state)
        if isinstance(request, Judge):
            from pgplumb.tui.live.judged import judged

            return judged(text, request, state)
        return _proposed(session, text, request, state)
    except QueryError as error:
        return Unread(str(error))


def text_of(session: Session, request: OfStatement) -> str | None:
    """Return the text of an entry; None where the server has none. Raises QueryError and LostConnection."""
    with session.unit() as unit:
        return read_texts(unit, [request.key]).get(request.key)


def entry_of(state: State, request: OfStatement) -> Statement | None:
    """Return the entry itself, from the totals."""
    found = state.statements
    if not isinstance(found, Statements):
        return None
    return next((entry for entry in found.entries if entry.key == request.key), None)


def rows_of(state: State, request: OfStatement) -> float | None:
    """Return how many rows one call returns; None where it was not counted."""
    entry = entry_of(state, request)
    return entry.rows_per_call if entry is not None and entry.calls else None


def path_of(state: State, userid: int) -> str | None:
    """Return the search_path that was set for the role that runs a statement."""
    from pgplumb.workload.plan import search_path_of

    return search_path_of(state.catalog, userid) if state.catalog is not None else None


def _cut_off() -> Unplanned:
    from pgplumb.workload.plan import Unplanned

    read = f"only the first {TEXT_LIMIT:,} characters of the text were read"
    return Unplanned("no plan", read, "Explain the whole statement by hand.")


def _explained(session: Session, text: str, request: Explain, state: State) -> Explained:
    """Plan a statement as the role that runs it finds its tables, for unknown, common and rare values."""
    from pgplumb.workload.explained import explain_settings, settings_of
    from pgplumb.workload.insights.context import Context

    path, rows = path_of(state, request.userid), rows_of(state, request)
    settings = settings_of(session, text, state.catalog, rows, path)
    context = Context(state.catalog, state.statistics, query=text, rows_per_call=rows)
    return explain_settings(session, settings, context, path)


def _proposed(session: Session, text: str, request: Propose, state: State) -> Proposal | Unplanned:
    """Work out what would run to execute a statement with the values of a setting. Executes nothing."""
    from pgplumb.workload.analyze import Analysis
    from pgplumb.workload.explained import settings_of
    from pgplumb.workload.plan import Unplanned
    from pgplumb.workload.plan_repair import parameters

    path = path_of(state, request.userid)
    settings = settings_of(session, text, state.catalog, rows_of(state, request), path)
    chosen = next((one for one in settings if one.name == request.setting), settings[0])
    left = sorted(parameters(chosen.text))
    if left:
        names = ", ".join(f"${number}" for number in left)
        return Unplanned(
            "not executed",
            f"no value is known for {names} of the {chosen.name} setting",
            "Copy the statement, put values in and execute it by hand.",
        )
    entry = entry_of(state, request)
    mean = entry.mean_ms if entry is not None else None
    return Analysis(session).proposal(chosen.text, mean_ms=mean, search_path=path)


def _executed(session: Session, request: Execute, state: State) -> SettingPlan | Unread:
    """Execute what was proposed, shown and confirmed: this and nothing else."""
    from pgplumb.workload.analyze import Analysis
    from pgplumb.workload.explained import SettingPlan
    from pgplumb.workload.insights.context import Context
    from pgplumb.workload.insights.engine import insights
    from pgplumb.workload.plan import Plan

    if request.proposal is None:
        return Unread("nothing was proposed")
    found = Analysis(session).run(request.proposal)
    if not isinstance(found, Plan):
        return SettingPlan(request.setting, "", found)
    context = Context(state.catalog, state.statistics, rows_per_call=rows_of(state, request))
    return SettingPlan(request.setting, "", found, insights(found, context))
