"""`x NOT IN (SELECT c FROM t WHERE ...)`: NOT EXISTS, where neither x nor c can be NULL."""

from __future__ import annotations

from sqlglot import exp

from pgplumb.sql.quote import quote_identifier
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="not-exists",
    title="NOT EXISTS, which the planner can run as an anti join",
    held_by="tests/workload/querylint/test_equivalence.py::test_not_exists_keeps_what_not_in_keeps",
)


def rewrite(query: Query, outer: Resolved, inner: Resolved, select: exp.Select) -> Rewrite | None:
    """Return the query with NOT EXISTS. Both columns are known to hold no NULL."""
    plain = {"kind", "expressions", "from_", "where", "hint", "operation_modifiers"}
    if any(value for name, value in select.args.items() if name not in plain):
        return None
    alias, outer_alias = inner.source.alias, outer.source.alias
    if alias == outer_alias or inner.source not in inner.block.sources or len(inner.block.sources) != 1:
        return None
    # A name of the outer query must not be caught by the inner one.
    between = query.block_of(select)
    if between is None or between.outer is not outer.block:
        return None
    places = Places(query)
    column = select.expressions[0]
    item = places.column(column) if isinstance(column, exp.Column) else None
    operand = select.parent.parent if isinstance(select.parent, exp.Subquery) else None
    tested = operand.this if isinstance(operand, exp.In) else None
    left = places.column(tested) if isinstance(tested, exp.Column) else None
    if item is None or left is None:
        return None
    words = [places.word(left[1] + i) for i in range(4)]
    if words != ["not", "in", "(", "select"] or item[0] != left[1] + 4:
        return None
    closing = places.closing(left[1] + 2)
    if closing is None or places.word(item[1]) != "from" or not places.is_condition(left[0], closing + 1):
        return None
    condition = f"{quote_identifier(alias)}.{quote_identifier(inner.column.name)} = "
    condition += f"{quote_identifier(outer_alias)}.{quote_identifier(outer.column.name)}"
    where = next((at for at in range(item[1], closing) if places.word(at) == "where"), None)
    if (where is None) != (select.args.get("where") is None):
        return None
    edits = [places.edit(left[0], item[1], "NOT EXISTS (SELECT 1")]
    if where is None:
        edits.append(places.edit(closing, closing + 1, f" WHERE {condition})"))
    else:
        edits.append(places.edit(where, where + 1, f"WHERE {condition} AND ("))
        edits.append(places.edit(closing, closing + 1, "))"))
    return rewritten(query, REWRITE, edits, "proved")
