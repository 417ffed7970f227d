"""The statements that cost most, with their names resolved, for rules that look at what queries ask.

pg_stat_statements keeps texts with constants replaced: what is compared with a column is seen, the value is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.search_paths import text_for
from pgplumb.workload.statements import Statement

if TYPE_CHECKING:
    from pgplumb.workload.querylint.context import LintContext
    from pgplumb.workload.querylint.query import Query
    from pgplumb.workload.querylint.shim import Readable

MOST = 200
"""So many statements are looked at, those with the most total time."""


def costliest(facts: Facts, pattern: re.Pattern[str]) -> Iterator[Statement]:
    """Yield the statements of this database whose text matches a pattern, most total time first."""
    statements = facts.statements
    if isinstance(statements, Unread):
        return
    here = [s for s in statements.entries if s.toplevel and s.dbid in (0, facts.catalog.database.oid)]
    for statement in sorted(here, key=lambda s: (-s.total_ms, s.key))[:MOST]:
        if statement.query is not None and pattern.search(statement.query):
            yield statement


def queries(facts: Facts, pattern: re.Pattern[str]) -> Iterator[tuple[Statement, Query]]:
    """Yield the costliest statements that match a pattern and can be read, with their names resolved."""
    from pgplumb.workload.querylint.context import schemas_of
    from pgplumb.workload.querylint.query import Query

    roles = {role.name: role for role in facts.catalog.roles.values()}
    for statement in costliest(facts, pattern):
        readable = _readable(statement.query or "")
        if readable is None:
            continue
        path = schemas_of(text_for(facts.catalog, roles.get(statement.role)), statement.role)
        known = facts.known_queries
        key = readable.text, path
        if key not in known:
            try:
                known[key] = Query(readable, facts.catalog, path)
            except RecursionError:
                known[key] = None
        query = known[key]
        if isinstance(query, Query):
            yield statement, query


def lint_context(facts: Facts) -> LintContext:
    """Return what the kinds of query findings are given."""
    from pgplumb.workload.querylint.context import LintContext

    statistics = facts.statistics
    return LintContext(facts.catalog, None if isinstance(statistics, Unread) else statistics)


@lru_cache(maxsize=1024)
def _readable(text: str) -> Readable | None:
    from pgplumb.workload.querylint.shim import NotReadable, is_query, read

    try:
        found = read(text) if is_query(text) else None
    except RecursionError:
        return None
    return None if found is None or isinstance(found, NotReadable) else found
