"""`id + 1 = $1`: `id = $1::bigint - 1`, computed in bigint so that nothing overflows."""

from __future__ import annotations

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.operands import Operand, after
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="moved-arithmetic",
    title="Compute on the constant's side",
    held_by="tests/workload/querylint/test_equivalence.py::test_arithmetic_moves_to_the_other_side",
)

_OPERATORS = ("=", "<", "<=", ">", ">=")
_LARGEST = 2**31 - 1


def rewrite(
    query: Query, context: LintContext, found: Resolved, places: Places, at: int, behind: int
) -> Rewrite | None:
    """Return the query with the column alone, or None. Only for smallint and integer: bigint has no wider type."""
    base = context.base_type(found.column)
    if base is None or base.name not in ("int2", "int4"):
        return None
    sign = places.word(behind)
    if sign not in ("+", "-") or places.word(at - 1) in ("+", "-", "*", "/", "%", "^"):
        return None
    added = after(places, behind + 1)
    if added is None or places.word(added.behind) not in _OPERATORS or not _whole(added):
        return None
    value = after(places, added.behind + 1)
    if value is None or not _whole(value) or not places.is_condition(at, value.behind):
        return None
    operator, other = places.word(added.behind), "-" if sign == "+" else "+"
    text = f"{places.text(at, behind)} {operator} {_wide(value)} {other} {_wide(added)}"
    what = f"{places.text(at, added.behind)} stays in range: where it does not, the query as written fails"
    edit = places.edit(at, value.behind, text)
    return rewritten(query, REWRITE, [edit], "assuming", (what,))


def _whole(value: Operand) -> bool:
    """Whether it is an integer of at most four bytes, as far as the column's type makes it one."""
    if value.cast not in ("", "int", "integer", "int4"):
        return False
    if value.kind == "number":
        return value.value.isdigit() and int(value.value) <= _LARGEST
    return value.kind == "parameter"


def _wide(value: Operand) -> str:
    return f"{value.value}::bigint"
