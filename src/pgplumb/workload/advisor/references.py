"""Reads a query's tree: which tables it mentions and what it asks of each that an index could answer.

The tree is libpg_query's, which reads `$n` natively. Views whose definition is given are looked through; names are
found by the search_path that is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.sql.node import Node
from pgplumb.sql.parser import SyntaxProblem, parse_statement
from pgplumb.workload.advisor.conditions import Conditions
from pgplumb.workload.advisor.scope import Column, Scope, Source
from pgplumb.workload.advisor.use import Key, QueryUses, Sorted, TableUse, Write
from pgplumb.workload.plan_repair import repair

_MOST_VIEWS = 8
"""How deeply views within views are looked through."""


def references(
    query: str,
    catalog: Catalog,
    search_path: Sequence[str] = ("public",),
    views: Mapping[str, str] | None = None,
) -> QueryUses:
    """Return what a query asks of each table. Raises SyntaxProblem, ParserMissing and TooDeep."""
    try:
        tree = parse_statement(query.strip().rstrip(";"))
    except SyntaxProblem:
        repaired = repair(query)
        if repaired == query:
            raise
        tree = parse_statement(repaired.strip().rstrip(";"))
    reader = _Reader(catalog, tuple(search_path), views or {})
    reader.statement(tree)
    return QueryUses(tuple(reader.uses), tuple(reader.writes))


class _Reader:
    def __init__(self, catalog: Catalog, search_path: tuple[str, ...], views: Mapping[str, str]) -> None:
        self.uses: list[TableUse] = []
        self.writes: list[Write] = []
        self._catalog = catalog
        self._search_path = search_path
        self._views = views
        self._depth = 0

    def statement(self, node: Node, outer: Scope | None = None) -> dict[str, Column | None]:
        """Read a statement of any kind; a SELECT's columns come back."""
        if node.kind == "SelectStmt":
            return self.select(node, outer)
        if node.kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"):
            self._write(node, outer)
        return {}

    def select(self, node: Node, outer: Scope | None) -> dict[str, Column | None]:
        """Read a SELECT, VALUES or set operation."""
        scope = Scope(outer)
        self._with(node, scope)
        if node.text("op") not in ("", "SETOP_NONE"):
            sides = [
                Node("SelectStmt", side.fields) for name in ("larg", "rarg") if (side := node.node(name))
            ]
            halves = [self.select(side, scope) for side in sides]
            return dict.fromkeys(halves[0]) if halves else {}
        conditions = Conditions(scope, self.select, self.uses)
        for item in node.nodes("fromClause"):
            self._from(item, scope, conditions)
        conditions.add(node.node("whereClause"))
        outputs = self._targets(node, scope, conditions)
        conditions.sublinks(node.node("havingClause"))
        limited = bool(node.node("limitCount"))
        grouped = bool(node.nodes("groupClause") or node.fields.get("groupDistinct")) or _aggregates(node)
        self._sort(node, scope, conditions, outputs, limited, grouped)
        return outputs

    def _with(self, node: Node, scope: Scope) -> None:
        clause = node.node("withClause")
        for query in clause.nodes("ctes") if clause else ():
            inner = query.node("ctequery")
            name = query.text("ctename")
            if inner is None:
                continue
            if clause is not None and clause.flag("recursive"):
                scope.queries[name] = Source()
            scope.queries[name] = Source(
                outputs=_renamed(self.statement(inner, scope), query.words("aliascolnames"))
            )

    def _from(self, node: Node, scope: Scope, conditions: Conditions) -> None:
        alias = node.node("alias")
        name = alias.text("aliasname") if alias else ""
        columns = alias.words("colnames") if alias else ()
        if node.kind == "RangeVar":
            self._range_var(node, scope, name or node.text("relname"), columns)
        elif node.kind == "RangeSubselect":
            inner = node.node("subquery")
            mark = len(self.uses)
            outputs = self.statement(inner, scope) if inner else {}
            scope.own.update(id(use) for use in self.uses[mark:])
            scope.sources[name or f"?{len(scope.sources)}"] = Source(outputs=_renamed(outputs, columns))
        elif node.kind == "JoinExpr":
            for side in ("larg", "rarg"):
                inner = node.node(side)
                if inner is not None:
                    self._from(inner, scope, conditions)
            conditions.add(node.node("quals"))
            for using in node.words("usingClause"):
                sides = [s.column(using) for s in scope.sources.values() if s.has(using)]
                for column in sides:
                    if column is not None and len(sides) > 1:
                        column[0].joined.append(Key(column[1], (column[1],)))
        else:
            conditions.sublinks(node)

    def _range_var(self, node: Node, scope: Scope, alias: str, columns: tuple[str, ...]) -> None:
        schema, name = node.text("schemaname"), node.text("relname")
        query = scope.query(name) if not schema else None
        if query is not None:
            scope.sources[alias] = query
            scope.own.update(id(c[0]) for c in query.outputs.values() if c is not None)
            return
        relation = self._relation(schema, name)
        if relation is None:
            scope.sources[alias] = Source()
        elif relation.kind == "v":
            mark = len(self.uses)
            scope.sources[alias] = Source(outputs=_renamed(self._view(relation), columns))
            scope.own.update(id(use) for use in self.uses[mark:])
        else:
            scope.sources[alias] = Source(use=self._mention(relation, scope), renamed=columns)

    def _mention(self, relation: Relation, scope: Scope) -> TableUse:
        use = TableUse(relation)
        self.uses.append(use)
        scope.own.add(id(use))
        return use

    def _view(self, relation: Relation) -> dict[str, Column | None]:
        text = self._views.get(relation.qualified)
        if text is None or self._depth >= _MOST_VIEWS:
            return {column.name: None for column in relation.columns}
        self._depth += 1
        try:
            outputs = self.select(parse_statement(text.strip().rstrip(";")), None)
        finally:
            self._depth -= 1
        return _renamed(outputs, tuple(column.name for column in relation.columns))

    def _relation(self, schema: str, name: str) -> Relation | None:
        for where in (schema,) if schema else self._search_path:
            found = self._catalog.by_name.get((where, name))
            if found is not None:
                return found
        return None

    def _targets(self, node: Node, scope: Scope, conditions: Conditions) -> dict[str, Column | None]:
        """Note which columns are needed, and return the SELECT's own."""
        outputs: dict[str, Column | None] = {}
        for target in node.nodes("targetList"):
            value = target.node("val")
            if value is None:
                continue
            if value.kind == "ColumnRef" and any(f.kind == "A_Star" for f in value.nodes("fields")):
                qualifier = value.words("fields")
                for alias, source in scope.sources.items():
                    if not qualifier or qualifier[-1] == alias:
                        outputs |= source.all_columns()
                        if source.use is not None:
                            source.use.output = None
                continue
            found = scope.resolve(value) if value.kind == "ColumnRef" else None
            name = target.text("name") or (value.words("fields") or (f"?{len(outputs)}",))[-1]
            outputs[name] = found
            conditions.sublinks(value)
        for part in ("targetList", "havingClause", "groupClause", "sortClause", "distinctClause"):
            for inner in Node("", {part: node.fields.get(part)}).walk():
                column = scope.resolve(inner) if inner.kind == "ColumnRef" else None
                if column is not None and column[0].output is not None:
                    column[0].output.add(column[1])
        return outputs

    def _sort(
        self,
        node: Node,
        scope: Scope,
        conditions: Conditions,
        outputs: Mapping[str, Column | None],
        limited: bool,
        grouped: bool,
    ) -> None:
        found: list[tuple[TableUse, Sorted]] = []
        for item in node.nodes("sortClause"):
            value = item.node("node")
            key = self._sort_key(value, conditions, outputs, node)
            if key is None:
                found = []
                break
            order = item.text("sortby_nulls")
            first = {"SORTBY_NULLS_FIRST": True, "SORTBY_NULLS_LAST": False}.get(order)
            found.append((key[0], Sorted(key[1], item.text("sortby_dir") == "SORTBY_DESC", first)))
        if found and all(use is found[0][0] for use, _ in found) and not grouped:
            found[0][0].sort.extend(key for _, key in found)
            found[0][0].limited = limited or bool(node.nodes("distinctClause"))
        elif limited and len(scope.sources) == 1 and not grouped:
            for source in scope.sources.values():
                if source.use is not None and not node.nodes("sortClause"):
                    source.use.limited = True
        if _one_extreme(node):
            key = conditions.key(_one_extreme(node))
            if key is not None:
                key[0].sort.append(Sorted(key[1]))
                key[0].limited = True

    def _sort_key(
        self, value: Node | None, conditions: Conditions, outputs: Mapping[str, Column | None], node: Node
    ) -> tuple[TableUse, Key] | None:
        if value is None:
            return None
        if value.kind == "A_Const":
            place = value.node("ival")
            at = (place.number("ival") if place else 0) - 1
            targets = node.nodes("targetList")
            inner = targets[at].node("val") if 0 <= at < len(targets) else None
            return conditions.key(inner) if inner is not None and inner.kind != "A_Const" else None
        names = value.words("fields") if value.kind == "ColumnRef" else ()
        if len(names) == 1 and names[0] in outputs:
            column = outputs[names[0]]
            return (column[0], Key(column[1], (column[1],))) if column else None
        return conditions.key(value)

    def _write(self, node: Node, outer: Scope | None) -> None:
        scope = Scope(outer)
        self._with(node, scope)
        target = node.node("relation")
        relation = self._relation(target.text("schemaname"), target.text("relname")) if target else None
        kind = node.kind.removesuffix("Stmt").upper()
        if relation is None or target is None:
            return
        set_columns = (
            frozenset(t.text("name") for t in node.nodes("targetList")) if kind == "UPDATE" else frozenset()
        )
        conflict = node.node("onConflictClause")
        if conflict is not None:
            updated = frozenset(t.text("name") for t in conflict.nodes("targetList"))
            if updated:
                self.writes.append(Write(relation, "UPDATE", updated))
        self.writes.append(Write(relation, kind, set_columns))
        if kind == "INSERT":
            inner = node.node("selectStmt")
            if inner is not None:
                self.select(inner, scope)
            return
        alias = target.node("alias")
        use = self._mention(relation, scope)
        use.output = None
        scope.sources[alias.text("aliasname") if alias else relation.name] = Source(use=use)
        conditions = Conditions(scope, self.select, self.uses)
        for name in ("fromClause", "usingClause"):
            for item in node.nodes(name):
                self._from(item, scope, conditions)
        source = node.node("sourceRelation")
        if source is not None:
            self._from(source, scope, conditions)
        conditions.add(node.node("whereClause") or node.node("joinCondition"))
        for item in node.nodes("targetList"):
            conditions.sublinks(item.node("val"))
        for clause in node.nodes("mergeWhenClauses"):
            names = frozenset(t.text("name") for t in clause.nodes("targetList"))
            if clause.text("commandType") == "CMD_UPDATE":
                self.writes.append(Write(relation, "UPDATE", names))


