"""What has changed in the checklist since the database was opened.

A rule's first decided answer is what later ones are held against: what was unknown while it was read is no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.tui.marks import mark_of

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding


@dataclass(frozen=True, slots=True)
class Change:
    """How one rule's answer differs from the first one."""

    was: str
    """The word of the first answer, where it is another now; else empty."""
    new: frozenset[tuple[str, tuple[str, ...]]]
    """Findings that were not there at first, by object and related ones."""
    gone: int
    """How many findings are there no more."""

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding was not there at first."""
        return (finding.object, finding.related) in self.new

    def words(self) -> str:
        """Return the change for the right end of a row: "was fail", "2 new", "3 gone"."""
        if self.was:
            return f"was {self.was}"
        counts = ((len(self.new), "new"), (self.gone, "gone"))
        return ", ".join(f"{count:,} {word}" for count, word in counts if count)


class Since:
    """Holds the first decided answers of one database."""

    def __init__(self) -> None:
        self._place = ("", "")
        self._first: dict[str, RuleResult] = {}
        self._changes: dict[str, Change] = {}
        self._seen: Checklist | None = None

    def look(self, checklist: Checklist | None, place: tuple[str, str]) -> None:
        """Take a newer checklist of a place (server and database); another place begins anew."""
        if place != self._place:
            self._place, self._first, self._changes, self._seen = place, {}, {}, None
        if checklist is None or checklist is self._seen:
            return
        self._seen = checklist
        self._changes = {}
        for result in checklist.results:
            if result.status == "unknown":
                continue
            first = self._first.setdefault(result.rule.id, result)
            change = _change(first, result)
            if change is not None:
                self._changes[result.rule.id] = change

    def change(self, result: RuleResult) -> Change | None:
        """Return how a rule's answer differs from the first; None where it does not."""
        return self._changes.get(result.rule.id)


def _change(first: RuleResult, now: RuleResult) -> Change | None:
    if first is now:
        return None
    before, after = mark_of(first), mark_of(now)
    old = {(f.object, f.related) for f in first.open_findings}
    new = {(f.object, f.related) for f in now.open_findings}
    if before is after and old == new:
        return None
    was = "" if before is after else before.word
    return Change(was, frozenset(new - old), len(old - new))
