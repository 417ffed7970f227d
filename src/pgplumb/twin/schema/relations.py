"""The relations of a target, and which of them a twin is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.foundation.names import dotted
from pgplumb.server.rows import Rows
from pgplumb.twin.schema.closure import reached


@dataclass(frozen=True, slots=True)
class Relations:
    """All relations by oid; `only` says which are taken."""

    names: Mapping[int, str]
    """Qualified, as `foundation.names.dotted` writes them."""
    kinds: Mapping[int, str]
    """pg_class.relkind."""
    extension: Mapping[int, str]
    """The extension that a relation belongs to."""
    parents: Mapping[int, tuple[int, ...]]
    """Those right above a relation."""
    only: frozenset[int] | None
    """None takes all."""

    def takes(self, oid: int) -> bool:
        """Tell whether a relation is wanted or needed."""
        return oid in self.names and (self.only is None or oid in self.only)

    def of_kinds(self, kinds: str) -> list[int]:
        """Return those taken of some kinds, outside extensions, oldest first."""
        return [o for o, k in self.kinds.items() if k in kinds and self.takes(o) and o not in self.extension]

    def ancestors(self, oid: int) -> frozenset[int]:
        """Return every parent above a relation."""
        found: set[int] = set()
        waiting = list(self.parents.get(oid, ()))
        while waiting:
            parent = waiting.pop()
            if parent not in found and parent in self.names:
                found.add(parent)
                waiting.extend(self.parents.get(parent, ()))
        return frozenset(found)


def choose(relations: Rows, inherits: Rows, edges: Rows, wanted: frozenset[str] | None) -> Relations:
    """Return the relations of the rows; `wanted` limits them to some, by qualified name, and what they need."""
    names: dict[int, str] = {}
    kinds: dict[int, str] = {}
    extension: dict[int, str] = {}
    for oid, kind, schema, name, owned_by in relations:
        names[oid] = dotted(schema, name)
        kinds[oid] = kind
        if owned_by is not None:
            extension[oid] = owned_by
    only = None
    if wanted is not None:
        only = reached(edges.all(), [oid for oid, name in names.items() if name in wanted])
    parents: dict[int, tuple[int, ...]] = {}
    for child, parent in inherits:
        parents[child] = (*parents.get(child, ()), parent)
    return Relations(names, kinds, extension, parents, only)
