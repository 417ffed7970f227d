"""LIKE '%...': no btree index helps."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import single_row, with_opclass
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import by_size, column_id, named, numbers, sized

TRIGRAMS = ("gin_trgm_ops", "gist_trgm_ops")


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at patterns on bare columns without a trigram index."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            if comparison.operator not in ("like", "ilike") or not comparison.searchable:
                continue
            found = own_column(query, block, comparison.left)
            pattern = comparison.others[0]
            if found is None or not isinstance(pattern, exp.Literal) or not pattern.is_string:
                continue
            if with_opclass(found.relation, found.column.number, context, TRIGRAMS):
                continue
            if single_row(query, context, block, found.source):
                continue
            parameter = query.readable.parameter(pattern.name)
            evidence = {**numbers(context, found.relation), "column": found.column.name}
            if parameter is not None:
                yield Found(
                    f"whether the pattern ${parameter} on {named(found)} begins with a wildcard is not known: "
                    "if it does, only a trigram index helps, and there is none",
                    evidence,
                    (column_id(found),),
                    certainty="unknown",
                    severity="info",
                )
            elif pattern.name[:1] in ("%", "_"):
                yield Found(
                    f"a pattern that begins with a wildcard tests every row of {sized(context, found.relation)}: "
                    f"{named(found)} has no trigram index",
                    {**evidence, "pattern_begins_with": pattern.name[:1]},
                    (column_id(found),),
                    severity=by_size(context, found.relation),
                    ask="advise",
                )


KIND = Kind(
    id="leading-wildcard",
    title="A pattern begins with a wildcard",
    severity="warning",
    why="A btree is ordered by how values begin, so that a pattern with an open beginning cannot use one. A GIN or "
    "GiST index with trigrams (pg_trgm) finds parts of a text.",
    source="https://www.postgresql.org/docs/current/pgtrgm.html#PGTRGM-INDEX",
    look=look,
)
