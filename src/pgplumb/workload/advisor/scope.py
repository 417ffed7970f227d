"""Which table a column name in a query belongs to: aliases, sub-selects, WITH queries and views looked through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.sql.node import Node
from pgplumb.workload.advisor.use import TableUse

Column = tuple[TableUse, str]
"""A table's mention and the column's name there."""


@dataclass(frozen=True, slots=True)
class Source:
    """One item of FROM: a table, or a derived table whose columns may be a table's own."""

    use: TableUse | None = None
    outputs: Mapping[str, Column | None] = field(default_factory=dict)
    renamed: tuple[str, ...] = ()
    """Column aliases: FROM t AS a (x, y)."""

    def has(self, name: str) -> bool:
        """Whether the item has a column of that name."""
        if self.use is not None:
            return name in self.renamed or self.use.relation.column_named(name) is not None
        return name in self.outputs

    def column(self, name: str) -> Column | None:
        """Return the table's column behind a name, or None where it is computed or unknown."""
        if self.use is None:
            return self.outputs.get(name)
        if name in self.renamed:
            columns = self.use.relation.columns
            at = self.renamed.index(name)
            return (self.use, columns[at].name) if at < len(columns) else None
        return (self.use, name) if self.use.relation.column_named(name) is not None else None

    def all_columns(self) -> dict[str, Column | None]:
        """Return what `*` stands for."""
        if self.use is None:
            return dict(self.outputs)
        return {c.name: (self.use, c.name) for c in self.use.relation.columns}


class Scope:
    """The names that one SELECT sees: its own FROM, then those of the queries around it."""

    def __init__(self, outer: Scope | None = None) -> None:
        self.outer = outer
        self.sources: dict[str, Source] = {}
        self.queries: dict[str, Source] = {}
        """WITH queries."""
        self.own: set[int] = set()
        """Identities of the mentions of tables that this SELECT's own FROM made."""

    def query(self, name: str) -> Source | None:
        """Return a WITH query by name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.queries:
                return scope.queries[name]
            scope = scope.outer
        return None

    def resolve(self, reference: Node) -> Column | None:
        """Return the table's column that a ColumnRef names, here or further out."""
        names = reference.words("fields")
        if not names or any(n.kind == "A_Star" for n in reference.nodes("fields")):
            return None
        scope: Scope | None = self
        while scope is not None:
            if len(names) >= 2:
                source = scope.sources.get(names[-2])
                if source is not None:
                    return source.column(names[-1])
            else:
                having = [s for s in scope.sources.values() if s.has(names[0])]
                if having:
                    return having[0].column(names[0]) if len(having) == 1 else None
            scope = scope.outer
        return None

    def is_local(self, use: object) -> bool:
        """Whether a table's mention belongs to this SELECT, derived tables in its FROM included."""
        return id(use) in self.own
