"""What `pgplumb queries` has to say, before it is written in one form or another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.workload.folding import is_ours
from pgplumb.workload.statements import Statement, Statements

if TYPE_CHECKING:
    from pgplumb.server.capabilities import Capabilities
    from pgplumb.workload.querylint.finding import QueryFinding

Findings = Mapping[int, Sequence["QueryFinding"]]
"""Findings about statements, by queryid."""


@dataclass(frozen=True, slots=True)
class Left:
    """Statements that are not listed one by one."""

    entries: int
    calls: int
    ms: float


@dataclass(frozen=True, slots=True)
class QueriesAnswer:
    """The statements of one database: totals since the last reset, or what ran in an interval."""

    capabilities: Capabilities
    statements: Statements
    limit: int
    findings: Findings = field(default_factory=dict)

    @property
    def listed(self) -> tuple[Statement, ...]:
        """Those of most total time, our own left out."""
        return self._theirs[: self.limit]

    @property
    def more(self) -> Left:
        """Those that are beyond the limit."""
        return _left(self._theirs[self.limit :])

    @property
    def own(self) -> Left:
        """What pgplumb itself ran."""
        return _left([e for e in self.statements.entries if is_ours(e)])

    @property
    def hidden(self) -> Left:
        """What the role may not see."""
        found = self.statements
        return Left(found.hidden_entries, found.hidden_calls, found.hidden_ms)

    @property
    def calls(self) -> int:
        """Calls of all statements, hidden ones too."""
        return sum(e.calls for e in self.statements.entries) + self.statements.hidden_calls

    def share(self, statement: Statement) -> float:
        """Return how much of the time of all statements one took, hidden ones too."""
        total = self.statements.total_ms
        return statement.total_ms / total if total else 0.0

    def findings_of(self, statement: Statement) -> list[QueryFinding]:
        """Return what was found out about a statement in any length of its lists."""
        ids = [key[2] for key in statement.variants] or [statement.queryid]
        return [finding for queryid in ids for finding in self.findings.get(queryid, ())]

    @property
    def _theirs(self) -> tuple[Statement, ...]:
        return tuple(e for e in self.statements.entries if not is_ours(e))


def _left(entries: Sequence[Statement]) -> Left:
    return Left(len(entries), sum(e.calls for e in entries), sum(e.total_ms for e in entries))
