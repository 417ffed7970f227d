"""The planner's plan of a normalised statement, parameters and all, without running it.

Source: https://www.postgresql.org/docs/current/sql-explain.html (GENERIC_PLAN, 16 and later) and, before 16,
https://www.postgresql.org/docs/current/sql-prepare.html with plan_cache_mode.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.server.errors import QueryError
from pgplumb.sql.lexer import tokens
from pgplumb.sql.quote import quote_identifier, quote_literal
from pgplumb.sql.split import kind_of
from pgplumb.workload.plan_actual import PlanFigures, read_figures
from pgplumb.workload.plan_node import PlanNode, read_node
from pgplumb.workload.plan_repair import cast, dense, parameters, repair

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session, Unit

LOCK_TIMEOUT_MS = 200
"""EXPLAIN takes ACCESS SHARE on every table of the statement: behind a waiting ALTER it would stand in the way."""

_PLANNED = frozenset(("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH", "TABLE"))
_UNREADABLE = frozenset(("42601", "42P18", "42725", "42883", "42804", "42846", "22007"))
"""What a text raises that lost a type with its constants: syntax, indeterminate, ambiguous, undefined, mismatch."""
_UNTYPED = "42P18"
_MOST_CASTS = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """A generic plan: made without knowing the parameters' values."""

    root: PlanNode
    query: str
    """What was explained, after repair."""
    repaired: bool
    """Whether the text had to be rewritten so that the server could read it (`interval $1`)."""
    parameters: int
    """How many $n it has; 0 means that the plan is that of the very text."""
    raw: Mapping[str, object]
    """The "Plan" object of EXPLAIN (FORMAT JSON, VERBOSE)."""
    figures: PlanFigures = field(default_factory=PlanFigures)
    """Times of planning and execution, JIT, triggers: empty where the statement was only planned."""


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


def explain(
    session: Session, query_text: str, statement_timeout_ms: int = 5000, search_path: str | None = None
) -> Plan | Unplanned:
    """Return the generic plan of exactly one statement, in a read-only unit; it is never executed.

    Names are found by the role's own search_path, or by the one given (that of the role that runs the
    statement). Functions declared IMMUTABLE or STABLE may be called by the planner, as by any EXPLAIN. Raises
    LostConnection.
    """
    refusal = refuse(query_text)
    if refusal is not None:
        return refusal
    text = dense(query_text.strip().rstrip(";"))
    try:
        with session.unit(statement_timeout_ms, LOCK_TIMEOUT_MS, as_user=True) as unit:
            # The count of statements above holds for standard strings alone.
            unit.query("SET LOCAL standard_conforming_strings = on")
            if search_path is not None:
                unit.query(f"SELECT pg_catalog.set_config('search_path', {quote_literal(search_path)}, true)")
            return _first_that_plans(unit, text, session.server_version)
    except QueryError as error:
        return _unplanned(error)
    except RecursionError:
        return Unplanned("no plan to show", "the plan is nested too deep to read", "Explain it in psql.")


def refuse(query_text: str) -> Unplanned | None:
    """Return why a text is not explained at all: not one statement, not closed, or of a kind without a plan."""
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
    return None


def search_path_of(catalog: Catalog, userid: int) -> str | None:
    """Return the search_path that was set for a role (ALTER ROLE ... SET), its most specific one; else None."""
    role = catalog.roles.get(userid)
    ranks = {(userid, catalog.database.oid): 0, (userid, 0): 1, (0, catalog.database.oid): 2}
    found: dict[int, str] = {}
    for override in catalog.setting_overrides:
        rank = ranks.get((override.role, override.database))
        for setting in override.settings:
            name, _, value = setting.partition("=")
            if rank is not None and name == "search_path":
                found[rank] = value
    if not found:
        return None
    own = quote_identifier(role.name) if role else '"$user"'
    return found[min(found)].replace('"$user"', own)


def _first_that_plans(unit: Unit, text: str, version: int) -> Plan:
    """Plan the text as it is, else as repaired, else with parameters of unknown type taken for text."""
    try:
        return _plan(unit, text, text, version)
    except QueryError as error:
        if error.sqlstate not in _UNREADABLE:
            raise
        first = error
    repaired = repair(text)
    candidate = repaired if repaired != text else _with_type(text, first)
    for _ in range(_MOST_CASTS):
        if candidate is None:
            break
        try:
            return _plan(unit, candidate, text, version)
        except QueryError as error:
            if error.sqlstate not in _UNREADABLE:
                raise
            candidate = _with_type(candidate, error)
    raise first


def _with_type(text: str, error: QueryError) -> str | None:
    """Return the text with the parameter cast whose type the server could not find out."""
    match = re.search(r"\$(\d+)", error.why) if error.sqlstate == _UNTYPED else None
    return cast(text, int(match[1]), "text") if match else None


def _plan(unit: Unit, text: str, given: str, version: int) -> Plan:
    count = max(parameters(text), default=0)
    found = _generic(unit, text) if version >= 160000 else _prepared(unit, text, count)
    return read_plan(found, text, given, count)


def read_plan(found: object, text: str, given: str, count: int) -> Plan:
    """Return the answer of EXPLAIN (FORMAT JSON) as a plan."""
    top = found[0] if isinstance(found, list) and found else found
    top = top if isinstance(top, dict) else {}
    raw = top.get("Plan")
    raw = raw if isinstance(raw, dict) else {}
    return Plan(read_node(raw), text, text != given, count, raw, read_figures(top))


def _generic(unit: Unit, text: str) -> object:
    """Ask by the simple protocol: in the extended one the server takes $n for parameters to be bound."""
    with unit.savepoint():
        return unit.simple(f"EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON) {text}")[0][0]


def _prepared(unit: Unit, text: str, count: int) -> object:
    """Prepare, explain, forget. A prepared statement outlives a rollback: it is forgotten whatever happens.

    Without force_generic_plan the planner would see the NULLs and promise no rows.
    """
    name = f"pgplumb_{secrets.token_hex(6)}"
    arguments = f"({', '.join(['NULL'] * count)})" if count else ""
    with unit.savepoint():
        unit.query("SET LOCAL plan_cache_mode = force_generic_plan")
        unit.query(f"PREPARE {name} AS {text}")
    try:
        with unit.savepoint():
            return unit.query(f"EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE {name}{arguments}")[0][0]
    finally:
        unit.query(f"DEALLOCATE {name}")


def _unplanned(error: QueryError) -> Unplanned:
    """Say what a person can do about it."""
    state = error.sqlstate
    if state in ("42P01", "3F000"):
        step = "If the statement names tables without their schema, set the role's search_path to find them."
    elif state == "42501":
        step = "Connect as a role that may run the statement: EXPLAIN asks for the same privileges."
    elif state in _UNREADABLE:
        step = (
            "Its constants were replaced and their types with them; explain the statement with real values."
        )
    else:
        step = error.next_step or "Explain it by hand to see more."
    return Unplanned("no plan", error.why.rstrip("."), step, state)
