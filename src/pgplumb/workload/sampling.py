"""What runs, seen by looking: where statements are not counted, pg_stat_activity is read again and again.

A statement that takes long is seen often, so its share of what was seen is about its share of the time. Texts hold
the constants of whoever ran them; those are taken out before anything is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from pgplumb.sql.lexer import tokens
from pgplumb.sql.query_files import query_file
from pgplumb.workload.fingerprints import collapse, fingerprint

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Unit

KEPT = 500
"""Statements that are told apart; of those that are seen least the figures are summed up."""
ON_CPU = "running"
"""Stands for a statement that waits for nothing."""
_CONSTANTS = ("string", "number", "meta")


@dataclass(frozen=True, slots=True)
class Sample:
    """One statement of one role, by how often it was seen."""

    fingerprint: str
    role: str
    query: str
    """Without constants and comments. Data all the same: sanitise it to show it."""
    seen: int
    """Sessions that ran it, over all looks."""
    longest_s: float
    """How long it had been running at most when it was seen."""
    waits: tuple[tuple[str, int], ...]
    """Wait events as `type: event`, or `running`, by how often; the most frequent first."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """What all looks together have seen."""

    since: datetime
    """The first look, by the server's clock."""
    read_at: datetime
    looks: int
    entries: tuple[Sample, ...]
    """The most often seen first."""
    seen: int = 0
    """Sessions that ran something, over all looks, those of statements that are not kept too."""
    hidden: int = 0
    """Sessions at the last look whose statements the role may not see."""
    disabled: int = 0
    """Sessions at the last look that do not tell: track_activities is off."""

    def share(self, sample: Sample) -> float:
        """Return how much of all that was seen one statement is."""
        return sample.seen / self.seen if self.seen else 0.0


@dataclass(slots=True)
class _Seen:
    query: str
    role: str
    times: int = 0
    longest_s: float = 0.0
    waits: Counter[str] = field(default_factory=Counter)


class Sampler:
    """Looks when it is told to and sums up what it sees."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _Seen] = {}
        self._since: datetime | None = None
        self._looks = 0
        self._times = 0

    def look(self, unit: Unit, own: Collection[int] = ()) -> Sampled:
        """Read what runs now, our own sessions left out, and return what all looks have seen. One statement."""
        rows = unit.query(query_file(__package__, "active_statements"), [list(own)])
        return self.add(rows)

    def add(self, rows: list[Row]) -> Sampled:
        """Take the rows of one look."""
        read_at: datetime = rows[0][0]
        self._since = self._since or read_at
        self._looks += 1
        hidden = disabled = 0
        for _, pid, role, state, text, wait_type, wait, seconds in rows:
            if pid is None:
                continue
            if state is None or text is None:
                hidden += 1
            elif state == "disabled":
                disabled += 1
            else:
                self._note(role, text, f"{wait_type}: {wait}" if wait_type else ON_CPU, seconds or 0.0)
        if len(self._seen) > 2 * KEPT:
            kept = sorted(self._seen, key=lambda key: (-self._seen[key].times, key))[:KEPT]
            self._seen = {key: self._seen[key] for key in kept}
        entries = [_sample(key[1], seen) for key, seen in self._seen.items()]
        entries.sort(key=lambda s: (-s.seen, s.role, s.fingerprint))
        return Sampled(
            self._since, read_at, self._looks, tuple(entries[:KEPT]), self._times, hidden, disabled
        )

    def _note(self, role: str, text: str, wait: str, seconds: float) -> None:
        query = without_constants(text)
        key = role, _known_by(query)
        seen = self._seen.setdefault(key, _Seen(query, role))
        self._times += 1
        seen.times += 1
        seen.longest_s = max(seen.longest_s, seconds)
        seen.waits[wait] += 1


def _sample(known_by: str, seen: _Seen) -> Sample:
    waits = tuple(sorted(seen.waits.items(), key=lambda item: (-item[1], item[0])))
    return Sample(known_by, seen.role, seen.query, seen.times, seen.longest_s, waits)


def without_constants(text: str) -> str:
    """Return a text with `$n` for every string and number, and without comments: either may be a secret.

    It works on tokens, for statements that no parser takes and for texts that were cut off as well; the parser's own
    normalising leaves the strings of EXECUTE, COMMENT and COPY as they are.
    """
    found = list(tokens(text))
    number = max((int(t.text[1:]) for t in found if t.kind == "parameter"), default=0)
    parts = []
    for token in found:
        if token.kind in _CONSTANTS:
            number += 1
            parts.append(f"${number}")
        else:
            parts.append(" " if token.kind == "comment" else token.text)
    return "".join(parts).strip()


def _known_by(query: str) -> str:
    """Return the fingerprint; of a text that was cut off, that of what there is."""
    whole = fingerprint(query)
    if whole is not None:
        return whole
    return blake2b(collapse(query).text.encode("utf-8", "replace"), digest_size=8).hexdigest()
