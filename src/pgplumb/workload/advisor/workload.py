"""The statements that advice is for: from pg_stat_statements, or from a workload file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pgplumb.sql.lexer import tokens
from pgplumb.sql.split import kind_of
from pgplumb.workload.fingerprints import fingerprint
from pgplumb.workload.folding import is_ours
from pgplumb.workload.statements import Statements

SHARE = 0.95
"""Of the total time: the statements that make it up are looked at."""
_MOST = 500
_KINDS = frozenset(("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement, `$n` and all, with how often it ran."""

    query: str
    calls: float
    rows: float | None
    """In total over all calls; None where nobody counted them."""
    userid: int = 0
    """The role that ran it, where it is known: its search_path finds the tables."""

    @property
    def rows_per_call(self) -> float | None:
        """Rows that one call returned or changed; None where that is not known."""
        return self.rows / self.calls if self.calls and self.rows is not None else None


class WorkloadError(Exception):
    """A workload file cannot be used; the text says what, why and the next step."""


def from_statements(
    statements: Statements, dbid: int | None = None, share: float = SHARE
) -> tuple[Entry, ...]:
    """Return the statements of one database that make up a share of its time, writes that are cheap too.

    Equal statements of several roles or list lengths count together. INSERT, UPDATE and DELETE always stay: what
    they write is what an index costs.
    """
    grouped: dict[str, list[tuple[float, Entry]]] = {}
    for statement in statements.entries:
        text = statement.query
        if text is None or (dbid is not None and statement.dbid != dbid) or not _plannable(text):
            continue
        if is_ours(statement):
            continue
        entry = Entry(text, statement.calls, statement.rows, statement.userid)
        grouped.setdefault(fingerprint(text) or text, []).append((statement.total_ms, entry))
    merged = []
    for found in grouped.values():
        found.sort(key=lambda pair: (-pair[0], pair[1].query, pair[1].userid))
        first = found[0][1]
        calls, rows = sum(e.calls for _, e in found), sum(e.rows or 0.0 for _, e in found)
        merged.append((sum(ms for ms, _ in found), Entry(first.query, calls, rows, first.userid)))
    merged.sort(key=lambda pair: (-pair[0], pair[1].query))
    return tuple(_most_of(merged, share))[:_MOST]


def _most_of(merged: list[tuple[float, Entry]], share: float) -> Iterable[Entry]:
    left = share * sum(ms for ms, _ in merged)
    for ms, entry in merged:
        if left > 0 or _kind(entry.query) in ("INSERT", "UPDATE", "DELETE", "MERGE"):
            yield entry
        left -= ms


def _plannable(text: str) -> bool:
    return _kind(text) in _KINDS


def _kind(text: str) -> str:
    return kind_of([token for token in tokens(text) if token.kind not in ("space", "comment")])


def from_file(path: Path) -> tuple[Entry, ...]:
    """Read a workload file: a JSON list of {"query", "calls", "rows"}. Raises WorkloadError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no UTF-8 text"
        raise WorkloadError(
            f"cannot read the workload {path}: {why}. Give a file that can be read."
        ) from None
    return from_json(text, str(path))


def from_json(text: str, name: str = "workload") -> tuple[Entry, ...]:
    """Read the text of a workload file. Raises WorkloadError, which names the place."""
    from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

    class Row(BaseModel):
        model_config = ConfigDict(extra="ignore")
        query: str = Field(min_length=1)
        calls: float = Field(default=1, ge=0, allow_inf_nan=False)
        rows: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    try:
        rows = TypeAdapter(list[Row]).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "top"
        expected = 'A workload is a JSON list of {"query", "calls", "rows"}.'
        raise WorkloadError(f"{name}, {place}: {first['msg']}. {expected}") from None
    return tuple(Entry(row.query, row.calls, row.rows) for row in rows)
