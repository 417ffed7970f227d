"""What is known of one statement so far: its text, its plans, and whether the server can be asked for more."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.altered import altered
from pgplumb.tui.live.judged import Judged, plan_known
from pgplumb.tui.live.statements import LIST_TEXT
from pgplumb.tui.live.twin_work import TwinPlans
from pgplumb.tui.requests import Advise, AdviseOne, Execute, Explain, Judge, PlanInTwin, StatementText
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.query.advice_pane import AdviceLook
from pgplumb.tui.tabs.query.asked import Asked
from pgplumb.tui.tabs.query.growth import TwinLook
from pgplumb.tui.tabs.query.plan import PlanLook
from pgplumb.tui.tabs.query.rows import QueryRow
from pgplumb.workload.advisor.advice import Advice
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.plan import search_path_of


def text_of(state: State, row: QueryRow) -> tuple[str | None, bool]:
    """Return the longest text that is known, and whether it is all that there is to have."""
    answer = state.answers.get(StatementText(*row.statement.key))
    if isinstance(answer, str):
        return answer, True
    text = row.statement.query
    saved = state.connection.phase is Phase.OFFLINE
    return text, text is not None and (saved or len(text) < LIST_TEXT)


def missing(state: State, row: QueryRow) -> str:
    """Return what there is to say where a text is not known whole."""
    answer = state.answers.get(StatementText(*row.statement.key))
    if isinstance(answer, Unread):
        return answer.reason
    return "reading the text" if row.statement.query is None else "… reading the rest"


def text_request(state: State, row: QueryRow) -> StatementText | None:
    """Return what to ask for the rest of a text; None where nothing is missing or nobody can be asked."""
    if row.several or state.connection.phase is not Phase.LIVE or text_of(state, row)[1]:
        return None
    request = StatementText(*row.statement.key)
    return None if request in state.answers else request


def refusal(state: State, row: QueryRow, what: str = "a plan needs a server") -> str | None:
    """Return why no plan can be asked for now; None where it can."""
    if row.hidden:
        return "the statements are hidden: needs pg_read_all_stats"
    if row.own:
        return "these are statements of pgplumb itself; o lists them one by one"
    match state.connection.phase:
        case Phase.LIVE:
            return None
        case Phase.OFFLINE:
            return f"{what}: a saved catalog is shown"
        case _:
            return f"{what}: there is no connection"


def plan_look(state: State, row: QueryRow, asked: Asked, executed: Execute | None = None) -> PlanLook:
    """Return what is known of a statement's plans on the server."""
    request, catalog = Explain(*row.statement.key), state.catalog
    text, whole = text_of(state, row)
    found = state.answers.get(executed) if executed is not None else None
    return PlanLook(
        request,
        text if whole else None,
        catalog.server_version if catalog is not None else 0,
        search_path_of(catalog, request.userid) if catalog is not None else None,
        state.answers.get(request),
        asked.waits(state, request),
        refusal(state, row),
        found if isinstance(found, SettingPlan) else None,
        executed is not None and asked.waits(state, executed),
    )


def twin_look(state: State, row: QueryRow, asked: Asked) -> TwinLook:
    """Return what is known of a statement's plans in the twin."""
    request = PlanInTwin(*row.statement.key)
    text, whole = text_of(state, row)
    answer, target = state.answers.get(request), state.answers.get(Explain(*request.key))
    return TwinLook(
        request,
        state.twin,
        text if whole else None,
        answer,
        target if isinstance(target, Explained) else None,
        asked.waits(state, request),
        isinstance(answer, TwinPlans) and _outdated(answer, state),
        refusal(state, row, "a twin is made from a server"),
    )


def advice_look(state: State, row: QueryRow, asked: Asked) -> AdviceLook:
    """Return what is known of indexes that help a statement."""
    request = AdviseOne(*row.statement.key)
    text, whole = text_of(state, row)
    everything = state.answers.get(Advise())
    return AdviceLook(
        request,
        state.twin,
        text if whole else None,
        state.answers.get(request),
        everything if isinstance(everything, Advice) else None,
        asked.waits(state, request),
        refusal(state, row, "a twin is made from a server"),
    )


def _outdated(plans: TwinPlans, state: State) -> bool:
    return state.catalog is not None and altered(plans.catalog, state.catalog)


def judge_request(state: State, row: QueryRow) -> Judge | None:
    """Return what to ask for what is wrong with a statement; None where that is known, or nobody can be asked."""
    request = Judge(*row.statement.key)
    if row.several or state.connection.phase is not Phase.LIVE or state.catalog is None:
        return None
    answer = state.answers.get(request)
    proved = isinstance(answer, Judged) and not answer.by_plan and plan_known(state, request) is not None
    return request if answer is None or proved else None
