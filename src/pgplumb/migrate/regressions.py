"""What a migration does to the plans of queries that run today: each is planned in the twin before and after.

Nothing is executed. A plan that touches what the twin lacks of the target is `unknown`, never `same`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgplumb.migrate.target_settings import begins_with
from pgplumb.sql.lexer import significant
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.split import Statement, split
from pgplumb.twin.migrated import Migrated, NotMigrated
from pgplumb.workload.plan import Plan, Unplanned, explain_all, search_path_of
from pgplumb.workload.plan_diff import diff
from pgplumb.workload.planned import missing
from pgplumb.workload.twin_plan import explain_in_twin

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.twin.planning import PlanningDatabase
    from pgplumb.twin.twin import Twin
    from pgplumb.workload.advisor.workload import Entry

Verdict = Literal["breaks", "worse", "unknown", "better", "same"]

RATIO = 1.5
"""How many times the cost must be, or be divided by, to count."""
LEAST = 100.0
"""By how much it must differ besides."""
SCALES = (1.0, 10.0)
"""Planned at the target's size and at ten times it."""
_WORST_FIRST: tuple[Verdict, ...] = ("breaks", "worse", "unknown", "better", "same")
_LEFT_OUT = frozenset(
    {
        "TransactionStmt",
        "VacuumStmt",
        "InsertStmt",
        "UpdateStmt",
        "DeleteStmt",
        "MergeStmt",
        "CopyStmt",
        "TruncateStmt",
    }
)
_SETTINGS = ("TimeZone", "search_path", "default_table_access_method", "default_tablespace")


@dataclass(frozen=True, slots=True)
class Regression:
    """One query before and after. Plans hold names of the database, and its text what was logged: sanitise to show."""

    query: str
    before: Plan | Unplanned | None
    after: Plan | Unplanned | None
    """None where the migration does not run in the twin."""
    ratio: float
    """Cost after divided by cost before; 1 where there are not two plans."""
    verdict: Verdict
    message: str
    scale: float = 1
    """At how many times the target's size this is so: the smaller where it is at both."""


def regressions(
    twin: Twin,
    statements: str | Sequence[Statement],
    workload: Sequence[Entry],
    *,
    catalog: Catalog | None = None,
    scales: Sequence[float] = SCALES,
) -> tuple[Regression, ...]:
    """Return what a migration does to each query of a workload, in its order, by the worst of the scales.

    With `catalog`, the session's settings and the roles' search_path are those of the target. Raises LostConnection.
    """
    paths = [search_path_of(catalog, entry.userid) if catalog else None for entry in workload]
    before = [_plans(twin.planning(scale), workload, paths) for scale in scales]
    try:
        with Migrated.run(twin, script_of(statements), begins_with(_SETTINGS, catalog)) as migrated:
            after = [_plans(migrated.planning(scale), workload, paths) for scale in scales]
    except NotMigrated as problem:
        why = f"the migration does not run in the twin: {problem.why}"
        return tuple(
            Regression(entry.query, old, None, 1, "unknown", why)
            for entry, old in zip(workload, before[0], strict=True)
        )
    found = []
    for number, entry in enumerate(workload):
        judged = [
            _judged(twin, entry, old[number], new[number], scale)
            for old, new, scale in zip(before, after, scales, strict=True)
        ]
        found.append(min(judged, key=lambda one: _WORST_FIRST.index(one.verdict)))
    return tuple(found)


def script_of(statements: str | Sequence[Statement]) -> str:
    """Return what changes the schema, as statements that each commit.

    What begins and ends transactions is left out, and what SET LOCAL would say for the rest of one is said for the
    session. What only moves rows is left out too: the twin has none for it, and ANALYZE would count none.
    """
    cut = split(statements) if isinstance(statements, str) else statements
    kept = []
    for statement in cut:
        try:
            node = parse_statement(statement.text)
        except (SyntaxProblem, ParserMissing, TooDeep):
            kept.append(statement.text)
            continue
        if node.kind in _LEFT_OUT:
            continue
        if node.kind == "VariableSetStmt" and node.flag("is_local"):
            kept.append(_for_session(statement.text))
            continue
        kept.append(statement.text)
    return "".join(f"{text};\n" for text in kept)


def _for_session(text: str) -> str:
    local = next((token for token in significant(text) if token.lower == "local"), None)
    return text[: local.start] + text[local.end :] if local else text


def _plans(
    planning: PlanningDatabase, workload: Sequence[Entry], paths: Sequence[str | None]
) -> list[Plan | Unplanned]:
    """Plan everything, in one transaction for each search_path where no plan has to be asked for twice."""
    if planning.plans_for_older:
        return [explain_in_twin(planning, e.query, path) for e, path in zip(workload, paths, strict=True)]
    found: dict[int, Plan | Unplanned] = {}
    for path in dict.fromkeys(paths):
        numbers = [number for number, other in enumerate(paths) if other == path]
        texts = [workload[number].query for number in numbers]
        answers = explain_all(planning.session, texts, search_path=path)
        found |= dict(zip(numbers, answers, strict=True))
    return [found[number] for number in range(len(workload))]


def _judged(
    twin: Twin, entry: Entry, before: Plan | Unplanned, after: Plan | Unplanned, scale: float
) -> Regression:
    def found(verdict: Verdict, message: str, ratio: float = 1.0) -> Regression:
        return Regression(entry.query, before, after, ratio, verdict, message, scale)

    if isinstance(before, Unplanned):
        return found("unknown", f"it cannot be planned before the migration: {before}")
    if isinstance(after, Unplanned):
        refused = (after.sqlstate or "").startswith("42")
        return found("breaks", after.why) if refused else found("unknown", str(after))
    if lacks := (*missing(before, twin.gaps), *missing(after, twin.gaps)):
        return found("unknown", f"the twin lacks what it reads: {lacks[0]}")
    compared = diff(before, after)
    old, new, ratio = compared.before_cost, compared.after_cost, compared.cost_ratio
    at = f" at {scale:g} times the size" if scale != 1 else ""
    message = f"{compared.sentence}{at}"
    if new - old > LEAST and ratio > RATIO:
        return found("worse", message, ratio)
    if old - new > LEAST and ratio < 1 / RATIO:
        return found("better", message, ratio)
    return found("same", message, ratio if math.isfinite(ratio) else 1.0)
