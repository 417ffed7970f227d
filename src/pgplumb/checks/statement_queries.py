"""The statements that cost most, with their names resolved, for rules that look at what queries ask.

pg_stat_statements keeps texts with constants replaced: what is compared with a column is seen, the value is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.search_paths import text_for
from pgplumb.workload.statements import Statement, Statements

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.workload.querylint.context import LintContext
    from pgplumb.workload.querylint.query import Query
    from pgplumb.workload.querylint.shim import Readable

MOST = 200
"""So many statements are looked at, those with the most total time."""


@dataclass(slots=True)
class _Top:
    """The costliest of one reading: rules ask for them again after each change of the schema."""

    statements: Statements
    database: int
    entries: tuple[Statement, ...]
    matching: dict[re.Pattern[str], tuple[Statement, ...]] = field(default_factory=dict)
    resolved: dict[tuple[str, tuple[str, ...]], Query | None] = field(default_factory=dict)
    """By text and search path, on the catalog where they were asked for last; None where that is too deep."""
    earlier: Mapping[tuple[str, tuple[str, ...]], Query | None] = field(default_factory=dict)
    """Those of the reading before."""


READS = (
    "statements",
    "catalog.relations",
    "catalog.settings",
    "catalog.setting_overrides",
    "catalog.roles",
)
"""What a rule depends on that asks for queries, or for the tables that statements mean."""


_last: list[_Top] = []
"""Of the newest reading alone."""


def costliest(facts: Facts, pattern: re.Pattern[str]) -> tuple[Statement, ...]:
    """Return the statements of this database whose text matches a pattern, most total time first."""
    statements = facts.statements
    if isinstance(statements, Unread):
        return ()
    top = _top(statements, facts.catalog.database.oid)
    found = top.matching.get(pattern)
    if found is None:
        found = tuple(s for s in top.entries if s.query is not None and pattern.search(s.query))
        top.matching[pattern] = found
    return found


def _top(statements: Statements, database: int) -> _Top:
    for top in _last:
        if top.statements is statements and top.database == database:
            return top
    here = [s for s in statements.entries if s.toplevel and s.dbid in (0, database)]
    before = _last[0].resolved if _last and _last[0].database == database else {}
    entries = tuple(sorted(here, key=lambda s: (-s.total_ms, s.key))[:MOST])
    made = _Top(statements, database, entries, earlier=before)
    _last[:] = [made]
    return made


def queries(facts: Facts, pattern: re.Pattern[str]) -> Iterator[tuple[Statement, Query]]:
    """Yield the costliest statements that match a pattern and can be read, with their names resolved."""
    from pgplumb.workload.querylint.context import schemas_of

    if isinstance(facts.statements, Unread):
        return
    top = _top(facts.statements, facts.catalog.database.oid)
    roles = {role.name: role for role in facts.catalog.roles.values()}
    for statement in costliest(facts, pattern):
        readable = _readable(statement.query or "")
        if readable is None:
            continue
        path = schemas_of(text_for(facts.catalog, roles.get(statement.role)), statement.role)
        known = facts.known_queries
        key = readable.text, path
        if key not in known:
            known[key] = top.resolved[key] = _resolved(top, key, readable, facts.catalog)
        query = known[key]
        if query is not None:
            yield statement, query


def _resolved(
    top: _Top, key: tuple[str, tuple[str, ...]], readable: Readable, catalog: Catalog
) -> Query | None:
    """Resolve the names of a statement, unless they meant the same on the catalog before."""
    from pgplumb.workload.querylint.query import Query

    known = top.resolved.get(key) or top.earlier.get(key)
    again = known.on(catalog) if known is not None else None
    if again is not None:
        return again
    try:
        return Query(readable, catalog, key[1])
    except RecursionError:
        return None


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
