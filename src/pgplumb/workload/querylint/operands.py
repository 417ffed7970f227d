"""Values that a rewrite knows how to move: parameters, plain constants, and casts of these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pgplumb.workload.querylint.splice import Places


@dataclass(frozen=True, slots=True)
class Operand:
    """A value among the tokens of a query."""

    first: int
    behind: int
    """The tokens `first` up to, not including, `behind`."""
    value: str
    """As SQL, without a cast: `$1`, `'2026-01-01'`, `5`, `current_date`."""
    kind: str
    """parameter, string, number, current_date."""
    cast: str
    """The type that it is cast to in the text; empty without one."""

    @property
    def string(self) -> str:
        """What a plain string constant holds; empty for anything else."""
        if self.kind != "string" or not self.value.startswith("'"):
            return ""
        return self.value[1:-1].replace("''", "'")


def after(places: Places, at: int) -> Operand | None:
    """Return the value that begins at a token, with any cast of it."""
    first, behind, cast = at, at + 1, ""
    if places.kind(at) == "word" and places.kind(at + 1) in ("parameter", "string"):
        cast, at, behind = places.word(at), at + 1, at + 2
    elif places.word(at) == "cast" and places.word(at + 1) == "(":
        if places.word(at + 3) != "as" or places.word(at + 5) != ")":
            return None
        cast, behind, at = places.word(at + 4), at + 6, at + 2
    kind = _kind(places, at)
    if not kind:
        return None
    if places.word(behind) == "::" and not cast:
        cast, behind = places.word(behind + 1), behind + 2
    return Operand(first, behind, places.text(at, at + 1), kind, cast)


def before(places: Places, behind: int) -> Operand | None:
    """Return the value that ends in front of a token: one of a single token only."""
    at = behind - 1
    kind = _kind(places, at)
    if not kind or places.word(at - 1) in ("::", "-", "+", "."):
        return None
    if places.kind(at - 1) == "word" and kind != "number" and places.word(at - 1) not in _STARTS:
        return None
    return Operand(at, behind, places.text(at, behind), kind, "")


_STARTS = frozenset(("where", "and", "or", "on", "not", "when"))


def _kind(places: Places, at: int) -> str:
    if places.kind(at) in ("parameter", "number"):
        return places.kind(at)
    if places.kind(at) == "string" and places.tokens[at].text.startswith("'"):
        return "string"
    return "current_date" if places.word(at) == "current_date" else ""


def iso_date(text: str) -> date | None:
    """Return a date that every DateStyle reads the same, or None."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if text == found.isoformat() else None


def iso_instant(text: str) -> datetime | None:
    """Return a point in time without a zone that every DateStyle reads the same, or None."""
    found = iso_date(text)
    if found is not None:
        return datetime(found.year, found.month, found.day)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is None and text[:10] == instant.date().isoformat() else None
