"""What policies cost, for `pgplumb rls --costs`: the statements seen, planned in a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread

if TYPE_CHECKING:
    from pgplumb.cli.connect import Step
    from pgplumb.rls.cost.cost import PolicyCosts
    from pgplumb.rls.prover.gate import World
    from pgplumb.server.session import Session

NOT_ASKED = Unread("not asked for: --costs plans the statements seen, in a twin of the database")


def read_costs(session: Session, world: World, step: Step) -> PolicyCosts | Unread:
    """Return what policies cost in the statements seen, or why that is not known. Raises LostConnection."""
    import sys

    from pgplumb.cli.twins import twin_of
    from pgplumb.rls.cost.find import policy_costs
    from pgplumb.server.embedded import EmbeddedError
    from pgplumb.server.errors import QueryError
    from pgplumb.twin.cage import Breach
    from pgplumb.twin.migrated import NotMigrated
    from pgplumb.workload.statements import StatementsUnread
    from pgplumb.workload.statements_reader import read_statements

    step("statements")
    try:
        with session.unit(statement_timeout_ms=30_000) as unit:
            statements = read_statements(unit, texts=sys.maxsize)
        if isinstance(statements, StatementsUnread):
            more = f" {statements.next_step} {statements.sql or ''}".rstrip()
            return Unread(f"{statements.reason}: {statements.why}{more}")
        queries = [entry.query for entry in statements.entries if entry.query is not None]
        with twin_of(session, queries, step) as twin:
            step("what policies cost")
            return policy_costs(
                twin, world, statements.entries, statements.total_ms, hidden=statements.hidden_entries
            )
    except (QueryError, EmbeddedError, Breach, NotMigrated) as error:
        return Unread(str(error))
