"""Statements for the screen: the totals since the reset, and what ran since the program connected."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.workload.fingerprints import list_fingerprint
from pgplumb.workload.period import Period
from pgplumb.workload.statements import Key, Statements
from pgplumb.workload.statements_reader import read_statements, read_texts

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.server.unit import Unit

FIRST_TEXTS = 100
"""How many entries of either list always have their texts."""
LONG_TEXTS = 20
"""How many texts longer than that are read whole with one reading, to tell lengths of a list from other statements."""
LIST_TEXT = 4_000
"""Characters of a text that a list needs; whoever looks at one statement asks for the whole text."""
OTHER_TEXTS_SECONDS = 30.0
"""How often the texts of all other entries are brought. The server reads its whole file of texts each time."""


class StatementsReader:
    """Keeps the first reading and all texts seen, so that a reading is counters alone.

    One lasts as long as the target is the same: a period goes on over a lost connection.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._period = Period()
        self._texts: dict[Key, str] = {}
        self._fingerprints: dict[Key, str | None] = {}
        """Of entries whose text is longer than the list needs; None where it has no list or is longer still."""
        self._without: set[Key] = set()
        """Entries for which the server gave no text when it was asked."""
        self._others_at: float | None = None

    def read(self, session: Session) -> tuple[Statements | Unread, Statements | Unread]:
        """Return totals and what ran since the first call."""
        with session.unit() as unit:
            total = read_statements(unit, texts=0)
        if isinstance(total, Unread):
            self._period.forget()
            return total, total
        since = self._period.add(total)
        self._bring_texts(session, total, since)
        whole = {key: found for key, found in self._fingerprints.items() if found is not None}
        return total.with_texts(self._texts, whole), since.with_texts(self._texts, whole)

    def _bring_texts(self, session: Session, total: Statements, since: Statements) -> None:
        now = self._clock()
        there = {entry.key for entry in (*total.entries, *since.entries)}
        self._texts = {key: text for key, text in self._texts.items() if key in there}
        self._fingerprints = {key: found for key, found in self._fingerprints.items() if key in there}
        first = [*total.entries[:FIRST_TEXTS], *since.entries[:FIRST_TEXTS]]
        missing = self._without_text(entry.key for entry in first)
        if self._others_at is None:
            # The first reading is to be on the screen soon: it brings what is on top.
            self._others_at = now - OTHER_TEXTS_SECONDS
        elif now - self._others_at >= OTHER_TEXTS_SECONDS:
            self._others_at = now
            self._without.clear()
            missing = self._without_text(entry.key for entry in total.entries) or self._cut()
        if not missing:
            return
        with suppress(QueryError), session.unit() as unit:
            # Counters without texts are worth showing.
            found = read_texts(unit, missing, LIST_TEXT)
            for text in found.values():
                # Worked out here, where nobody waits for it; the screen finds it done.
                list_fingerprint(text)
            self._texts.update(found)
            self._bring_fingerprints(unit)
        self._without.update(key for key in missing if key not in self._texts)

    def _bring_fingerprints(self, unit: Unit) -> None:
        """Read whole texts of which the list has the beginning, a few at a time: a long one is a list of constants."""
        cut = self._cut()[:LONG_TEXTS]
        whole = read_texts(unit, cut) if cut else {}
        for key in cut:
            self._fingerprints[key] = list_fingerprint(whole[key]) if key in whole else None

    def _cut(self) -> list[Key]:
        """Return entries of which the beginning of the text is known, and not whether it has a list."""
        return [
            k for k, text in self._texts.items() if len(text) >= LIST_TEXT and k not in self._fingerprints
        ]

    def _without_text(self, keys: Iterable[Key]) -> list[Key]:
        known = self._texts.keys() | self._without
        return [key for key in dict.fromkeys(keys) if key not in known]
