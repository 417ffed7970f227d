"""`id = $1::numeric` on an integer column: the parameter cast to the column's own type."""

from __future__ import annotations

from pgplumb.catalog.type_names import type_name
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.operands import after
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="typed-parameter",
    title="Give the parameter the column's type",
    held_by="tests/workload/querylint/test_equivalence.py::test_a_parameter_of_the_columns_type_finds_the_same_rows",
)


def rewrite(
    query: Query, context: LintContext, found: Resolved, places: Places, behind: int
) -> Rewrite | None:
    """Return the query with the parameter cast to the column's type; `behind` is the token after the column."""
    base = context.base_type(found.column)
    value = after(places, behind + 1) if places.word(behind) == "=" else None
    if (
        base is None
        or base.name not in ("int2", "int4", "int8")
        or value is None
        or value.kind != "parameter"
    ):
        return None
    if value.cast not in ("numeric", "decimal", "float8", "float4", "real"):
        return None
    text = f"{value.value}::{type_name(context.catalog.types, base.oid)}"
    assumes = (
        f"{value.value} is a whole number in the range of {type_name(context.catalog.types, base.oid)}",
    )
    return rewritten(query, REWRITE, [places.edit(value.first, value.behind, text)], "assuming", assumes)
