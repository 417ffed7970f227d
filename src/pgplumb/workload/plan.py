"""The planner's plan of a normalised statement, parameters and all, without running it.

Source: https://www.postgresql.org/docs/current/sql-explain.html (GENERIC_PLAN, 16 and later) and, before 16,
https://www.postgresql.org/docs/current/sql-prepare.html with plan_cache_mode.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_identifier, quote_literal
from pgplumb.workload.plan_actual import PlanFigures, read_figures
from pgplumb.workload.plan_node import PlanNode, read_node
from pgplumb.workload.plan_refusal import Unplanned, refuse, unplanned
from pgplumb.workload.plan_repair import dense, parameters, repair
from pgplumb.workload.plan_types import UNREADABLE, find_types

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session, Unit

LOCK_TIMEOUT_MS = 200
"""EXPLAIN takes ACCESS SHARE on every table of the statement: behind a waiting ALTER it would stand in the way."""

__all__ = [
    "LOCK_TIMEOUT_MS",
    "Plan",
    "Unplanned",
    "explain",
    "explain_all",
    "first_readable",
    "prepare_unit",
    "prepared",
    "read_plan",
    "refuse",
    "search_path_of",
]

_GENERIC = "EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON) "
_LITERAL = "EXPLAIN (VERBOSE, FORMAT JSON) "

T = TypeVar("T")


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


def explain(
    session: Session,
    query_text: str,
    statement_timeout_ms: int = 5000,
    search_path: str | None = None,
    begin: Sequence[str] = (),
) -> Plan | Unplanned:
    """Return the generic plan of exactly one statement, in a read-only unit; it is never executed.

    Names are found by the role's own search_path, or by the one given (that of the role that runs the
    statement). `begin` is what the unit begins with: SET LOCAL ROLE, settings. Functions declared IMMUTABLE or
    STABLE may be called by the planner, as by any EXPLAIN. Raises LostConnection.
    """
    return explain_all(session, (query_text,), statement_timeout_ms, search_path, begin)[0]


def explain_all(
    session: Session,
    query_texts: Sequence[str],
    statement_timeout_ms: int = 5000,
    search_path: str | None = None,
    begin: Sequence[str] = (),
) -> tuple[Plan | Unplanned, ...]:
    """Return the plans of several statements, one answer each, in one read-only unit. Raises LostConnection."""
    found = [refuse(text) for text in query_texts]
    try:
        with session.unit(statement_timeout_ms, LOCK_TIMEOUT_MS, as_user=True) as unit:
            if None in found:
                prepare_unit(unit, search_path, begin)
            return tuple(
                refusal or _explained(unit, text) for text, refusal in zip(query_texts, found, strict=True)
            )
    except QueryError as error:
        return tuple(refusal or unplanned(error) for refusal in found)


def prepare_unit(unit: Unit, search_path: str | None, begin: Sequence[str] = ()) -> None:
    """Make the server find names as the given path says, and strings where we find them."""
    settings = ["SET LOCAL standard_conforming_strings = on"]
    if search_path is not None:
        settings.append(f"SELECT pg_catalog.set_config('search_path', {quote_literal(search_path)}, true)")
    unit.results([*settings, *begin])


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


def _explained(unit: Unit, query_text: str) -> Plan | Unplanned:
    """Plan a text that was not refused; a failure does not end the unit."""
    text = dense(query_text.strip().rstrip(";"))
    try:
        answer, planned = first_readable(unit, text, _ask)
        return read_plan(answer, planned, text)
    except QueryError as error:
        return unplanned(error)
    except RecursionError:
        return Unplanned("no plan to show", "the plan is nested too deep to read", "Explain it in psql.")


def first_readable(unit: Unit, text: str, ask: Callable[[Unit, str], T]) -> tuple[T, str]:
    """Ask about the text as it is, else as repaired, else with the types that the server accepts for its parameters.

    Returns the answer and the text that it is about. Raises the first QueryError.
    """
    try:
        return ask(unit, text), text
    except QueryError as error:
        if error.sqlstate not in UNREADABLE or not parameters(text):
            raise
        first = latest = error
    repaired = repair(text)
    if repaired != text:
        try:
            return ask(unit, repaired), repaired
        except QueryError as error:
            if error.sqlstate not in UNREADABLE:
                raise
            latest = error
    found = find_types(repaired, lambda candidate: ask(unit, candidate), latest)
    if found is None:
        raise first
    return found


def read_plan(found: object, text: str, given: str) -> Plan:
    """Return the answer of EXPLAIN (FORMAT JSON) as a plan."""
    top = found[0] if isinstance(found, list) and found else found
    top = top if isinstance(top, dict) else {}
    raw = top.get("Plan")
    raw = raw if isinstance(raw, dict) else {}
    count = max(parameters(text), default=0)
    return Plan(read_node(raw), text, text != given, count, raw, read_figures(top))


def _ask(unit: Unit, text: str) -> object:
    """Return what EXPLAIN says of a text; its errors have their position in the text."""
    count = max(parameters(text), default=0)
    if not count:
        # The extended protocol takes one statement and no more.
        with unit.savepoint(), _positions_after(_LITERAL):
            return unit.query(f"{_LITERAL}{text}")[0][0]
    if unit.server_version < 160000:
        return _prepared(unit, text, count)
    # By the simple protocol: in the extended one the server takes $n for parameters to be bound.
    with unit.savepoint(), _positions_after(_GENERIC):
        return unit.simple(f"{_GENERIC}{text}")[0][0]


def _prepared(unit: Unit, text: str, count: int) -> object:
    """Prepare, explain, forget.

    Without force_generic_plan the planner would see the NULLs and promise no rows.
    """
    with prepared(unit, text) as name, unit.savepoint():
        unit.query("SET LOCAL plan_cache_mode = force_generic_plan")
        return unit.query(f"{_LITERAL}EXECUTE {name}({', '.join(['NULL'] * count)})")[0][0]


@contextmanager
def prepared(unit: Unit, text: str) -> Iterator[str]:
    """Prepare a statement for the block. It would outlive a rollback: it is forgotten whatever happens."""
    name = f"pgplumb_{secrets.token_hex(6)}"
    beginning = f"PREPARE {name} AS "
    with unit.savepoint(), _positions_after(beginning):
        unit.query(f"{beginning}{text}")
    try:
        yield name
    finally:
        unit.query(f"DEALLOCATE {name}")


@contextmanager
def _positions_after(beginning: str) -> Iterator[None]:
    """Make errors point into what stands behind a beginning."""
    try:
        yield
    except QueryError as error:
        if error.position is not None:
            error.position = max(error.position - len(beginning), 1)
        raise
