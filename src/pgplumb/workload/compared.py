"""Which column each parameter of a statement is compared with, found by the parser and the catalog.

What cannot be told (columns of functions, of views, expressions around a column) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.sql.lexer import significant
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}
_TEXTS = frozenset(("text", "varchar", "bpchar"))


class ColumnKey(NamedTuple):
    """A column by its names."""

    schema: str
    relation: str
    column: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One parameter and what it is compared with."""

    number: int
    operator: str
    """= < > <= >=, "any" for = ANY($n), "limit" for LIMIT $n."""
    column: ColumnKey | None
    """None for "limit"."""
    alias: str = ""
    """Which mention of the relation it is."""
    place: int = 0
    """In an IN list the parameter's place, from 0."""


Columns = Mapping[str, ColumnKey | None]
"""The columns of something in FROM; None for one that is no plain column."""


class _Scope:
    """What names mean in one query."""

    def __init__(self, above: _Scope | None, with_queries: Mapping[str, Columns]) -> None:
        self.above = above
        self.with_queries = dict(with_queries)
        self.sources: dict[str, Columns] = {}

    def find(self, names: tuple[str, ...]) -> tuple[str, ColumnKey] | None:
        """Return the alias and column that a reference means."""
        alias, column = (names[-2] if len(names) > 1 else None), names[-1]
        scope: _Scope | None = self
        while scope is not None:
            for name, columns in scope.sources.items():
                if alias in (None, name) and column in columns:
                    key = columns[column]
                    return (name, key) if key is not None else None
            scope = scope.above
        return None


def comparisons(query: str, catalog: Catalog, search_path: str | None = None) -> tuple[Comparison, ...]:
    """Return what the parameters of a statement are compared with; empty for a text that cannot be parsed."""
    try:
        tree = parse_statement(query)
        reader = _Reader(catalog, schemas_of(search_path, catalog))
        reader.statement(tree)
    except (SyntaxProblem, ParserMissing, TooDeep, RecursionError):
        return ()
    limit = tree.node("limitCount") if tree.kind == "SelectStmt" else None
    number = _parameter(limit) if limit is not None else None
    if number is not None:
        reader.found.append(Comparison(number, "limit", None))
    return tuple(reader.found)


def schemas_of(search_path: str | None, catalog: Catalog) -> tuple[str, ...]:
    """Return the schemas of a search_path, in their order; without one, those of the server's default."""
    names = [
        token.text[1:-1].replace('""', '"') if token.kind == "quoted" else token.lower
        for token in significant(search_path or '"$user", public')
        if token.kind in ("word", "quoted")
    ]
    role = catalog.roles.get(catalog.current_role)
    return tuple(role.name if name == "$user" and role else name for name in names)


