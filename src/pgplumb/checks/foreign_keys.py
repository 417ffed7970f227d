"""Foreign keys as people declared them.

A key that refers to a partitioned table has one more row in pg_constraint for each partition there. Those
rows have a parent; they are the server's own and no rule speaks of them.
"""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation

ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
"""pg_constraint.confdeltype as SQL writes it."""


def declared(table: Relation) -> list[Constraint]:
    """Return the foreign keys of a table without those that stand for a partition of another key's target."""
    return [c for c in table.constraints if c.kind == "f" and not c.parent]


def temporal(key: Constraint, catalog: Catalog) -> bool:
    """Tell whether a foreign key is one of PERIOD: it refers to a key WITHOUT OVERLAPS, which excludes by operators."""
    parent = catalog.relations.get(key.foreign_relation)
    return parent is not None and any(i.oid == key.index and i.is_exclusion for i in parent.indexes)


def foreign_key_columns(table: Relation) -> set[int]:
    """Return the numbers of all columns that take part in a foreign key."""
    return {number for c in table.constraints if c.kind == "f" for number in c.columns}
