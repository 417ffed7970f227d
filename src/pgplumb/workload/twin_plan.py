"""A plan in the twin, for a target whose planner is of an older major version.

Version 18 skips over values of an index's first columns; a planner before it reads the whole index instead, which
seldom pays. A twin of 18 whose target is older plans such a query again with skips made impossible.
Source: https://www.postgresql.org/docs/18/release-18.html (skip scans)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.sql.lexer import significant
from pgplumb.workload.named_relations import named_in
from pgplumb.workload.plan import Plan, Unplanned, explain
from pgplumb.workload.plan_node import PlanNode

if TYPE_CHECKING:
    from pgplumb.twin.gaps import Gaps
    from pgplumb.twin.planning import PlanningDatabase

UNDEFINED = "42P01"
"""undefined_table"""
_TRY_THE_TARGET = "Try again when it can be read, or plan it on the server itself."
_ROUNDS = 4
"""One index read whole may bring another that is skipped through."""


def explain_in_twin(
    planning: PlanningDatabase, query: str, search_path: str | None = None, begin: Sequence[str] = ()
) -> Plan | Unplanned:
    """Return the plan that the target would make; `begin` as in `explain`. Raises LostConnection."""
    found = explain(planning.session, query, search_path=search_path, begin=begin)
    if isinstance(found, Unplanned):
        absent = found.sqlstate == UNDEFINED
        return (lacking(query, planning.gaps) if absent else None) or found
    if not planning.plans_for_older:
        return found
    named = frozenset(token.lower.strip('"') for token in significant(query))
    whole: frozenset[str] = frozenset()
    hidden = planning.hidden
    try:
        for _ in range(_ROUNDS):
            skipping = _skipping(found.root, planning)
            if not skipping - whole - planning.hidden:
                break
            # How many values a column has also counts for what the query itself asks of it.
            counted = {n for n in skipping if (planning.first_column(n) or "").lower().strip('"') in named}
            whole |= skipping - counted
            planning.hide(planning.hidden | counted)
            with planning.without_skips(whole):
                again = explain(planning.session, query, search_path=search_path, begin=begin)
            if not isinstance(again, Plan):
                break
            found = again
    finally:
        planning.hide(hidden)
    return found


def lacking(query: str, gaps: Gaps) -> Unplanned | None:
    """Return why a twin has no plan for a query, where it is for a relation that the twin lacks."""
    names = named_in(query) or ()
    for relation, why in sorted(gaps.relations.items()):
        if any(relation == dotted(*name) or relation.endswith("." + dotted(*name)) for name in names):
            return Unplanned("no plan", f"{relation} is not in the twin: {why}", _TRY_THE_TARGET, UNDEFINED)
    return None


def _skipping(root: PlanNode, planning: PlanningDatabase) -> frozenset[str]:
    """Return the indexes that a plan reads by conditions none of which is on the first column."""
    found = set()
    schema = None
    for node in root.walk():
        schema = node.schema or schema
        if node.index is None or node.index_cond is None:
            continue
        # A bitmap's index scan names no schema; its heap scan stands right above it.
        name = dotted(schema or "", node.index)
        first = planning.first_column(name)
        if first is not None and not re.search(
            rf'(?<![\w"$.]){re.escape(first)}(?![\w"$])', _bare(node.index_cond)
        ):
            found.add(name)
    return frozenset(found)


def _bare(condition: str) -> str:
    """Return a condition without string constants and without the names of tables before columns."""
    return re.sub(r'(?:"(?:[^"]|"")*"|[\w$]+)\.', "", re.sub(r"'(?:[^']|'')*'", "''", condition))
