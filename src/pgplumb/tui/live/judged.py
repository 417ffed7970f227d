"""What is wrong with one statement, as the query findings say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.requests import Explain, Judge, PlanInTwin
from pgplumb.workload.explained import Explained
from pgplumb.workload.plan import Plan, search_path_of
from pgplumb.workload.statements import Statements

if TYPE_CHECKING:
    from pgplumb.tui.state import State
    from pgplumb.workload.querylint.finding import QueryFinding


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and whether a plan was there to prove it by."""

    findings: tuple[QueryFinding, ...]
    by_plan: bool


def plan_known(state: State, request: Judge) -> Plan | None:
    """Return the plan of a statement that is known: the server's, else the twin's."""
    from pgplumb.tui.live.twin_work import TwinPlans

    found = state.answers.get(Explain(*request.key))
    if not isinstance(found, Explained):
        twin = state.answers.get(PlanInTwin(*request.key))
        found = twin.one if isinstance(twin, TwinPlans) else None
    answer = found.generic.answer if isinstance(found, Explained) else None
    return answer if isinstance(answer, Plan) else None


def judged(text: str, request: Judge, state: State) -> Judged | Unread:
    """Judge one statement by the catalog, the counters, its figures and its plan where that is known."""
    from pgplumb.workload.querylint.context import LintContext, schemas_of
    from pgplumb.workload.querylint.lint import lint_query
    from pgplumb.workload.querylint.n_plus_one import n_plus_one

    catalog, statements = state.catalog, state.statements
    if catalog is None:
        return Unread("the schema was not read yet")
    setting = catalog.settings.get("search_path")
    path = search_path_of(catalog, request.userid) or (setting.reset_value if setting else None)
    entries = statements.entries if isinstance(statements, Statements) else ()
    plan = plan_known(state, request)
    context = LintContext(
        catalog,
        state.statistics,
        schemas_of(path or '"$user", public', catalog.role_name(request.userid)),
        next((entry for entry in entries if entry.key == request.key), None),
        statements.total_ms if isinstance(statements, Statements) else None,
        plan,
    )
    loops = n_plus_one(entries, context).get(request.key, ())
    return Judged((*loops, *lint_query(text, context)), plan is not None)
