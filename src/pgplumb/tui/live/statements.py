"""Statements for the screen: the totals since the reset, and what ran since the program was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.workload.statements import Key, Statements, delta
from pgplumb.workload.statements_reader import read_statements, read_texts

if TYPE_CHECKING:
    from pgplumb.server.session import Session

TEXTS = 100
"""How many entries of either list have their texts; the rest are asked for when looked at."""


class StatementsReader:
    """Keeps the first reading and all texts seen, so that a tick reads counters alone."""

    def __init__(self) -> None:
        self._first: Statements | None = None
        self._texts: dict[Key, str] = {}

    def read(self, session: Session) -> tuple[Statements | Unread, Statements | Unread]:
        """Return totals and what ran since the first call."""
        with session.unit() as unit:
            total = read_statements(unit, texts=0)
            if isinstance(total, Unread):
                self._first = None
                return total, total
            if self._first is None:
                self._first = total
            since = delta(self._first, total)
            wanted = [e.key for e in (*total.entries[:TEXTS], *since.entries[:TEXTS])]
            missing = [key for key in dict.fromkeys(wanted) if key not in self._texts]
            if missing:
                self._texts.update(read_texts(unit, missing))
        return total.with_texts(self._texts), since.with_texts(self._texts)
