"""Which statements of a workload use which index, by their plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.workload.explained import Explained, settings_of, twin_settings
from pgplumb.workload.insights.context import Context
from pgplumb.workload.plan import Plan, search_path_of
from pgplumb.workload.plan_node import PlanNode
from pgplumb.workload.statements import Key, Statement

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Index, Relation
    from pgplumb.twin.planning import PlanningDatabase

MOST = 50
"""Statements that are planned, those that take most of the time."""


@dataclass(frozen=True, slots=True)
class Use:
    """A statement that uses an index. Its text is data: sanitise to show."""

    key: Key
    query: str
    share: float
    """Of the time of all statements, from 0 to 1."""
    settings: tuple[str, ...]
    """For which values of its parameters: generic, common."""


@dataclass(frozen=True, slots=True)
class IndexUse:
    """What the plans of the top statements use. An index without a use may still serve statements below them."""

    looked_at: int
    planned: int
    uses: Mapping[int, tuple[Use, ...]] = field(default_factory=dict)
    """By the index's oid, most of the time first; those of partitions count at the root's index."""
    unplanned: tuple[str, ...] = ()
    """Why statements could not be planned, each reason once."""

    @property
    def top(self) -> str:
        """ "the 50 top queries", or how many there are."""
        return (
            f"the {self.planned} top queries" if self.planned != 1 else "the one query that could be planned"
        )


def index_use(
    planning: PlanningDatabase,
    statements: Sequence[Statement],
    total_ms: float,
    catalog: Catalog,
) -> IndexUse:
    """Plan the top statements in the twin. Raises LostConnection and QueryError."""
    known = [one for one in statements if one.query is not None]
    top = sorted(known, key=lambda s: (-s.total_ms, s.key))[:MOST]
    uses: dict[int, list[Use]] = {}
    why_not: dict[str, None] = {}
    planned = 0
    for one in top:
        path = search_path_of(catalog, one.userid)
        settings = settings_of(planning.session, one.query or "", catalog, one.rows_per_call, path)
        answered = twin_settings(planning, settings[:2], Context(), path)
        found, reasons = _used(answered, catalog)
        why_not.update(dict.fromkeys(reasons))
        planned += not reasons
        for oid, names in found.items():
            share = one.total_ms / total_ms if total_ms else 0.0
            uses.setdefault(oid, []).append(Use(one.key, one.query or "", share, names))
    return IndexUse(len(top), planned, {oid: tuple(found) for oid, found in uses.items()}, tuple(why_not))


def _used(explained: Explained, catalog: Catalog) -> tuple[dict[int, tuple[str, ...]], tuple[str, ...]]:
    """Return the indexes of a statement's plans with their settings, and why a plan does not count."""
    found: dict[int, tuple[str, ...]] = {}
    for one in explained.plans:
        if not isinstance(one.answer, Plan):
            return {}, (f"{one.answer.what}: {one.answer.why}",)
        if one.unknown:
            return {}, (one.unknown[0],)
        for oid in {root_index(catalog, *name) for name in indexes_of(one.answer.root)} - {None}:
            assert oid is not None
            found[oid] = (*found.get(oid, ()), one.setting)
    return found, ()


def indexes_of(node: PlanNode, schema: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield schema and name of every index that a plan uses. A bitmap's index lives where the table above it does."""
    schema = node.schema or schema
    if node.index and schema:
        yield schema, node.index
    for child in node.children:
        yield from indexes_of(child, schema)


def root_index(catalog: Catalog, schema: str, name: str) -> int | None:
    """Return the oid of an index; of a partition's, that of the partitioned table's index above it."""
    found = catalog.indexes.get((schema, name))
    if found is None:
        return None
    relation, index = found
    while index.parent:
        above = _parent(catalog, relation.parents, index.parent)
        if above is None:
            break
        relation, index = above
    return index.oid


def _parent(catalog: Catalog, parents: Iterable[int], oid: int) -> tuple[Relation, Index] | None:
    for parent in parents:
        relation = catalog.relations.get(parent)
        if relation is not None:
            for index in relation.indexes:
                if index.oid == oid:
                    return relation, index
    return None
