"""One query for each row of another: only the list of all statements shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pgplumb.foundation.text import count, percent
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind, QueryFinding, Value
from pgplumb.workload.statements import Key, Statement

CALLS = 1000
ROWS = 1.2
MEAN_MS = 2.0
SHARE = 0.05
RATIO = (5.0, 1000.0)
"""Calls of the one for each call of the other between which a loop is believable."""
ROWS_MATCH = (0.5, 2.0)
"""The parent's rows a call over that ratio: near 1 where each row causes one call."""


def n_plus_one(entries: Sequence[Statement], context: LintContext) -> Mapping[Key, tuple[QueryFinding, ...]]:
    """Return the statements that look like the body of a loop, with the one that may drive it."""
    total = context.total_ms or sum(e.total_ms for e in entries)
    found: dict[Key, tuple[QueryFinding, ...]] = {}
    for entry in entries:
        if entry.calls < CALLS or entry.rows_per_call > ROWS or entry.mean_ms >= MEAN_MS or not total:
            continue
        share = entry.total_ms / total
        if share < SHARE or entry.query is None:
            continue
        key = _looked_up(entry.query, context)
        if key is not None:
            found[entry.key] = (_finding(entry, share, key, _parent(entry, entries)),)
    return found


def _looked_up(text: str, context: LintContext) -> tuple[str, str, str] | None:
    """Return table id, table and column where a query fetches one table by one key column; else None."""
    from sqlglot import exp

    from pgplumb.workload.querylint.predicates import bound_columns
    from pgplumb.workload.querylint.query import Query
    from pgplumb.workload.querylint.shim import NotReadable, is_query, read

    readable = read(text) if is_query(text) else NotReadable("no query")
    if isinstance(readable, NotReadable):
        return None
    try:
        query = Query(readable, context.catalog, context.search_path)
        block = query.top
        if block is None or not isinstance(block.node, exp.Select) or len(block.sources) != 1:
            return None
        relation = block.sources[0].relation
        if relation is None or len(query.blocks) != 1:
            return None
        keys = [
            (c, comparison) for c, comparison in bound_columns(query, block) if comparison.operator == "="
        ]
    except RecursionError:
        return None
    # A list of keys in one call is the cure, not the illness.
    keys = [(c, found) for c, found in keys if not any(isinstance(o, exp.Any) for o in found.others)]
    primary = relation.primary_key
    wanted = set(primary.columns if primary else ()) | {
        n for key in relation.foreign_keys for n in key.columns
    }
    hits = [c for c, _ in keys if c.column.number in wanted]
    return (relation.id, relation.qualified, hits[0].column.name) if len(keys) == 1 and hits else None


def _parent(entry: Statement, entries: Sequence[Statement]) -> tuple[Statement, float] | None:
    """Return the statement of the same role whose rows the calls match best, with calls for each call of it."""
    best: tuple[float, Statement, float] | None = None
    for other in entries:
        if (
            other.key == entry.key
            or (other.userid, other.dbid) != (entry.userid, entry.dbid)
            or not other.calls
        ):
            continue
        ratio = entry.calls / other.calls
        if not RATIO[0] <= ratio <= RATIO[1]:
            continue
        match = other.rows_per_call / ratio
        if not ROWS_MATCH[0] <= match <= ROWS_MATCH[1]:
            continue
        distance = abs(match - 1)
        if best is None or (distance, other.key) < (best[0], best[1].key):
            best = (distance, other, ratio)
    return None if best is None else (best[1], best[2])


def _finding(
    entry: Statement, share: float, key: tuple[str, str, str], parent: tuple[Statement, float] | None
) -> QueryFinding:
    object_id, table, column = key
    message = (
        f"{count(entry.calls)} calls fetch {entry.rows_per_call:.2f} rows each of {table} by {column}, "
        f"{percent(share)} of all time"
    )
    evidence: dict[str, Value] = {
        "calls": entry.calls,
        "rows_per_call": round(entry.rows_per_call, 3),
        "mean_ms": round(entry.mean_ms, 3),
        "share": round(share, 4),
        "table": table,
        "column": column,
    }
    if parent is not None:
        other, ratio = parent
        message += (
            f": {ratio:.1f} for each call of another statement of {entry.role}, which returns "
            f"{other.rows_per_call:.1f} rows a call"
        )
        evidence |= {
            "parent_queryid": str(other.queryid),
            "parent_query": other.query,
            "ratio": round(ratio, 2),
            "parent_rows_per_call": round(other.rows_per_call, 2),
        }
    return QueryFinding.of(KIND, Found(message, evidence, (object_id,), certainty="suspected"), entry.queryid)


KIND = Kind(
    id="n-plus-one",
    title="A query runs once for each row of another",
    severity="warning",
    why="Each call pays for the way to the server and back, which takes longer than the look-up. One query with a join "
    "or = ANY($1) fetches all rows at once.",
    source="https://www.postgresql.org/docs/current/functions-comparisons.html#FUNCTIONS-COMPARISONS-ANY-SOME",
    look=lambda query, context: (),
)
