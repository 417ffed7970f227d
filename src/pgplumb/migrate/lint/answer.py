"""What the linter says of one migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.migrate.hazards.hazard import Hazard, Source
from pgplumb.migrate.hazards.step import Mode

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.probes.probe import Answer


@dataclass(frozen=True, slots=True)
class LintedStatement:
    """One statement, and what it does to relations that existed before the migration."""

    index: int
    line: int
    """Of the file, from 1."""
    sql: str
    locks: Mapping[str, str]
    """The strongest mode on each table, as `pg_locks` prints it."""
    rewrites: tuple[str, ...]
    scans: tuple[str, ...]
    source: Source
    unknown: tuple[str, ...] = ()
    """What could not be decided."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A hazard that a comment in the text accepts."""

    hazard: Hazard
    reason: str


@dataclass(frozen=True, slots=True)
class UselessIgnore:
    """An ignore comment that does nothing."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Linted:
    """One migration."""

    path: str
    mode: Mode
    executes: bool | None
    """False where it fails; None where that is not known."""
    sqlstate: str | None
    """Of the first statement that fails."""
    statements: tuple[LintedStatement, ...]
    hazards: tuple[Hazard, ...]
    """By statement, worst first; those of the whole text come last."""
    ignored: tuple[Ignored, ...] = ()
    useless: tuple[UselessIgnore, ...] = ()
    unknown: tuple[str, ...] = ()
    """What could not be decided about the migration as a whole."""
    answers: tuple[Answer, ...] = ()
    """What the target was asked about it, and said."""
    catalog_after: Catalog | None = None
    """What would be there after it; None where that is not known or was not asked for."""

    @property
    def undecided(self) -> tuple[str, ...]:
        """Everything that could not be decided, each once."""
        found = [why for statement in self.statements for why in statement.unknown]
        return tuple(dict.fromkeys([*found, *self.unknown]))

    @property
    def safe(self) -> bool | None:
        """False where a hazard that is not ignored is above info; None where otherwise something is undecided."""
        if any(hazard.severity != "info" for hazard in self.hazards):
            return False
        return None if self.undecided or self.executes is None else True
