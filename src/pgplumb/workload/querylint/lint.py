"""Finds what is wrong with queries, and proves it against the catalog and the plan.

What the text cannot tell is left unsaid, or said to be unknown. sqlglot is imported when the first query is
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import QueryFinding, not_readable
from pgplumb.workload.statements import Statement

_ORDER = {"error": 0, "warning": 1, "info": 2}


def lint_query(text: str, context: LintContext) -> tuple[QueryFinding, ...]:
    """Return what is wrong with one query, worst first, rewrites included.

    A text that cannot be analysed gives one finding `not-readable`; a utility statement none.
    """
    from pgplumb.workload.querylint.query import Query
    from pgplumb.workload.querylint.registry import all_kinds
    from pgplumb.workload.querylint.shim import NotReadable, is_query, read

    queryid = context.statement.queryid if context.statement else None
    if not text.strip() or not is_query(text):
        return ()
    readable = read(text)
    if isinstance(readable, NotReadable):
        return (not_readable(readable.reason, queryid),)
    found: list[QueryFinding] = []
    try:
        query = Query(readable, context.catalog, context.search_path)
        for kind in all_kinds():
            found += [QueryFinding.of(kind, one, queryid) for one in kind.look(query, context)]
    except RecursionError:
        return (not_readable("the statement is nested too deeply", queryid),)
    return tuple(sorted(found, key=_rank))


def lint_workload(
    statements: Iterable[Statement], context: LintContext
) -> tuple[tuple[Statement, tuple[QueryFinding, ...]], ...]:
    """Return every statement that has a text with what is wrong with it, most total time first.

    Adds what only the whole list shows: a query run once for each row of another one.
    """
    from pgplumb.workload.querylint.n_plus_one import n_plus_one

    entries = sorted(statements, key=lambda s: (-s.total_ms, s.key))
    total = context.total_ms or sum(s.total_ms for s in entries)
    whole = replace(context, total_ms=total)
    loops = n_plus_one(entries, whole)
    return tuple(
        (entry, tuple(sorted([*loops.get(entry.key, ()), *_of_one(entry, whole)], key=_rank)))
        for entry in entries
        if entry.query is not None
    )


def _of_one(entry: Statement, context: LintContext) -> Iterator[QueryFinding]:
    plan = context.plans.get(entry.queryid)
    yield from lint_query(entry.query or "", replace(context, statement=entry, plan=plan))


def _rank(finding: QueryFinding) -> tuple[int, str, str]:
    return (_ORDER[finding.severity], finding.id, finding.message)
