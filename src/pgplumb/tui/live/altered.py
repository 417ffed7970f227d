"""Whether a schema is another than the one that a twin was made from, or its tables are of another size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.catalog.statistics import Statistics

OLD_SECONDS = 600.0
"""A twin that is younger is not made anew for the sake of figures."""
ANALYSED = 0.1
"""The part of all tables with rows that was analysed since, from which on figures are much younger."""
GROWN = 1.5
"""A table that has so many times the rows is another for the planner."""
LARGE = 10_000
"""Rows of a table whose growth counts."""


def altered(before: Catalog, after: Catalog) -> bool:
    """Whether anything but figures differs. Relations that were not read again are the same objects."""
    if before is after:
        return False
    if before.relations.keys() != after.relations.keys():
        return True
    return any(
        one is not before.relations[oid] and definition(one) != definition(before.relations[oid])
        for oid, one in after.relations.items()
    )


def outgrown(before: Catalog, now: Statistics, made_at: datetime, age: float) -> bool:
    """Whether a twin of that age has figures that are much older than those of the server."""
    if age < OLD_SECONDS:
        return False
    counted = [(oid, c) for oid, c in now.tables.items() if c.tuples > 0 and oid in before.relations]
    younger = [oid for oid, c in counted if c.last_analyze is not None and c.last_analyze > made_at]
    if counted and len(younger) >= ANALYSED * len(counted):
        return True
    return any(
        c.tuples >= LARGE and c.tuples > GROWN * max(before.relations[oid].tuples, 1) for oid, c in counted
    )


def definition(relation: Relation) -> tuple[object, ...]:
    """Return what makes a relation, without figures that the server changes by itself."""
    return (
        (relation.schema, relation.name, relation.kind, relation.parents, relation.owner, relation.options),
        (relation.partition_bound, relation.row_security, relation.force_row_security),
        relation.columns,
        relation.constraints,
        tuple(replace(index, pages=0, tuples=0.0) for index in relation.indexes),
        relation.policies,
    )
