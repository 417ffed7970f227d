"""pg_stat_statements for a command: all of it, or an error that says what is missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.workload.statements import Statements


def read_all(session: Session, *, with_texts: bool) -> Statements:
    """Read every entry. Raises QueryError where a privilege lacks, UsageError where nothing counts statements."""
    from pgplumb.server.errors import QueryError
    from pgplumb.workload.statements import StatementsUnread
    from pgplumb.workload.statements_reader import read_statements

    with session.unit(statement_timeout_ms=30_000) as unit:
        found = read_statements(unit, texts=sys.maxsize if with_texts else 0)
    if not isinstance(found, StatementsUnread):
        return found
    next_step = f"{found.next_step} {found.sql.rstrip(';')}" if found.sql else found.next_step
    if found.is_privilege:
        raise QueryError(found.reason, found.why, next_step, sqlstate="42501")
    raise UsageError(f"{found.reason}: {found.why} {next_step}")
