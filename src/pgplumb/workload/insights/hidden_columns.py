"""Columns that an index leads and that a filter tests through a cast or function: the index cannot serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pgplumb.catalog.relation import Column, Relation
from pgplumb.workload.insights.conditions import (
    has_index_on_expression,
    leading_index,
    read_condition,
)
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Value
from pgplumb.workload.insights.measures import SCANS
from pgplumb.workload.insights.raw import Explained, Node

ROWS = 1000
"""A smaller table is read whole whatever its indexes; of an index look-up, so many rows must have been rejected."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One such column at one node."""

    node: Node
    relation: Relation
    column: Column
    by: str
    index: str

    def evidence(self) -> dict[str, Value]:
        """Return what was seen."""
        return {
            "table": self.relation.qualified,
            "column": self.column.name,
            "through": self.by,
            "index": self.index,
            "filter": self.node.filter,
        }

    def subject(self, context: Context) -> str:
        """Return the same text for every partition of a table."""
        return f"{context.root(self.relation).qualified}.{self.column.name}"


def hidden_columns(plan: Explained, context: Context, kind: Literal["cast", "function"]) -> Iterator[Hidden]:
    """Yield the first hidden column of each filter; none without a catalog."""
    if context.catalog is None:
        return
    for node in plan.nodes:
        relation = context.relation(node) if node.kind in SCANS and node.filter else None
        if relation is None or not _matters(node, relation, context):
            continue
        alias = node.text("Alias")
        condition = read_condition(node.filter, alias, relation, context.catalog)
        for wrapped in condition.wrapped:
            index = leading_index(relation, wrapped.column)
            if wrapped.kind != kind or wrapped.column.name in condition.bare or index is None:
                continue
            if not has_index_on_expression(relation, node.filter, alias):
                yield Hidden(node, relation, wrapped.column, wrapped.by, index.name)
                break


def _matters(node: Node, relation: Relation, context: Context) -> bool:
    """Whether many rows go through the filter."""
    if node.condition is not None:
        return node.removed("Rows Removed by Filter") >= ROWS
    return max(context.rows(relation), node.returned + node.removed("Rows Removed by Filter")) >= ROWS
