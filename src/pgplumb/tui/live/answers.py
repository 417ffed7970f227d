"""What a person asks about one object, answered on the second connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.definition import read_definition
from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.tui.requests import Definition, Explain, StatementText
from pgplumb.workload.statements_reader import TEXT_LIMIT, read_texts

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.tui.state import State
    from pgplumb.workload.plan import Plan, Unplanned

GONE = Unread(
    "the server gives no text for it: it is no longer counted, or texts of another database cannot be converted"
)


def answer(session: Session, request: Definition | Explain | StatementText, state: State) -> object:
    """Return the answer to a request: a Definition, a Plan, a text, or an Unread that says why there is none."""
    if isinstance(request, Definition):
        return read_definition(session, request.relation)
    try:
        with session.unit() as unit:
            text = read_texts(unit, [request.key]).get(request.key)
    except QueryError as error:
        return Unread(str(error))
    if text is None:
        return GONE
    return text if isinstance(request, StatementText) else _plan(session, text, request.userid, state)


def _plan(session: Session, text: str, userid: int, state: State) -> Plan | Unplanned:
    """Plan a statement as the role that runs it finds its tables."""
    from pgplumb.workload.plan import Unplanned, explain, search_path_of

    if len(text) >= TEXT_LIMIT:
        return Unplanned(
            "no plan",
            f"only the first {TEXT_LIMIT:,} characters of the text were read",
            "Explain the whole statement by hand.",
        )
    path = search_path_of(state.catalog, userid) if state.catalog is not None else None
    return explain(session, text, search_path=path)