class _Reader:
    """Walks a tree with the scopes that its queries open."""

    def __init__(self, catalog: Catalog, schemas: tuple[str, ...]) -> None:
        self._catalog = catalog
        self._schemas = schemas
        self.found: list[Comparison] = []

    def statement(self, tree: Node) -> None:
        self._query(tree, None, {})

    def _query(self, query: Node, above: _Scope | None, with_queries: Mapping[str, Columns]) -> Columns:
        """Note the comparisons of a query and return its columns."""
        scope = _Scope(above, with_queries)
        clause = query.node("withClause")
        for one in clause.nodes("ctes") if clause else ():
            inner = one.node("ctequery")
            if inner is not None:
                columns = self._query(inner, above, scope.with_queries)
                scope.with_queries[one.text("ctename")] = _renamed(columns, one.words("aliascolnames"))
        left, right = query.node("larg"), query.node("rarg")
        if left is not None and right is not None:
            self._query(right, above, scope.with_queries)
            return self._query(left, above, scope.with_queries)
        conditions: list[Node] = []
        for name in ("relation", "sourceRelation"):
            target = query.node(name)
            if target is not None:
                self._source(target, scope, conditions)
        for name in ("fromClause", "usingClause"):
            for source in query.nodes(name):
                self._source(source, scope, conditions)
        for condition in conditions:
            self._expression(condition, scope)
        skipped = ("withClause", "relation", "sourceRelation", "fromClause", "usingClause", "larg", "rarg")
        for name, value in query.fields.items():
            if name not in skipped:
                for below in _nodes(value):
                    self._expression(below, scope)
        return dict(_outputs(query, scope))

    def _source(self, node: Node, scope: _Scope, conditions: list[Node]) -> None:
        """Add something of FROM to the scope."""
        alias = node.node("alias")
        name = alias.text("aliasname") if alias else ""
        renamed = alias.words("colnames") if alias else ()
        if node.kind == "JoinExpr":
            for side in ("larg", "rarg"):
                if (below := node.node(side)) is not None:
                    self._source(below, scope, conditions)
            if (condition := node.node("quals")) is not None:
                conditions.append(condition)
        elif node.kind == "RangeSubselect":
            inner = node.node("subquery")
            columns = self._query(inner, scope, scope.with_queries) if inner else {}
            scope.sources[name or f"subquery {len(scope.sources)}"] = _renamed(columns, renamed)
        elif node.text("relname"):
            scope.sources[name or node.text("relname")] = _renamed(self._columns_of(node, scope), renamed)
        else:
            conditions.append(node)
            if name:
                scope.sources[name] = dict.fromkeys(renamed)

    def _columns_of(self, range_var: Node, scope: _Scope) -> Columns:
        schema, name = range_var.text("schemaname"), range_var.text("relname")
        if not schema and name in scope.with_queries:
            return scope.with_queries[name]
        relation = self._relation(schema, name)
        if relation is None:
            return {}
        plain = relation.kind != "v"
        return {
            c.name: ColumnKey(relation.schema, relation.name, c.name) if plain else None
            for c in relation.columns
        }

    def _relation(self, schema: str, name: str) -> Relation | None:
        """Find a relation as the server would; by its name alone where the search_path does not lead to it."""
        by_name = self._catalog.by_name
        for one in (schema,) if schema else self._schemas:
            if (one, name) in by_name:
                return by_name[one, name]
        found = [r for (_, n), r in by_name.items() if n == name] if not schema else []
        return found[0] if len(found) == 1 else None

    def _expression(self, node: Node, scope: _Scope) -> None:
        """Note the comparisons in an expression, those of its subqueries too."""
        if node.kind in ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"):
            self._query(node, scope, scope.with_queries)
            return
        if node.kind == "A_Expr":
            self._compared(node, scope)
        for value in node.fields.values():
            for below in _nodes(value):
                self._expression(below, scope)

    def _compared(self, node: Node, scope: _Scope) -> None:
        left, right = node.node("lexpr"), node.node("rexpr")
        operator = (node.words("name") or ("",))[-1]
        kind = node.text("kind")
        if left is None or right is None:
            return
        if kind in ("AEXPR_BETWEEN", "AEXPR_BETWEEN_SYM"):
            for bound, side in zip((">=", "<="), right.nodes("items"), strict=False):
                self._note(left, bound, side, scope)
        elif kind == "AEXPR_IN" and operator == "=":
            for place, item in enumerate(right.nodes("items")):
                self._pairs(left, "=", item, scope, place)
        elif kind == "AEXPR_OP_ANY" and operator == "=":
            self._note(left, "any", right, scope)
        elif kind in ("AEXPR_OP", "AEXPR_NOT_DISTINCT") and operator in _FLIPPED:
            self._pairs(left, operator, right, scope)
            self._pairs(right, _FLIPPED[operator], left, scope)

    def _pairs(self, left: Node, operator: str, right: Node, scope: _Scope, place: int = 0) -> None:
        """Compare rows column by column; of (a, b) < ($1, $2) the first column decides."""
        if left.kind == right.kind == "RowExpr":
            pairs = list(zip(left.nodes("args"), right.nodes("args"), strict=False))
            for one, other in pairs if operator == "=" else pairs[:1]:
                self._note(one, operator, other, scope, place)
        else:
            self._note(left, operator, right, scope, place)

    def _note(self, left: Node, operator: str, right: Node, scope: _Scope, place: int = 0) -> None:
        names, number = _reference(left), _parameter(right)
        if names is None or number is None:
            return
        meant = scope.find(names)
        if meant is not None:
            self.found.append(Comparison(number, operator, meant[1], meant[0], place))


def _reference(node: Node) -> tuple[str, ...] | None:
    """Return the names of a column; a cast to text is seen through, as the planner does for varchar."""
    if node.kind == "TypeCast" and (node.name("typeName") or ("",))[-1] in _TEXTS:
        inner = node.node("arg")
        return _reference(inner) if inner is not None else None
    return node.words("fields") if node.kind == "ColumnRef" and node.words("fields") else None


def _parameter(node: Node) -> int | None:
    while node.kind == "TypeCast" and (inner := node.node("arg")) is not None:
        node = inner
    return node.number("number") if node.kind == "ParamRef" else None


def _renamed(columns: Columns, names: tuple[str, ...]) -> Columns:
    """Return columns under the names that an alias gives them."""
    if not names:
        return columns
    given = [*names, *list(columns)[len(names) :]]
    return dict(zip(given, columns.values(), strict=False))


def _outputs(query: Node, scope: _Scope) -> Iterator[tuple[str, ColumnKey | None]]:
    """Yield the columns that a query gives; None for what is no plain column."""
    targets = query.nodes("targetList") if query.kind == "SelectStmt" else query.nodes("returningList")
    for target in targets:
        value = target.node("val")
        if value is None or value.kind != "ColumnRef":
            yield target.text("name") or "?", None
        elif any(field.kind == "A_Star" for field in value.nodes("fields")):
            names = value.words("fields")
            for alias, columns in scope.sources.items():
                if not names or alias == names[-1]:
                    yield from columns.items()
        else:
            names = value.words("fields")
            found = scope.find(names)
            yield target.text("name") or names[-1], found[1] if found else None


def _nodes(value: object) -> Iterator[Node]:
    """Yield the nodes that a field holds."""
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)
    elif isinstance(value, Mapping):
        node = Node.of(value)
        if node is not None:
            yield node
