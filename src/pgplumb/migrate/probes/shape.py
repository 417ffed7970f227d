"""A table of the target as it would be read at some point of a migration.

A column that an earlier statement adds, converts, renames or drops is shown by a query around the table, so that
a later statement's expressions can be tried on the rows of now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pgplumb.catalog.relation import Relation
from pgplumb.sql.quote import quote_identifier, quote_qualified

SYSTEM = ("tableoid", "ctid")


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows of one table. `columns` maps each name of now to its expression over the layer below."""

    relation: Relation
    name: str
    """What the table is called now: expressions may name it."""
    layers: tuple[Mapping[str, str], ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    """Columns whose values cannot be told, with the reason."""

    @classmethod
    def of(cls, relation: Relation) -> Shape:
        """Return a table as it is."""
        return cls(relation, relation.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of columns that can be read."""
        return tuple(self.layers[-1]) if self.layers else tuple(c.name for c in self.relation.columns)

    def with_columns(self, columns: Mapping[str, str], missing: Mapping[str, str]) -> Shape:
        """Return it with one more layer: new names to expressions over the present ones."""
        kept = {n: why for n, why in (dict(self.missing) | dict(missing)).items() if n not in columns}
        return replace(self, layers=(*self.layers, dict(columns)), missing=kept)

    def source(self, *, only: bool, system: bool = False) -> str:
        """Return what to put behind FROM. `only`: without children; `system`: with tableoid and ctid."""
        alias = quote_identifier(self.name)
        found = ("ONLY " if only else "") + quote_qualified(self.relation.schema, self.relation.name)
        for layer in self.layers:
            parts = [*(f"{c} AS {c}" for c in SYSTEM if system)]
            parts += [f"{expression} AS {quote_identifier(name)}" for name, expression in layer.items()]
            found = f"(SELECT {', '.join(parts)} FROM {found} AS {alias})"
        return f"{found} AS {alias}"
