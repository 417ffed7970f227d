"""What is known of one statement so far: its text, its plan, and whether the server can be asked for more."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.statements import LIST_TEXT
from pgplumb.tui.requests import Explain, StatementText
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.query.plan import PlanLook
from pgplumb.tui.tabs.query.rows import QueryRow
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


def refusal(state: State, row: QueryRow) -> str | None:
    """Return why no plan can be asked for now; None where it can."""
    if row.hidden:
        return "the statements are hidden: needs pg_read_all_stats"
    if row.own:
        return "these are statements of pgplumb itself; o lists them one by one"
    match state.connection.phase:
        case Phase.LIVE:
            return None
        case Phase.OFFLINE:
            return "a plan needs a server: a saved catalog is shown"
        case _:
            return "a plan needs a server: there is no connection"


class Plans:
    """Which plans were asked for. An answer is on its way while the one from before still stands."""

    def __init__(self) -> None:
        self._before: dict[Explain, object] = {}

    def ask(self, state: State, row: QueryRow) -> Explain | None:
        """Return the request to post; None where its answer is on its way."""
        request = Explain(*row.statement.key)
        if self._is_asked(state, request):
            return None
        self._before[request] = state.answers.get(request)
        return request

    def look(self, state: State, row: QueryRow) -> PlanLook:
        """Return what is known of a statement's plan."""
        request, catalog = Explain(*row.statement.key), state.catalog
        text, whole = text_of(state, row)
        return PlanLook(
            request,
            text if whole else None,
            catalog.server_version if catalog is not None else 0,
            search_path_of(catalog, request.userid) if catalog is not None else None,
            state.answers.get(request),
            self._is_asked(state, request),
            refusal(state, row),
        )

    def _is_asked(self, state: State, request: Explain) -> bool:
        waiting = request in self._before and state.answers.get(request) is self._before[request]
        if waiting and state.connection.phase is Phase.LIVE:
            return True
        self._before.pop(request, None)
        return False
