"""What a query is judged by: the catalog, what ANALYZE and the counters say, its figures and its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.catalog.model import Catalog, Type
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.statistics import ColumnStatistics, Statistics
from pgplumb.catalog.type_names import type_name
from pgplumb.catalog.unread import Unread
from pgplumb.sql.lexer import significant
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_node import PlanNode
from pgplumb.workload.statements import Statement

LARGE_PAGES = 1000
"""From here on (8 MB) reading all of a table is worth a word."""


@dataclass(frozen=True, slots=True)
class LintContext:
    """Everything known. What is None is unknown, and no finding is built on it."""

    catalog: Catalog
    statistics: Statistics | None = None
    search_path: tuple[str, ...] = ("public",)
    """Schemas in which unqualified names are looked up; see `schemas_of`."""
    statement: Statement | None = None
    """The query's own figures."""
    total_ms: float | None = None
    """Execution time of all statements of the same reading or interval."""
    plan: Plan | None = None
    """A plan of this very text, generic or not."""
    plans: Mapping[int, Plan] = field(default_factory=dict)
    """By queryid, for `lint_workload`."""

    @property
    def share(self) -> float | None:
        """The query's part of the time of all statements, 0 to 1."""
        if self.statement is None or not self.total_ms:
            return None
        return self.statement.total_ms / self.total_ms

    def leaves(self, relation: Relation) -> tuple[Relation, ...]:
        """The tables that hold a relation's rows: itself, or its partitions all the way down."""
        if relation.kind != "p":
            return (relation,)
        below = self.catalog.children.get(relation.oid, ())
        return tuple(leaf for child in below for leaf in self.leaves(child))

    def pages(self, relation: Relation) -> int:
        """Pages of a table, partitions included."""
        return sum(self._counted(leaf)[0] for leaf in self.leaves(relation))

    def tuples(self, relation: Relation) -> float | None:
        """Rows of a table as last estimated, partitions included; None where it was never analysed."""
        found = [self._counted(leaf)[1] for leaf in self.leaves(relation)]
        return None if any(f < 0 for f in found) else sum(found)

    def _counted(self, relation: Relation) -> tuple[int, float]:
        counters = self.statistics.tables.get(relation.oid) if self.statistics else None
        if counters is not None:
            return counters.pages, counters.tuples
        return relation.pages, relation.tuples

    def column_statistics(self, relation: Relation, column: Column) -> ColumnStatistics | None:
        """What ANALYZE found, where it may be seen."""
        columns = self.statistics.columns if self.statistics else None
        if columns is None or isinstance(columns, Unread):
            return None
        return columns.get((relation.oid, column.number))

    def distinct(self, relation: Relation, column: Column) -> float | None:
        """How many different values a column has, or None where it is not known."""
        found = self.column_statistics(relation, column)
        if found is None or found.distinct == 0:
            return None
        tuples = self.tuples(relation)
        if found.distinct > 0:
            return found.distinct
        return None if tuples is None else -found.distinct * tuples

    def base_type(self, column: Column) -> Type | None:
        """A column's type, below any domain."""
        found = self.catalog.types.get(column.type_oid)
        while found is not None and found.kind == "d":
            found = self.catalog.types.get(found.base)
        return found

    def type_label(self, column: Column) -> str:
        """A column's type as people write it."""
        return type_name(self.catalog.types, column.type_oid, column.typmod)

    def scans(self, relation: Relation) -> tuple[PlanNode, ...]:
        """The nodes of the plan that read a table or one of its partitions; none without a plan."""
        if self.plan is None:
            return ()
        names = {(leaf.schema, leaf.name) for leaf in (*self.leaves(relation), relation)}
        return tuple(node for node in self.plan.root.walk() if (node.schema, node.relation) in names)


def schemas_of(search_path: str, user: str | None = None) -> tuple[str, ...]:
    """Return the schemas of a search_path as its setting spells it, `"$user"` resolved or left out."""
    found = []
    for token in significant(search_path):
        if token.kind == "quoted":
            name = token.text[1:-1].replace('""', '"')
            if name == "$user":
                found += [user] if user else []
            else:
                found.append(name)
        elif token.kind == "word":
            found.append(token.lower)
        elif token.kind == "string":
            found.append(token.text[1:-1].replace("''", "'"))
    return tuple(found)
