"""Holds composed policies against what the planner does: EXPLAIN as the role shows the filter of a statement.

EXPLAIN executes nothing, but the planner may call stable functions of a policy to estimate: only where a person asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.foundation.names import part
from pgplumb.rls.paths import look_as
from pgplumb.rls.verdict import Verdict
from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_identifier, quote_qualified

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.draft import Draft
    from pgplumb.rls.judgement import Judgement
    from pgplumb.rls.verdict import Cell
    from pgplumb.server.session import Session

TIMEOUT_MS = 2_000
LOCK_MS = 100
SECONDS = 20.0
_CONDITIONS = (
    "Filter",
    "One-Time Filter",
    "Index Cond",
    "Recheck Cond",
    "TID Cond",
    "Hash Cond",
    "Join Filter",
)


def differences(session: Session, judgement: Judgement, seconds: float = SECONDS) -> tuple[str, ...]:
    """Return where the plan of a bare SELECT, UPDATE or DELETE lacks a filter that the verdict rests on, has one where
    row security is said not to bind, or is there where every statement is said to fail. Roles that cannot be taken are
    passed over. Raises LostConnection.
    """
    until = time.monotonic() + seconds
    found = []
    met: set[object] = set()
    for cell, draft in zip(judgement.cells, judgement.drafts, strict=True):
        relation = judgement.matrix.catalog.relations.get(cell.relation or 0)
        if (
            relation is None
            or relation.kind not in "rp"
            or cell.command not in ("SELECT", "UPDATE", "DELETE")
        ):
            continue
        expected = None if draft.fails else _expected(cell, draft)
        key = (relation.oid, cell.command, cell.using, expected)
        if (expected is None and not draft.fails) or key in met or time.monotonic() > until:
            continue
        seen = _filtered(session, judgement.matrix.catalog, relation, cell)
        if seen is None:
            continue
        met.add(key)
        if seen != expected:
            what = "the plan shows no filter" if expected else "the plan shows a filter"
            what = "it can be planned" if draft.fails else what
            found.append(
                f"{cell.object} is called {cell.verdict.value} for {cell.command} by {part(cell.role)},"
                f" and {what}. Please report it with the policies"
            )
    return tuple(found)


def _expected(cell: Cell, draft: Draft) -> bool | None:
    """Return whether a plan must have a filter; None where it may have one or not."""
    if draft.verdict is Verdict.OPEN:
        return False
    bound = any(g.gate.which == "using" and g.gate.permissive for g in draft.gates)
    return True if cell.verdict is Verdict.ISOLATED and bound and cell.using is not None else None


def _filtered(session: Session, catalog: Catalog, relation: Relation, cell: Cell) -> bool | None:
    """Return whether the plan of the barest statement has a condition; None where there is no plan."""
    name = quote_qualified(relation.schema, relation.name)
    column = next((c.name for c in relation.columns if not c.generated and c.identity != "a"), None)
    if cell.command == "SELECT":
        sql = f"SELECT FROM {name}"
    elif cell.command == "DELETE":
        sql = f"DELETE FROM {name}"
    elif column is not None:
        sql = f"UPDATE {name} SET {quote_identifier(column)} = DEFAULT"
    else:
        return None
    try:
        with session.unit(TIMEOUT_MS, LOCK_MS) as unit:
            unit.query("SELECT set_config('role', %(role)s, true)", {"role": cell.role})
            look_as(unit, catalog, cell.role)
            ((plan,),) = unit.query(f"EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) {sql}")
            unit.roll_back()
    except QueryError as error:
        if error.cancelled:
            raise
        return None
    return any(map(_narrows, _nodes(plan))) or _empty(plan)


def _narrows(node: dict[str, object]) -> bool:
    """Whether a node leaves rows out; partitions that a condition leaves out beforehand are gone from the plan."""
    return any(key in node for key in _CONDITIONS) or bool(node.get("Subplans Removed"))


def _nodes(plan: object) -> Iterator[dict[str, object]]:
    """Yield every node of a plan."""
    if isinstance(plan, list):
        for one in plan:
            yield from _nodes(one)
    elif isinstance(plan, dict):
        yield plan
        for value in plan.values():
            if isinstance(value, (list, dict)):
                yield from _nodes(value)


def _empty(plan: object) -> bool:
    """Whether the planner found that nothing can pass."""
    return any(node.get("Node Type") == "Result" and "Plans" not in node for node in _nodes(plan))
