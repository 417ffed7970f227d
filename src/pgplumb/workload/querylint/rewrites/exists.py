"""`(SELECT count(*) FROM t WHERE ...) > 0`: EXISTS, which stops at the first row."""

from __future__ import annotations

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="exists",
    title="EXISTS stops at the first row",
    held_by="tests/workload/querylint/test_equivalence.py::test_exists_is_true_where_a_count_is_above_zero",
)

_NEVER = {">": "0", ">=": "1", "<>": "0", "!=": "0"}
_NONE = {"=": "0", "<": "1", "<=": "0"}


def rewrite(query: Query, context: LintContext, select: exp.Select) -> Rewrite | None:
    """Return the query with EXISTS or NOT EXISTS. Nothing with a function in it: it may count on being called."""
    plain = {"kind", "expressions", "from_", "joins", "where", "hint", "operation_modifiers"}
    if (
        any(value for name, value in select.args.items() if name not in plain)
        or select.args.get("from_") is None
    ):
        return None
    count = select.expressions[0] if len(select.expressions) == 1 else None
    if not isinstance(count, exp.Count) or not isinstance(count.this, exp.Star):
        return None
    where = select.args.get("where")
    joins = select.args.get("joins") or []
    if any(
        f
        for part in (where, *joins)
        if part is not None
        for f in part.find_all(exp.Func, exp.Anonymous)
        if not isinstance(f, exp.And | exp.Or)
    ):
        return None
    places = Places(query)
    at = places.at(count)
    if at is None or [places.word(at - 2), places.word(at - 1)] != ["(", "select"]:
        return None
    if [places.word(at + i) for i in range(4)] != ["count", "(", "*", ")"]:
        return None
    closing = places.closing(at - 2)
    if closing is None or not places.is_condition(at - 2, closing + 3):
        return None
    operator, value = places.word(closing + 1), places.word(closing + 2)
    if _NEVER.get(operator) == value:
        word = "EXISTS"
    elif _NONE.get(operator) == value:
        word = "NOT EXISTS"
    else:
        return None
    edits = [
        places.edit(at - 2, at + 4, f"{word} (SELECT 1"),
        places.edit(closing + 1, closing + 3, ""),
    ]
    return rewritten(query, REWRITE, edits, "proved")
