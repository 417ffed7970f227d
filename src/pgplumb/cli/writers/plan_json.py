"""`pgplumb plan --format json`: pgplumb.plan.v1."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgplumb.cli.writers.plan_answer import PlanAnswer
from pgplumb.workload.plan import Plan, Unplanned
from pgplumb.workload.plan_diff import diff
from pgplumb.workload.planned import Planned

FORMAT = "pgplumb.plan.v1"


def write(answer: PlanAnswer) -> Iterator[str]:
    """Give the document, indented by two; everything outside ASCII is escaped."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: PlanAnswer) -> dict[str, object]:
    """Return the document."""
    return {
        "format": FORMAT,
        "where": answer.where,
        "scale": answer.scale,
        "twin_version": answer.twin_version,
        "notes": list(answer.notes),
        "plans": [plan_document(planned) for planned in answer.plans],
    }


def plan_document(planned: Planned) -> dict[str, object]:
    """Return one query's plans. A side that was not asked is null."""
    same = None
    if isinstance(planned.target, Plan) and isinstance(planned.twin, Plan):
        same = diff(planned.target, planned.twin).same_shape
    return {
        "query": planned.query,
        "target": _side(planned.target),
        "twin": _side(planned.twin),
        "same_shape": same,
        "unknown": list(planned.unknown),
        "insights": [insight.document() for insight in planned.insights],
    }


def _side(answer: Plan | Unplanned | None) -> dict[str, object] | None:
    if answer is None:
        return None
    if isinstance(answer, Unplanned):
        return {"error": str(answer), "sqlstate": answer.sqlstate}
    return {"plan": answer.raw, "explained": answer.query}
