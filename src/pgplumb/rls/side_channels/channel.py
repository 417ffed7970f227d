"""One way around row security, and what the kinds ask in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgplumb.catalog.relation import Relation
from pgplumb.rls.judgement import Judgement


@dataclass(frozen=True, slots=True, order=True)
class SideChannel:
    """A fact about an object, not a verdict of a cell."""

    kind: str
    """foreign-key, unique-key, stored-copy, copying-trigger, leaky-view, publication, truncate, server-defect."""
    object: str
    """An object identifier: `fk:public.docs.project_fk`."""
    message: str
    related: tuple[str, ...] = ()


def protected(judgement: Judgement) -> Iterator[Relation]:
    """Give the tables that row security is on for and whose rows have a tenant, by name."""
    for relation in judgement.matrix.objects:
        if relation.row_security and relation.oid in judgement.tenants.path_of and relation.extension is None:
            yield relation


def tenant_number(judgement: Judgement, relation: Relation) -> int | None:
    """Return the number of the column that holds a row's tenant, where the row itself has one."""
    path = judgement.tenants.path_of.get(relation.oid)
    column = relation.column_named(path.column) if path is not None and not path.hops else None
    return column.number if column is not None else None
