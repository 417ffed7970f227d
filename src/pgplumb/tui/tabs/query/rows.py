"""The rows of the Queries list: one record an entry of pg_stat_statements, and one for entries that are not listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.tui.tabs.query.trend import Interval, of_statements
from pgplumb.workload.folding import fold, is_ours, length_free
from pgplumb.workload.statements import Key, Statement, Statements

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding

BLOCK = 8192
HIDDEN: Key = (0, 0, 0, False)
"""Stands for all entries that the role may not see."""
OWN: Key = (0, 0, 1, False)
"""Stands for all entries of our own statements."""
Identity = tuple[int, int, int | str, bool]
"""As a Key, with the fingerprint in place of the queryid where a statement may come in several lengths of a list."""
FILTERED = 1_000
"""Characters of a text that the filter looks at."""


@dataclass(frozen=True, slots=True)
class QueryRow:
    """An entry as the list shows it, or several as one. Figures are of the period that is shown."""

    statement: Statement
    key: Identity
    """What tells it from every other row, at every reading."""
    share: float
    """Of the time of all statements, hidden ones included."""
    intervals: tuple[Interval, ...] = ()
    findings: tuple[tuple[RuleResult, Finding], ...] | None = None
    hidden: int = 0
    """How many entries it stands for, where it is the one of all hidden entries."""
    own: tuple[Key, ...] = ()
    """Which entries it stands for, where it is the one of our own statements."""
    block: int = BLOCK

    @property
    def id(self) -> str:
        """How findings name the statement."""
        return f"query:{self.statement.queryid}"

    @property
    def several(self) -> bool:
        """Whether it stands for several entries, so that it has no text and no plan."""
        return bool(self.hidden or self.own)

    @property
    def trend(self) -> tuple[float, ...]:
        """Milliseconds a second in the last intervals."""
        return of_statements(self.intervals, self.own or self.statement.variants or (self.statement.key,))

    @property
    def haystack(self) -> str:
        """What the filter looks in."""
        name = "pgplumb" if self.own else self.statement.query or ""
        return f"{self.statement.role} {name[:FILTERED]}"


def query_rows(
    statements: Statements,
    intervals: tuple[Interval, ...] = (),
    checklist: Checklist | None = None,
    *,
    block: int = BLOCK,
    own: bool = False,
) -> list[QueryRow]:
    """Return one row a statement, by total time, one more where entries are hidden, and one for all of ours.

    With `own`, our own statements are listed one by one.
    """
    statements = fold(statements)
    total = statements.total_ms or 1.0
    findings = findings_by_query(checklist) if checklist is not None else None
    ours = [] if own else [entry for entry in statements.entries if is_ours(entry)]
    folded = {entry.key for entry in ours}
    rows = [
        QueryRow(
            entry,
            identity(entry),
            entry.total_ms / total,
            intervals,
            _findings_of(entry, findings) if findings is not None else None,
            block=block,
        )
        for entry in statements.entries
        if entry.key not in folded
    ]
    if ours:
        together = summed(ours)
        rows.append(
            QueryRow(together, OWN, together.total_ms / total, intervals, own=tuple(folded), block=block)
        )
    if statements.hidden_entries:
        rows.append(_hidden(statements, total))
    return rows


def identity(entry: Statement) -> Identity:
    """Return what a statement's row is known by, however many lengths of its list were counted so far."""
    found = length_free(entry)
    return entry.key if found is None else (entry.userid, entry.dbid, found, entry.toplevel)


def _findings_of(
    entry: Statement, findings: Mapping[int, tuple[tuple[RuleResult, Finding], ...]]
) -> tuple[tuple[RuleResult, Finding], ...]:
    if not entry.variants:
        return findings.get(entry.queryid, ())
    return tuple(found for key in entry.variants for found in findings.get(key[2], ()))


def summed(entries: Iterable[Statement]) -> Statement:
    """Return several entries as one, without what does not add up."""
    found = list(entries)
    calls, spent_ms = sum(e.calls for e in found), sum(e.total_ms for e in found)
    roles = {entry.role for entry in found}
    return Statement(
        queryid=OWN[2],
        userid=OWN[0],
        dbid=OWN[1],
        toplevel=OWN[3],
        role=roles.pop() if len(roles) == 1 else "",
        calls=calls,
        total_ms=spent_ms,
        mean_ms=spent_ms / calls if calls else 0.0,
        rows=sum(e.rows for e in found),
        shared_hit=sum(e.shared_hit for e in found),
        shared_read=sum(e.shared_read for e in found),
        shared_dirtied=sum(e.shared_dirtied for e in found),
        shared_written=sum(e.shared_written for e in found),
        temp_blks=sum(e.temp_blks for e in found),
    )


def _hidden(statements: Statements, total: float) -> QueryRow:
    calls, spent_ms = statements.hidden_calls, statements.hidden_ms
    mean = spent_ms / calls if calls else 0.0
    entry = Statement(HIDDEN[2], HIDDEN[0], "", calls, spent_ms, mean, 0, dbid=HIDDEN[1], toplevel=HIDDEN[3])
    return QueryRow(entry, HIDDEN, spent_ms / total, hidden=statements.hidden_entries)


def findings_by_query(checklist: Checklist) -> Mapping[int, tuple[tuple[RuleResult, Finding], ...]]:
    """Return the open findings about statements, by queryid."""
    found = {}
    for object_id, findings in checklist.by_object.items():
        kind, _, name = object_id.partition(":")
        if kind == "query" and name.lstrip("-").isdigit():
            found[int(name)] = findings
    return found


def seconds_of(statements: Statements, entry: Statement | None = None) -> float | None:
    """Return the time that figures cover, those of one entry where it is named; None where that is not known."""
    if statements.seconds is not None:
        return statements.seconds
    since = (entry.since if entry is not None else None) or statements.stats_reset
    return None if since is None else (statements.read_at - since).total_seconds()


def per_call(number: float, statement: Statement) -> float:
    """Return what one call has on average."""
    return number / statement.calls if statement.calls else 0.0


def hit_ratio(statement: Statement) -> float | None:
    """Return how much of the blocks was found in shared_buffers; None where none was looked for."""
    blocks = statement.shared_hit + statement.shared_read
    return statement.shared_hit / blocks if blocks else None
