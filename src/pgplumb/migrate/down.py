"""The way back, for statements whose opposite is known from their text and the catalog before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.downs.alter import undo_alter_table
from pgplumb.migrate.downs.objects import undo_object
from pgplumb.migrate.downs.undo import Undo, Unknown
from pgplumb.migrate.hazards.history import advance
from pgplumb.migrate.hazards.step import Mode, Step, steps_of, transaction_kind
from pgplumb.migrate.hazards.timeouts import Timeouts
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.split import Statement, split


@dataclass(frozen=True, slots=True)
class ProposedDown:
    """Statements that take a migration back, in the order in which they run."""

    statements: tuple[str, ...]
    unknown: tuple[tuple[int, str], ...]
    """Statements of the up, by number from 0, that nothing takes back, with the reason."""

    @property
    def complete(self) -> bool:
        """Whether every statement has its opposite."""
        return not self.unknown

    @property
    def text(self) -> str:
        """The down as a script; what is missing stands at the top as comments."""
        missing = [f"-- statement {index + 1} is not taken back: {reason}" for index, reason in self.unknown]
        return "\n".join([*missing, *(f"{statement};" for statement in self.statements)])


def propose_down(
    migration: str | Sequence[Statement], catalog: Catalog | None = None, *, mode: Mode = "autocommit"
) -> ProposedDown:
    """Return the opposite of a migration, as far as it is known; `catalog` is the database before it.

    Transactions stay together and keep their settings. The shape comes back, never rows or values. Never fails.
    """
    statements = split(migration) if isinstance(migration, str) else migration
    steps = steps_of(statements, mode, Timeouts())
    world = World(catalog, steps)
    undone: list[list[str]] = []
    unknown: list[tuple[int, str]] = []
    for step in steps:
        try:
            undone.append(list(_undo(Undo(step, world))))
        except Unknown as reason:
            undone.append([])
            unknown.append((step.index, str(reason)))
        advance(world, step)
    return ProposedDown(tuple(_backwards(steps, undone)), tuple(unknown))


def _undo(undo: Undo) -> Iterator[str]:
    node = undo.step.node
    if undo.step.problem is not None or undo.step.unread is not None:
        raise Unknown("it was not understood")
    if node.kind in ("TransactionStmt", "VariableSetStmt"):
        return
    if node.kind == "AlterTableStmt":
        yield from undo_alter_table(undo)
    else:
        yield from undo_object(undo)


def _backwards(steps: Sequence[Step], undone: Sequence[Sequence[str]]) -> Iterator[str]:
    """Turn the order round, transaction by transaction; settings come first in each, as they were."""
    groups: list[list[Step]] = []
    for step in steps:
        if not groups or groups[-1][-1].transaction != step.transaction:
            groups.append([])
        groups[-1].append(step)
    for group in reversed(groups):
        statements = [text for step in reversed(group) for text in undone[step.index]]
        if not statements:
            continue
        settings = [s.statement.text for s in group if s.node.kind == "VariableSetStmt"]
        if any(transaction_kind(step.node) == "BEGIN" for step in group):
            yield from ("BEGIN", *settings, *statements, "COMMIT")
        else:
            yield from (*settings, *statements)