def _renamed(outputs: Mapping[str, Column | None], names: Sequence[str]) -> dict[str, Column | None]:
    """Give the first columns other names."""
    values = list(outputs.items())
    return {(names[i] if i < len(names) else name): column for i, (name, column) in enumerate(values)}


def _aggregates(node: Node) -> bool:
    """Whether a SELECT gives one row for many without GROUP BY."""
    for target in node.nodes("targetList"):
        value = target.node("val")
        if value is not None and value.kind == "FuncCall" and not value.fields.get("over"):
            name = (value.words("funcname") or ("",))[-1]
            if name in (
                "count",
                "sum",
                "avg",
                "min",
                "max",
                "array_agg",
                "string_agg",
                "json_agg",
                "jsonb_agg",
            ):
                return True
    return False


def _one_extreme(node: Node) -> Node | None:
    """Return the argument of a lone min() or max(): the first row in an index's order answers it."""
    targets = node.nodes("targetList")
    value = targets[0].node("val") if len(targets) == 1 else None
    if value is None or value.kind != "FuncCall" or node.nodes("groupClause"):
        return None
    arguments = value.nodes("args")
    name = (value.words("funcname") or ("",))[-1]
    return arguments[0] if name in ("min", "max") and len(arguments) == 1 else None


def qualified(relation: Relation) -> str:
    """`schema.name`, as the twin names its relations."""
    return dotted(relation.schema, relation.name)
