"""A query with its names resolved: which table each column belongs to, and what each block tests.

sqlglot's `qualify` is not used: it prints a new tree, fails as a whole where one name is unknown, and loses the
places in the text. Here what cannot be resolved is left unresolved, and no finding is built on it.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from sqlglot import exp

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.workload.querylint.blocks import BLOCKS, Block, Source
from pgplumb.workload.querylint.shim import Readable


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """What a column name means."""

    source: Source
    relation: Relation
    column: Column
    block: Block
    """The block whose source it is: another than the one it stands in where it is an outer reference."""


class Query:
    """One readable statement with its blocks, outer ones first."""

    def __init__(self, readable: Readable, catalog: Catalog, search_path: tuple[str, ...]) -> None:
        self.readable = readable
        self.text = readable.text
        self.tree = readable.tree
        self.blocks: list[Block] = []
        self._catalog = catalog
        self._search_path = search_path
        self._looked_up: dict[tuple[str, str], Relation | None] = {}
        """What names meant in the catalog."""
        self._block_of: dict[int, Block] = {}
        self._resolved: dict[int, Resolved | None] = {}
        self._ctes: dict[str, exp.CTE] = {}
        for cte in self.tree.find_all(exp.CTE):
            self._ctes.setdefault(_folded(cte.args["alias"].this), cte)
        self._descend(self.tree, None, None)

    def on(self, catalog: Catalog) -> Query | None:
        """Return the query on another catalog; None where a name that was looked up means something else there."""
        by_name = catalog.by_name
        if any(by_name.get(name) is not found for name, found in self._looked_up.items()):
            return None
        same = copy(self)
        same._catalog = catalog
        return same

    @property
    def top(self) -> Block | None:
        """The block of the statement itself; None for INSERT ... VALUES and set operations."""
        found = self._block_of.get(id(self.tree))
        return found if found is not None and found.node is self.tree else None

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation that it names, by name."""
        found = {s.relation.oid: s.relation for b in self.blocks for s in b.sources if s.relation}
        return tuple(sorted(found.values(), key=lambda r: (r.schema, r.name)))

    def relation_named(self, table: exp.Table) -> Relation | None:
        """Return what a table name means on the search path; None for CTEs and unknown names."""
        if not isinstance(table.this, exp.Identifier) or table.args.get("catalog"):
            return None
        name, schema = _folded(table.this), table.args.get("db")
        if isinstance(schema, exp.Identifier):
            return self._look_up(_folded(schema), name)
        if name in self._ctes:
            return None
        return next(
            (
                r
                for schema in self._search_path
                if (r := self._look_up(schema, name)) is not None and r.kind != "S"
            ),
            None,
        )

    def _look_up(self, schema: str, name: str) -> Relation | None:
        found = self._catalog.by_name.get((schema, name))
        self._looked_up[schema, name] = found
        return found

    def block_of(self, node: exp.Expr) -> Block | None:
        """Return the innermost block that a node stands in."""
        found: exp.Expr | None = node
        while found is not None:
            block = self._block_of.get(id(found))
            if block is not None:
                return block
            found = found.parent
        return None

    def resolve(self, column: exp.Expr | None) -> Resolved | None:
        """Return the table column that a name means; None where it is none, or not certain."""
        if not isinstance(column, exp.Column) or isinstance(column.this, exp.Star):
            return None
        key = id(column)
        if key not in self._resolved:
            block = self.block_of(column)
            self._resolved[key] = None if block is None else self._find(column, block)
        return self._resolved[key]

    def columns_in(self, node: exp.Expr) -> list[exp.Column]:
        """Return the columns below a node that stand in the same block as it."""
        block = self.block_of(node)
        return [c for c in node.find_all(exp.Column) if self.block_of(c) is block]

    def is_constant(self, node: exp.Expr) -> bool:
        """Whether a value is the same for all rows of its block: no column of it and no sub-query inside."""
        block = self.block_of(node)
        for column in node.find_all(exp.Column):
            found = self.resolve(column)
            if found is None or found.block is block:
                return False
        return node.find(exp.Select, exp.SetOperation) is None

    def _descend(self, node: exp.Expr, block: Block | None, outer: Block | None) -> None:
        """Note blocks and columns; `outer` is what a new block below may name."""
        waiting: list[tuple[exp.Expr, Block | None, Block | None]] = [(node, block, outer)]
        while waiting:
            node, block, outer = waiting.pop()
            if isinstance(node, BLOCKS) and not (isinstance(node, exp.Update) and _in_merge(node)):
                made = Block(node, outer)
                self._collect(made)
                self.blocks.append(made)
                self._block_of[id(node)] = made
                block = outer = made
            elif isinstance(node, exp.Column) and block is not None:
                block.columns.append(node)
            below: list[tuple[exp.Expr, Block | None, Block | None]] = []
            for child in node.iter_expressions():
                seen = outer
                if block is not None and outer is block and _sees_no_neighbour(child):
                    seen = block.outer
                below.append((child, block, seen))
            waiting += reversed(below)

    def _collect(self, block: Block) -> None:
        node = block.node
        found: list[Source] = []
        if isinstance(node, exp.Update | exp.Delete | exp.Merge):
            found += self._source(node.this)
        from_ = node.args.get("from_") or node.args.get("from")
        if isinstance(from_, exp.Expr):
            found += self._source(from_.this)
        using = node.args.get("using")
        for item in using if isinstance(using, list) else [using]:
            if isinstance(item, exp.Expr):
                found += self._source(item)
        found = self._joined(block, found, node.args.get("joins") or [])
        for lateral in node.args.get("laterals") or []:
            found += self._source(lateral)
        block.sources = found

    def _joined(self, block: Block, left: list[Source], joins: list[exp.Join]) -> list[Source]:
        for join in joins:
            right = self._source(join.this)
            side, kind = (join.side or "").upper(), (join.kind or "").upper()
            natural = (join.method or "").upper() == "NATURAL"
            block.natural = block.natural or natural
            if side in ("LEFT", "FULL"):
                right = [_with(s, nullable=True) for s in right]
            if side in ("RIGHT", "FULL"):
                left = [_with(s, nullable=True) for s in left]
            if kind == "CROSS":
                right = [_with(s, explicit_cross=True) for s in right]
            elif not join.args.get("on") and not join.args.get("using") and not natural and not side:
                right = [_with(s, comma=True) for s in right]
            left = left + right
        return left

    def _source(self, node: exp.Expr) -> list[Source]:
        alias = node.alias_or_name.lower() if not _quoted_alias(node) else node.alias_or_name
        if isinstance(node, exp.Table):
            relation = self.relation_named(node)
            outputs = None
            if relation is None and isinstance(node.this, exp.Identifier) and not node.args.get("db"):
                cte = self._ctes.get(_folded(node.this))
                outputs = _outputs(cte.this, cte.args.get("alias")) if cte is not None else None
            found = [Source(alias, relation, node, outputs)]
        elif isinstance(node, exp.Subquery | exp.Paren) and isinstance(
            node.this, exp.Table | exp.Subquery | exp.Paren
        ):
            if isinstance(node, exp.Subquery) and node.alias:
                return [Source(alias, None, node)]
            found = self._source(node.this)
        elif isinstance(node, exp.Subquery):
            found = [Source(alias, None, node, _outputs(node.this, node.args.get("alias")))]
        else:
            found = [Source(alias, None, node, lateral=True)]
        nested = node.args.get("joins")
        return self._joined(Block(node, None), found, nested) if nested else found

    def _find(self, column: exp.Column, block: Block) -> Resolved | None:
        name = _folded(column.this)
        table = column.args.get("table")
        here: Block | None = block
        if table is None and _names_output(column, block, name):
            return None
        while here is not None:
            if isinstance(table, exp.Identifier):
                source = self._named(here, _folded(table), column.args.get("db"))
                if source is not None:
                    return _resolved(source, name, here)
            else:
                known = [s for s in here.sources if s.relation and s.relation.column_named(name)]
                opaque = [
                    s for s in here.sources if not s.relation and (s.outputs is None or name in s.outputs)
                ]
                if opaque or len(known) > 1:
                    return None
                if known:
                    return _resolved(known[0], name, here)
            here = here.outer
        return None

    def _named(self, block: Block, alias: str, schema: exp.Expr | None) -> Source | None:
        for source in block.sources:
            if source.alias == alias and (
                not isinstance(schema, exp.Identifier)
                or (source.relation is not None and source.relation.schema == _folded(schema))
            ):
                return source
        return None


