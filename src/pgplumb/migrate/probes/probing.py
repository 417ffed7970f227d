"""The questions that a migration raises, read from its statements and the catalog; nothing is asked here."""

from __future__ import annotations

from collections.abc import Sequence

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.effects.of import effects_of
from pgplumb.migrate.hazards.history import advance
from pgplumb.migrate.hazards.step import Mode, steps_of
from pgplumb.migrate.hazards.timeouts import Timeouts
from pgplumb.migrate.hazards.world import World
from pgplumb.migrate.probes.fact import all_facts
from pgplumb.migrate.probes.moment import Moment, moment_of
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.situation import Added, Situation
from pgplumb.sql.split import Statement, split


def probes_for(
    statements: str | Sequence[Statement], catalog: Catalog, mode: Mode = "transaction"
) -> tuple[Probe, ...]:
    """Return what to ask the target about a migration, by statement. Never fails.

    Each statement is looked at as those before it leave the tables: a question about a column that the migration
    itself adds or renames is asked of the rows of now with that column made up.
    """
    cut = split(statements) if isinstance(statements, str) else statements
    steps = steps_of(cut, mode, Timeouts.starting_at(0, 0))
    world = World(catalog, steps)
    situation = Situation(catalog, world)
    found: list[Probe] = []
    for step in steps:
        effects = effects_of(step.node, world) if step.node.kind else Effects()
        moment = moment_of(step, effects, situation)
        for fact in all_facts():
            found.extend(fact.ask(moment))
        _remember(moment)
        situation.leave(step, moment.changed)
        world.past.append(effects)
        advance(world, step)
    return tuple(found)


def _remember(moment: Moment) -> None:
    """Keep the text of constraints that a later VALIDATE may name."""
    table, path = moment.table, moment.world.search_path
    for constraint in moment.added():
        if table is not None and constraint.text("conname"):
            key = (table.relation.oid, constraint.text("conname"))
            moment.situation.added[key] = Added(constraint, moment.text, path)
