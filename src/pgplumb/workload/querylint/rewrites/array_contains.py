"""`$1 = ANY(tags)`: `tags @> ARRAY[$1]`, which a GIN index serves."""

from __future__ import annotations

from sqlglot import exp

from pgplumb.catalog.type_names import type_name
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.operands import Operand, before
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="array-contains",
    title="Ask whether the array contains the value",
    held_by="tests/workload/querylint/test_equivalence.py::test_an_array_that_contains_a_value_has_it_as_an_element",
)

_RANGES = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_PLAIN = ("text", "uuid", "date", "timestamp", "timestamptz")


def rewrite(
    query: Query, context: LintContext, found: Resolved, column: exp.Column, top: bool
) -> Rewrite | None:
    """Return the query with `@>`. Only for a condition that filters rows: a NULL answer becomes false."""
    base = context.base_type(found.column)
    element = context.catalog.types.get(base.element) if base else None
    if element is None or not top or any(e.name == "intarray" for e in context.catalog.extensions.values()):
        return None
    places = Places(query)
    span = places.column(column)
    if span is None or [places.word(span[0] - i) for i in (3, 2, 1)] != ["=", "any", "("]:
        return None
    value = before(places, span[0] - 3)
    if value is None or places.word(span[1]) != ")" or not _fits(value, element.name):
        return None
    if not places.is_condition(value.first, span[1] + 1) or places.word(value.first - 1) not in (
        "where",
        "and",
        "on",
    ):
        return None
    name = type_name(context.catalog.types, element.oid)
    text = f"{places.text(*span)} @> ARRAY[{value.value}]::{name}[]"
    return rewritten(query, REWRITE, [places.edit(value.first, span[1] + 1, text)], "proved")


def _fits(value: Operand, element: str) -> bool:
    """Whether the value has the element's type by itself: no wider one that would be compared otherwise."""
    if value.kind == "parameter":
        return element in _RANGES or element in _PLAIN
    if value.kind == "number":
        return element in _RANGES and value.value.isdigit() and int(value.value) < _RANGES[element]
    return value.kind == "string" and (element in _RANGES or element in _PLAIN)
