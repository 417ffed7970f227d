"""Facts that are there but were not read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that the server has and we do not: not read yet, locked away, or not permitted.

    It is never equal to an absent value: a check that meets it answers `unknown`.
    """

    reason: str
    """For people: "locked by pid 4121 (ALTER TABLE)", "needs pg_monitor"."""


NOT_YET = Unread("not read yet")
"""The reading has not come to this part."""

Text = str | Unread
"""A deparsed expression, or why there is none to see."""
