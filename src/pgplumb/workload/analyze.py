"""EXPLAIN ANALYZE: the statement really runs, so only when asked for, shown before, guarded and stopped in time.

Source: https://www.postgresql.org/docs/current/sql-explain.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from pgplumb.server.errors import QueryError
from pgplumb.workload.execution_safety import refuse_execution, refuse_functions
from pgplumb.workload.plan import LOCK_TIMEOUT_MS, Plan, Unplanned, explain, prepare_unit, read_plan
from pgplumb.workload.plan_refusal import unplanned

if TYPE_CHECKING:
    from pgplumb.server.session import Session

LONGEST_MS = 5000
SHORTEST_MS = 250
"""A statement that is fast on average may find none of its blocks in memory."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would run, to be shown and confirmed."""

    text: str
    """The statement, with values in place of its parameters."""
    estimate: Plan
    """Its plan, made without executing it."""
    statement_timeout_ms: int
    lock_timeout_ms: int = LOCK_TIMEOUT_MS
    timing: bool = True
    """Whether each node is timed: it costs up to half of the time again where clocks are slow."""
    search_path: str | None = None

    @property
    def sql(self) -> str:
        """The exact statement."""
        timing = "ON" if self.timing else "OFF"
        return f"EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS, TIMING {timing}, FORMAT JSON) {self.text}"

    @property
    def limits(self) -> str:
        """ "read-only, stopped after 5 s, waits 200 ms for a lock"."""
        return (
            f"in a read-only transaction, stopped after {self.statement_timeout_ms / 1000:g} s,"
            f" waiting {self.lock_timeout_ms} ms for a lock"
        )

    def lines(self) -> tuple[str, ...]:
        """What runs, as a person should see it before: data, sanitise to show."""
        root = self.estimate.root
        path = () if self.search_path is None else (f"SET LOCAL search_path = {self.search_path};",)
        return (
            "BEGIN READ ONLY;",
            f"SET LOCAL statement_timeout = {self.statement_timeout_ms};",
            f"SET LOCAL lock_timeout = {self.lock_timeout_ms};",
            *path,
            f"{self.sql};",
            "COMMIT;",
            f"-- estimated cost {root.total_cost:,.0f}, {root.rows:,.0f} rows; {self.limits}",
        )


class Analysis:
    """Executes statements on one session, each after it was proposed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def proposal(
        self, text: str, *, mean_ms: float | None = None, timing: bool = True, search_path: str | None = None
    ) -> Proposal | Unplanned:
        """Return what would run, or why nothing may. Executes nothing. `mean_ms` is the statement's usual time.

        Raises LostConnection.
        """
        text = text.strip().rstrip(";").rstrip()
        refusal = refuse_execution(text)
        if refusal is not None:
            return refusal
        timeout = LONGEST_MS if mean_ms is None else min(max(ceil(3 * mean_ms), SHORTEST_MS), LONGEST_MS)
        estimate = explain(self._session, text, search_path=search_path)
        if isinstance(estimate, Unplanned):
            return estimate
        proposal = Proposal(text, estimate, timeout, timing=timing, search_path=search_path)
        found = self._in_unit(proposal, execute=False)
        return found if isinstance(found, Unplanned) else proposal

    def run(self, proposal: Proposal) -> Plan | Unplanned:
        """Execute a proposal, checking it again in the same transaction. Raises LostConnection."""
        refusal = refuse_execution(proposal.text)
        if refusal is not None:
            return refusal
        found = self._in_unit(proposal, execute=True)
        assert found is not None
        return found

    def _in_unit(self, proposal: Proposal, *, execute: bool) -> Plan | Unplanned | None:
        """Check the functions and, if asked, execute."""
        from pgplumb.server.embedded import CAGED

        try:
            with self._session.unit(
                proposal.statement_timeout_ms, proposal.lock_timeout_ms, as_user=True
            ) as unit:
                if CAGED in unit.query("SELECT session_user::text, current_user::text")[0]:
                    return Unplanned("not executed", "a twin has no rows", "Execute it on the target.")
                prepare_unit(unit, proposal.search_path)
                refusal = refuse_functions(unit, proposal.text)
                if refusal is not None or not execute:
                    return refusal
                return read_plan(unit.query(proposal.sql)[0][0], proposal.text, proposal.text)
        except QueryError as error:
            if error.timed_out and error.sqlstate == "57014":
                seconds = proposal.statement_timeout_ms / 1000
                step = "Its plan without execution is still to be had; execute it by hand with more time."
                return Unplanned("stopped", f"it ran longer than {seconds:g} s", step, "57014")
            return unplanned(error)
