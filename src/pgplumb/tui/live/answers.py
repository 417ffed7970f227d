"""What a person asks about one object, answered on the second connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.definition import read_definition
from pgplumb.catalog.unread import Unread
from pgplumb.tui.requests import Definition, Explain, StatementText
from pgplumb.workload.statements_reader import read_texts

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.tui.state import State


def answer(session: Session, request: Definition | Explain | StatementText, state: State) -> object:
    """Return the answer to a request: a Definition, a Plan, a text, or an Unread that says why there is none."""
    if isinstance(request, Definition):
        return read_definition(session, request.relation)
    key = request.key
    with session.unit() as unit:
        text = read_texts(unit, [key]).get(key)
    if text is None:
        return Unread("the statement is no longer among those that are counted")
    if isinstance(request, StatementText):
        return text
    from pgplumb.workload.plan import explain

    return explain(session, text)
