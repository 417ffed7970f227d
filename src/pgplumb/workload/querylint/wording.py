"""How findings speak of tables and their sizes."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.text import count, size
from pgplumb.workload.querylint.context import LARGE_PAGES, LintContext
from pgplumb.workload.querylint.finding import Severity, Value
from pgplumb.workload.querylint.query import Resolved

_PAGE = 8192


def sized(context: LintContext, relation: Relation) -> str:
    """`public.orders (1.2 M rows, 3.1 GB)`."""
    tuples = context.tuples(relation)
    rows = "never analysed" if tuples is None else f"{count(tuples)} rows"
    return f"{relation.qualified} ({rows}, {size(context.pages(relation) * _PAGE)})"


def numbers(context: LintContext, relation: Relation) -> dict[str, Value]:
    """A table's size as evidence."""
    tuples = context.tuples(relation)
    return {
        "table": relation.qualified,
        "rows": None if tuples is None else int(tuples),
        "pages": context.pages(relation),
    }


def by_size(context: LintContext, relation: Relation) -> Severity:
    """A warning where reading all of a table is worth one."""
    return "warning" if context.pages(relation) >= LARGE_PAGES else "info"


def column_id(found: Resolved) -> str:
    """The object identifier of a column."""
    return found.relation.column_id(found.column)


def named(found: Resolved) -> str:
    """`orders.total`: a column as a query would name it."""
    return f"{found.relation.name}.{found.column.name}"
