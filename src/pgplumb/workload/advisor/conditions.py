"""Sorts the conditions of one SELECT, UPDATE or DELETE by what an index could do with them."""

from __future__ import annotations

from collections.abc import Callable

from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier
from pgplumb.workload.advisor.expression import Written, constant, write
from pgplumb.workload.advisor.scope import Column, Scope
from pgplumb.workload.advisor.use import Key, Predicate, TableUse

_RANGE = frozenset(("<", ">", "<=", ">="))
_CONTAINS = frozenset(("@>", "&&", "?", "?|", "?&", "@@", "@?", "<@"))
_PATTERNS = frozenset(("~~", "~~*", "~", "~*"))
_TEXT = frozenset(("text", "varchar", "bpchar", "name", "citext"))

Visit = Callable[[Node, Scope], "dict[str, Column | None]"]
"""Reads a sub-select in the scope around it and returns its columns."""


def conjuncts(node: Node | None) -> list[Node]:
    """Return the parts of a condition that all have to hold."""
    if node is None:
        return []
    if node.kind == "BoolExpr" and node.text("boolop") == "AND_EXPR":
        return [part for argument in node.nodes("args") for part in conjuncts(argument)]
    return [node]


class Conditions:
    """Files each condition with the mention of a table that it restricts."""

    def __init__(self, scope: Scope, visit: Visit, uses: list[TableUse]) -> None:
        self._scope = scope
        self._visit = visit
        self._uses = uses
        self._arm: dict[int, TableUse] | None = None
        """Within one arm of an OR: mentions of their own, so that each arm gets its own index."""

    def add(self, condition: Node | None) -> None:
        """File every part of a condition."""
        for part in conjuncts(condition):
            self._part(part)

    def sublinks(self, node: Node | None) -> None:
        """Read the sub-selects of an expression that restricts nothing itself."""
        if node is None:
            return
        if node.kind == "SubLink":
            self._sublink(node)
            return
        for value in node.fields.values():
            items = value if isinstance(value, list) else [value]
            for item in items:
                inner = Node.of(item)
                if inner is not None and inner.kind != "SelectStmt":
                    self.sublinks(inner)

    def _part(self, node: Node) -> None:
        if node.kind == "BoolExpr":
            self._bool(node)
        elif node.kind == "A_Expr":
            self._compare(node)
            self.sublinks(node)
        elif node.kind == "NullTest":
            self._null(node)
        elif node.kind == "SubLink":
            self._sublink(node)
        elif node.kind == "BooleanTest":
            self._truth(node.node("arg"), node.text("booltesttype"))
        elif node.kind == "ColumnRef":
            self._truth(node, "IS_TRUE")
        else:
            self.sublinks(node)

    def _bool(self, node: Node) -> None:
        arguments = node.nodes("args")
        if node.text("boolop") == "NOT_EXPR":
            for argument in arguments:
                if argument.kind == "ColumnRef":
                    self._truth(argument, "IS_FALSE")
                else:
                    self.sublinks(argument)
            return
        outer = self._arm
        for argument in arguments:
            self._arm = {}
            self.add(argument)
        self._arm = outer

    def _mention(self, use: TableUse) -> TableUse:
        if self._arm is None:
            return use
        found = self._arm.get(id(use))
        if found is None:
            found = TableUse(use.relation, output=None)
            self._arm[id(use)] = found
            self._uses.append(found)
        return found

    def key(self, node: Node | None) -> tuple[TableUse, Key] | None:
        """Return a node as something that an index could hold."""
        if node is None:
            return None
        written = write(self._plain(node), self._scope.resolve)
        if written is None or not isinstance(written.owner, TableUse):
            return None
        return written.owner, _key(written)

    def _plain(self, node: Node) -> Node:
        """Take a cast off that changes nothing for an index: varchar to text."""
        inner = node.node("arg") if node.kind == "TypeCast" else None
        kind = node.node("typeName")
        if inner is None or inner.kind != "ColumnRef" or kind is None or kind.nodes("arrayBounds"):
            return node
        found = self._scope.resolve(inner)
        column = found[0].relation.column_named(found[1]) if found else None
        plain = kind.words("names")[-1:] in (("text",), ("varchar",))
        # 25 text, 1043 varchar.
        return inner if plain and column is not None and column.type_oid in (25, 1043) else node

    def _compare(self, node: Node) -> None:
        kind = node.text("kind")
        operator = (node.words("name") or ("",))[-1]
        left, right = node.node("lexpr"), node.node("rexpr")
        if kind == "AEXPR_OP" and left is not None and left.kind == "RowExpr":
            self._row(left, operator)
            return
        if kind == "AEXPR_OP":
            self._operator(operator, left, right)
        elif kind in ("AEXPR_IN", "AEXPR_OP_ANY"):
            found = self.key(left)
            if found and operator == "=":
                self._mention(found[0]).listed.append(found[1])
            elif found and operator in _PATTERNS:
                self._mention(found[0]).patterns.append(found[1])
        elif kind in ("AEXPR_LIKE", "AEXPR_ILIKE"):
            self._like(left, right, kind == "AEXPR_LIKE" and operator == "~~", operator.startswith("!"))
        elif kind in ("AEXPR_BETWEEN", "AEXPR_BETWEEN_SYM"):
            found = self.key(left)
            if found:
                self._mention(found[0]).ranges.append(found[1])

    def _operator(self, operator: str, left: Node | None, right: Node | None) -> None:
        a, b = self.key(left), self.key(right)
        if operator == "=":
            self._equal(a, b)
            if a and not b:
                self._constant(a, right, "=")
        elif operator in _RANGE:
            for one, other in ((a, b), (b, a)):
                if one and (other is None or not self._scope.is_local(other[0])):
                    self._mention(one[0]).ranges.append(one[1])
            if a and not b:
                self._constant(a, right, operator)
        elif operator in _CONTAINS:
            if a and not (b and b[0] is a[0]):
                self._mention(a[0]).contains.append((a[1], operator))
            elif b and operator in ("<@", "&&"):
                self._mention(b[0]).contains.append((b[1], "@>" if operator == "<@" else "&&"))
        elif operator in _PATTERNS and a:
            self._mention(a[0]).patterns.append(a[1])

    def _equal(self, a: tuple[TableUse, Key] | None, b: tuple[TableUse, Key] | None) -> None:
        for one, other in ((a, b), (b, a)):
            if one is None or (other is not None and other[0] is one[0]):
                continue
            mention = self._mention(one[0])
            if other is None or not self._scope.is_local(other[0]):
                if self._scope.is_local(one[0]) or other is None:
                    # What comes from outside is one value for each run of the inner query.
                    (mention.equal if other is None else mention.joined).append(one[1])
            else:
                mention.joined.append(one[1])

    def _constant(self, found: tuple[TableUse, Key], right: Node | None, operator: str) -> None:
        value = constant(right)
        if value is not None and found[1].is_column and self._arm is None:
            use, key = found
            use.predicates.append(Predicate(f"{quote_identifier(key.sql)} {operator} {value}", key.columns))

    def _row(self, left: Node, operator: str) -> None:
        keys = [self.key(argument) for argument in left.nodes("args")]
        known = [k for k in keys if k is not None]
        if len(known) != len(keys) or any(k[0] is not known[0][0] for k in known):
            return
        mention = self._mention(known[0][0])
        if operator in _RANGE:
            mention.rows.append(tuple(k[1] for k in known))
        elif operator == "=":
            mention.equal.extend(k[1] for k in known)

    def _like(self, left: Node | None, right: Node | None, exact_case: bool, negated: bool) -> None:
        found = self.key(left)
        if found is None or negated:
            return
        value = constant(right)
        text = value[1:-1] if value and value.startswith("'") else None
        if exact_case and text and text[0] not in "%_":
            self._mention(found[0]).prefixes.append(found[1])
        else:
            self._mention(found[0]).patterns.append(found[1])

    def _null(self, node: Node) -> None:
        found = self.key(node.node("arg"))
        if found is None:
            self.sublinks(node.node("arg"))
            return
        use, key = found
        test = "IS NULL" if node.text("nulltesttype") == "IS_NULL" else "IS NOT NULL"
        if self._arm is None:
            text = quote_identifier(key.sql) if key.is_column else key.sql
            use.predicates.append(Predicate(f"{text} {test}", key.columns))

    def _truth(self, node: Node | None, test: str) -> None:
        found = self.key(node)
        if found is None or not found[1].is_column or self._arm is not None:
            return
        name = quote_identifier(found[1].sql)
        texts = {"IS_TRUE": name, "IS_FALSE": f"NOT {name}"}
        if test in texts:
            found[0].predicates.append(Predicate(texts[test], found[1].columns))

    def _sublink(self, node: Node) -> None:
        inner = node.node("subselect")
        self.sublinks(node.node("testexpr"))
        if inner is None:
            return
        outputs = self._visit(inner, self._scope)
        if node.text("subLinkType") != "ANY_SUBLINK" or (node.words("operName") or ("=",))[-1] != "=":
            return
        tested = self.key(node.node("testexpr"))
        if tested:
            self._mention(tested[0]).joined.append(tested[1])
        first = next(iter(outputs.values()), None)
        if first is not None:
            first[0].joined.append(Key(first[1], (first[1],)))


def _key(written: Written) -> Key:
    return Key(written.sql, written.columns, written.is_column)
