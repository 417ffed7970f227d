"""The hazards of a migration that are known without running it, from its text and the catalog.

Locks, rewrites and scans follow a table that was measured on real servers; families of hazards are read off
them and off the syntax tree. What cannot be parsed or decided is said to be unknown, never safe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.hazards.effect import Effects, Lock, WorkKind, rank
from pgplumb.migrate.hazards.effects.of import effects_of
from pgplumb.migrate.hazards.family import all_families
from pgplumb.migrate.hazards.hazard import Hazard, Source
from pgplumb.migrate.hazards.history import advance
from pgplumb.migrate.hazards.step import Mode, Step, steps_of
from pgplumb.migrate.hazards.timeouts import Timeouts, milliseconds
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.split import Statement, split

__all__ = ["Analysis", "Lock", "StatementFacts", "analyse", "hazards_of", "locks_of"]


Measure = Callable[[Step, Effects, World], Effects]
"""Gives the effects of a statement as they were measured, where they were."""


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What one statement does to relations that existed before the migration."""

    index: int
    line: int
    sql: str
    locks: tuple[Lock, ...]
    """The strongest lock on each."""
    rewrites: tuple[str, ...]
    scans: tuple[str, ...]
    """Relations that are read in full, index builds included."""
    unknown: tuple[str, ...]
    """What could not be told about it."""
    source: Source


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is known of a migration without running it."""

    statements: tuple[StatementFacts, ...]
    hazards: tuple[Hazard, ...]
    """By statement, worst first; hazards of the whole text come last."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """What could not be told, over all statements."""
        return tuple(dict.fromkeys(reason for facts in self.statements for reason in facts.unknown))

    @property
    def safe(self) -> bool | None:
        """False where a hazard is above info; None where otherwise something is unknown; else True."""
        if any(h.severity != "info" for h in self.hazards):
            return False
        return None if self.unknown else True


def analyse(
    migration: str | Sequence[Statement],
    catalog: Catalog | None = None,
    *,
    mode: Mode = "transaction",
    measure: Measure | None = None,
) -> Analysis:
    """Return what is known of a migration, as text or as its statements, without running it. Never fails.

    `catalog` is the database that it will run on; without one, relations that the text does not create are
    taken to exist and to hold rows. `mode` says whether it runs as one transaction or statement by statement.
    `measure` sees the effects of each statement that were read off, and gives those that hold.
    """
    statements = split(migration) if isinstance(migration, str) else migration
    steps = steps_of(statements, mode, _timeouts(catalog))
    world = World(catalog, steps)
    hazards: list[Hazard] = []
    facts: list[StatementFacts] = []
    for step in steps:
        effects = effects_of(step.node, world) if step.node.kind else _unread(step)
        effects = measure(step, effects, world) if measure else effects
        for family in all_families():
            hazards.extend(family.look(step, effects, world))
        world.past.append(effects)
        facts.append(_facts(step, effects, world))
        advance(world, step)
    for family in all_families():
        hazards.extend(family.end(world) if family.end else ())
    return Analysis(tuple(facts), tuple(sorted(hazards, key=_order)))


def hazards_of(
    migration: str | Sequence[Statement], catalog: Catalog | None = None, *, mode: Mode = "transaction"
) -> tuple[Hazard, ...]:
    """Return the hazards alone: see `analyse`. An empty answer means safe only if nothing was unknown."""
    return analyse(migration, catalog, mode=mode).hazards


def locks_of(statement: Statement | str, catalog: Catalog | None = None) -> tuple[Lock, ...]:
    """Return the locks that one statement takes on relations that exist, strongest first."""
    text = statement if isinstance(statement, str) else statement.text
    locks = [lock for facts in analyse(text, catalog).statements for lock in facts.locks]
    return tuple(sorted(locks, key=lambda lock: -rank(lock.mode)))


def _unread(step: Step) -> Effects:
    effects = Effects()
    effects.unsure(step.unread or "what it does: the parser refuses it")
    return effects


def _facts(step: Step, effects: Effects, world: World) -> StatementFacts:
    def worked_on(*kinds: WorkKind) -> tuple[str, ...]:
        work = [w.target for w in effects.work if w.target.existed and w.kind in kinds]
        return tuple(dict.fromkeys(leaf for target in work for leaf in world.leaves(target)))

    return StatementFacts(
        index=step.index,
        line=step.statement.line,
        sql=step.statement.text,
        locks=tuple(lock for lock in effects.locks if lock.target.existed),
        rewrites=worked_on("rewrite"),
        scans=worked_on("scan", "index", "rebuild"),
        unknown=tuple(effects.undecided),
        source="static" if world.catalog is None else "catalog",
    )


def _timeouts(catalog: Catalog | None) -> Timeouts:
    """Return the timeouts that a session of this role begins with."""

    def of(name: str) -> float:
        setting = catalog.settings.get(name) if catalog else None
        return (milliseconds(setting.reset_value or "0") or 0) if setting else 0

    return Timeouts.starting_at(of("lock_timeout"), of("statement_timeout"))


_SEVERITY_ORDER = {"error": 0, "warning": 1, "info": 2}


def _order(hazard: Hazard) -> tuple[bool, int, int, str, tuple[str, ...]]:
    whole = hazard.statement is None
    return whole, hazard.statement or 0, _SEVERITY_ORDER[hazard.severity], hazard.id, hazard.objects