def _with(source: Source, **changes: bool) -> Source:
    values = {
        "nullable": source.nullable,
        "comma": source.comma,
        "explicit_cross": source.explicit_cross,
        "lateral": source.lateral,
        **changes,
    }
    return Source(source.alias, source.relation, source.node, source.outputs, **values)


def _resolved(source: Source, name: str, block: Block) -> Resolved | None:
    column = source.relation.column_named(name) if source.relation else None
    if source.relation is None or column is None:
        return None
    return Resolved(source, source.relation, column, block)


def _folded(identifier: exp.Expr) -> str:
    """Return a name as the server folds it."""
    name: str = identifier.name
    return name if identifier.args.get("quoted") else name.lower()


def _quoted_alias(node: exp.Expr) -> bool:
    alias = node.args.get("alias")
    found = alias.this if isinstance(alias, exp.TableAlias) and alias.this else node.this
    return isinstance(found, exp.Identifier) and bool(found.args.get("quoted"))


def _outputs(query: exp.Expr | None, alias: exp.Expr | None) -> frozenset[str] | None:
    """Return the column names of a sub-query, or None where they cannot be told."""
    if isinstance(alias, exp.TableAlias) and alias.columns:
        return frozenset(_folded(c) for c in alias.columns)
    if not isinstance(query, exp.Query):
        return None
    names = query.named_selects
    return (
        None
        if any(not n or n == "*" for n in names) or query.is_star
        else frozenset(n.lower() for n in names)
    )


def _sees_no_neighbour(node: exp.Expr) -> bool:
    """Whether a node is a CTE or a sub-query in FROM, which cannot name the tables beside it (LATERAL can)."""
    if isinstance(node, exp.With):
        return True
    return isinstance(node, exp.Subquery) and isinstance(node.parent, exp.From | exp.Join)


def _in_merge(node: exp.Expr) -> bool:
    return node.find_ancestor(exp.Merge) is not None and isinstance(node.parent, exp.When)


def _names_output(column: exp.Column, block: Block, name: str) -> bool:
    """Whether a bare name in ORDER BY means a column of the result."""
    parent = column.parent
    if not isinstance(parent, exp.Ordered) or not isinstance(block.node, exp.Select):
        return False
    return any(isinstance(e, exp.Alias) and e.alias.lower() == name for e in block.node.expressions)
