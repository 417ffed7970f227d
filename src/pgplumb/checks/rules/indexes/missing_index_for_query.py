"""Statements find their rows by an index, or in small tables."""

from __future__ import annotations

from collections import Counter

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.served_queries import Judged, Way, judged_statements
from pgplumb.checks.statement_names import statement_id, title
from pgplumb.foundation.names import part

_SHARE = 0.95
_CALLS = 10


def check(facts: Facts, report: Report) -> None:
    """Count the statements that are served; what only a plan tells decides nothing either way."""
    if report.known(facts.statements) is None:
        return
    share = facts.profile.threshold("missing-index-for-query", _SHARE)
    found = list(judged_statements(facts, facts.profile.threshold("missing-index-for-query-calls", _CALLS)))
    ways = Counter(judged.way for judged in found)
    # Who asks for most of a table is served by no index, and needs none.
    counted = len(found) - ways[Way.WHOLE]
    if not counted:
        return
    report.checked(counted)
    served = ways[Way.SERVED] + ways[Way.SMALL]
    said = ", ".join(f"{ways[way]} {way}" for way in Way if ways[way])
    report.note(f"{served} of {counted} frequent statements ({served / counted:.0%}) are served: {said}")
    if served + ways[Way.OPEN] < share * counted:
        for judged in found:
            _fail(judged, served, counted, report)
    elif served < share * counted:
        report.unknown(
            f"of {ways[Way.OPEN]} of {counted} statements only a plan tells whether an index would help them"
        )


def _fail(judged: Judged, served: int, counted: int, report: Report) -> None:
    for lacking in judged.unserved:
        table, column = lacking.table, lacking.columns[0]
        name = f"{table.qualified}.{part(column.name)}"
        report.fail(
            statement_id(judged.statement),
            f"{title(judged.statement)} reads all of {table.qualified} for the rows of one of about "
            f"{lacking.distinct:,.0f} values of {name}, which no index begins with",
            {
                "calls": judged.statement.calls,
                "mean_ms": round(judged.statement.mean_ms, 2),
                "columns": tuple(c.name for c in lacking.columns),
                "distinct": int(lacking.distinct),
                "served": served,
                "statements": counted,
            },
            related=(table.id, table.column_id(column)),
            fix=Fix("create-index", {"table": table.qualified, "columns": (column.name,)}),
        )


RULE = Rule(
    id="missing-index-for-query",
    title="Statements find their rows by an index",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Of the statements that were called at least 10 times (threshold missing-index-for-query-calls), the 200 "
    "with the most total time, 95 % (threshold missing-index-for-query) compare a column that an index begins with or "
    "read tables of less than 8 MB; those that ask for most of a table are left out.",
    why="Without an index that begins with a compared column, each call reads all of the table, and pushes other data "
    "out of memory. What that costs grows with the table and not with the rows that are asked for.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    looks_at="pg_stat_statements (query, calls), pg_index, pg_stats.n_distinct, pg_class.relpages",
    whole=check,
    reads=(
        "statements",
        "statistics",
        "catalog.relations",
        "catalog.settings",
        "catalog.setting_overrides",
        "catalog.roles",
    ),
    unknown_when="statements were not read, or too many compare ranges, expressions or columns that nobody "
    "analysed: whether an index would help those, only a plan tells",
    not_applicable_when="no frequent statement asks for some rows of a table",
)
