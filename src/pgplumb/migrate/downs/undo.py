"""One statement that is to be taken back, and the words for the ways to do it."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.effect import Target
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_qualified
from pgplumb.sql.ranges import range_name


class Unknown(Exception):  # noqa: N818
    """Nothing takes a statement back, or what would is not known; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Undo:
    """A statement in the world before it."""

    step: Step
    world: World

    @property
    def node(self) -> Node:
        """The statement's tree."""
        return self.step.node

    def relation(self) -> tuple[Target, Relation | None]:
        """Return the relation that the statement is about."""
        return self.world.ranged(self.node.node("relation"))

    def record(self) -> Relation:
        """Return the relation as it was before. Raises Unknown where that is not known."""
        _, record = self.relation()
        if record is None:
            raise Unknown("what was there before is not known")
        return record

    def name(self, field: str = "relation") -> str:
        """Return the relation's name as the statement writes it."""
        node = self.node.node(field)
        return quote_qualified(*range_name(node)) if node else ""

    def new(self) -> None:
        """Raise Unknown where IF NOT EXISTS or OR REPLACE leaves open whether the object is new."""
        if self.node.flag("if_not_exists") or self.node.flag("replace"):
            raise Unknown("it may have been there before")
