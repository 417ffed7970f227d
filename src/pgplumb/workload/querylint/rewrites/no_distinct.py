"""DISTINCT over rows that a key already tells apart."""

from __future__ import annotations

from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.splice import Edit, Places, rewritten

REWRITE = RewriteKind(
    id="no-distinct",
    title="Leave out DISTINCT",
    held_by="tests/workload/querylint/test_equivalence.py::test_rows_with_their_key_are_distinct_by_themselves",
)


def rewrite(query: Query) -> Rewrite | None:
    """Return the query without its one DISTINCT, or None where it has several."""
    places = Places(query)
    found = [at for at in range(len(places.tokens)) if places.word(at) == "distinct"]
    if len(found) != 1 or places.word(found[0] - 1) != "select" or places.word(found[0] + 1) == "on":
        return None
    first, behind = places.tokens[found[0]].start, places.tokens[found[0] + 1].start
    return rewritten(query, REWRITE, [Edit(first, behind, "")], "proved")
