"""Statements, as findings name them."""

from __future__ import annotations

from pgplumb.checks.finding import Report
from pgplumb.foundation.text import sanitise, shorten
from pgplumb.workload.statements import Statement, Statements


def statement_id(statement: Statement) -> str:
    """Return how findings name a statement; one text run by several roles has one identifier."""
    return f"query:{statement.queryid}"


def title(statement: Statement) -> str:
    """Return the beginning of a statement's text, or its number where the text was not read."""
    if statement.query is None:
        return f"statement {statement.queryid}"
    return shorten(sanitise(" ".join(statement.query.split())), 60)


def say_hidden(statements: Statements, report: Report) -> None:
    """Say how many statements this role may not see, where there are any."""
    if statements.hidden_entries:
        report.unknown(
            f"{statements.hidden_entries} statements of other roles are hidden: needs pg_read_all_stats"
        )
