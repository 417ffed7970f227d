"""Comments that accept a hazard: `-- pgplumb: ignore HAZARD reason`, above a statement or at its end.

One without a reason, of a hazard that there is not, or that meets none, does nothing, which is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pgplumb.migrate.hazards.hazard import SEVERITIES, Hazard
from pgplumb.migrate.lint.answer import Ignored, UselessIgnore
from pgplumb.sql.lexer import tokens
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import Statement

_IGNORE = re.compile(r"--\s*pgplumb:\s*ignore\b[ \t]*(\S*)[ \t]*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment."""

    line: int
    hazard: str
    reason: str
    statement: int | None
    """The statement that it is about; None where none follows it."""

    @property
    def fault(self) -> str:
        """Why it cannot be heeded; empty where it can."""
        if self.hazard not in SEVERITIES:
            return f"there is no hazard {self.hazard or 'without a name'}"
        return "" if self.reason else f"ignoring {self.hazard} needs a reason behind it"

    def meets(self, hazard: Hazard) -> bool:
        """Whether it is about a hazard; those of the whole text may be ignored anywhere."""
        return hazard.id == self.hazard and hazard.statement in (None, self.statement)


def ignores_in(text: str, statements: Sequence[Statement]) -> tuple[Ignore, ...]:
    """Return the comments of a text in their order."""
    if "pgplumb" not in text.lower():
        return ()
    positions = Positions(text)
    found = []
    for token in tokens(text):
        match = _IGNORE.match(token.text) if token.kind == "comment" else None
        if match:
            about = _about(token.start, positions.line(token.start), statements, positions)
            found.append(Ignore(positions.line(token.start), match[1], match[2].strip(), about))
    return tuple(found)


def _about(start: int, line: int, statements: Sequence[Statement], positions: Positions) -> int | None:
    """Return the statement that a comment stands in or behind on its line; else the next one."""
    beside = None
    for index, statement in enumerate(statements):
        if statement.start > start:
            return index if beside is None else beside
        if start < statement.end or positions.line(max(statement.end - 1, 0)) == line:
            beside = index
    return beside


def apply_ignores(
    hazards: Iterable[Hazard], ignores: Sequence[Ignore]
) -> tuple[tuple[Hazard, ...], tuple[Ignored, ...], tuple[UselessIgnore, ...]]:
    """Return the hazards that count, those that are ignored, and the comments that did nothing."""
    counted: list[Hazard] = []
    ignored: list[Ignored] = []
    used: set[int] = set()
    for hazard in hazards:
        met = [n for n, ignore in enumerate(ignores) if not ignore.fault and ignore.meets(hazard)]
        if met:
            used.update(met)
            ignored.append(Ignored(hazard, ignores[met[0]].reason))
        else:
            counted.append(hazard)
    useless = [
        UselessIgnore(i.line, i.fault or f"there is no {i.hazard} here to ignore")
        for n, i in enumerate(ignores)
        if n not in used
    ]
    return tuple(counted), tuple(ignored), tuple(useless)
