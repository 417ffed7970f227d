"""Which texts are not explained, and how a person hears why there is no plan."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.server.errors import QueryError
from pgplumb.sql.lexer import tokens
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.split import kind_of
from pgplumb.workload.plan_repair import repair
from pgplumb.workload.plan_types import UNREADABLE

_PLANNED = frozenset(("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH", "TABLE"))
_TREES = frozenset(("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"))


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Why there is no plan. Texts of the server are in it: sanitise to show."""

    what: str
    why: str
    next_step: str
    sqlstate: str | None = None

    def __str__(self) -> str:
        """One line: what, why, the next step."""
        return f"{self.what}: {self.why}. {self.next_step}"


_CUT = Unplanned(
    "no plan",
    "the text ends too early, as one that was cut off",
    "Give the whole statement; pg_stat_activity shows as much of it as track_activity_query_size says.",
    "42601",
)


def refuse(query_text: str) -> Unplanned | None:
    """Return why a text is not explained at all: not one statement, cut off, or of a kind without a plan."""
    found = [token for token in tokens(query_text) if token.kind not in ("space", "comment")]
    while found and found[-1].text == ";":
        found.pop()
    if not found or "\0" in query_text:
        return Unplanned("nothing to explain", "the text holds no statement", "Give one statement.")
    if not all(token.closed for token in tokens(query_text)):
        cut = "a string or comment does not end, as in a text that was cut off"
        return Unplanned("no plan", cut, "Give the whole statement.")
    if any(token.text == ";" or token.text.startswith("\\") for token in found):
        return Unplanned("no plan", "the text holds more than one statement", "Give one statement at a time.")
    kind = kind_of(found)
    if kind not in _PLANNED:
        planned = "only SELECT, INSERT, UPDATE, DELETE, MERGE and VALUES are planned"
        return Unplanned(f"{kind} has no plan", planned, "Choose one of those.")
    return _misread(query_text)


def _misread(text: str) -> Unplanned | None:
    """Return what the server's own grammar has against a text, as it is and as it was before normalising."""
    try:
        tree = parse_statement(text)
    except SyntaxProblem as problem:
        if problem.position >= len(text.rstrip().rstrip(";").rstrip()):
            return _CUT
        repaired = repair(text)
        if repaired != text:
            return _misread(repaired)
        where = f"{problem.message} (line {problem.line}, column {problem.column})"
        return Unplanned("no plan", where, "Correct the text, or give it with real values.", "42601")
    except (ParserMissing, TooDeep):
        # What the lexer says stands; the server has the last word.
        return None
    if tree.kind not in _TREES:
        return Unplanned("no plan", "it is no statement that is planned", "Give a query or a change of rows.")
    return None


def unplanned(error: QueryError) -> Unplanned:
    """Say what the server has against a text, and what a person can do about it."""
    state = error.sqlstate
    if state in ("42P01", "3F000"):
        step = "If the statement names tables without their schema, set the role's search_path to find them."
    elif state == "42501":
        step = "Connect as a role that may run the statement: EXPLAIN asks for the same privileges."
    elif state == "42703":
        step = "The column was renamed or dropped since, or the text was cut off: give the statement as it is now."
    elif state == "55P03":
        step = "Another session holds a lock on one of its tables: look at the lock, then try again."
    elif state in UNREADABLE:
        step = (
            "Its constants were replaced and their types with them; explain the statement with real values."
        )
    else:
        step = error.next_step or "Explain it by hand to see more."
    return Unplanned("no plan", error.why.rstrip("."), step, state)
