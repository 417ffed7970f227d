"""The shape of a view's query: whether its rows are rows of one relation, under which condition, by which columns.

Only what is understood whole counts; anything else has an obstacle, and then no more is known than which relations
are read. Conditions are cut out of the text as it stands: SQL is never written back from a tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover.functions import READERS
from pgplumb.sql.lexer import significant, tokens
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.quote import quote_identifier, quote_qualified

_ODD = {
    "groupClause": "it groups rows",
    "havingClause": "it groups rows",
    "withClause": "it has a WITH clause",
    "windowClause": "it has window functions",
    "limitCount": "it has a LIMIT",
    "limitOffset": "it has an OFFSET",
    "valuesLists": "it is a list of VALUES",
    "lockingClause": "it locks rows",
}
_AGGREGATES = frozenset(
    """
    any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every json_agg
    json_object_agg jsonb_agg jsonb_object_agg max min range_agg range_intersect_agg regr_count stddev stddev_pop
    stddev_samp string_agg sum var_pop var_samp variance xmlagg
    """.split()  # noqa: SIM905
)
_AFTER_WHERE = frozenset(
    ("group", "having", "window", "union", "intersect", "except", "order", "limit", "offset", "fetch", "for")
)


@dataclass(frozen=True, slots=True)
class Source:
    """One relation of a join."""

    name: tuple[str, ...]
    alias: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a query is."""

    source: tuple[str, ...] = ()
    """The name of its only relation, qualified or not."""
    alias: str = ""
    """By what name the query calls it."""
    where: str | None = None
    """Its condition as it stands; None without one."""
    columns: Mapping[str, str] | None = None
    """The relation's column behind each of the query's; None where all go through as they are."""
    obstacle: str | None = None
    """Why its rows are not known to be rows of one relation."""
    calls: tuple[tuple[str, ...], ...] = ()
    """Functions outside pg_catalog that it calls other than in its condition: what they read is not known."""
    joined: tuple[Source, ...] = ()
    """Of an inner join of relations, these; each row of theirs that goes into a row meets `conditions`."""
    conditions: tuple[str, ...] = ()

    def met_by(self, source: Source) -> Shape:
        """Return the shape of one relation's share of a join: its rows that find the others."""
        others = [one for one in self.joined if one is not source]
        tables = ", ".join(f"{quote_qualified(*one.name)} {quote_identifier(one.alias)}" for one in others)
        where = f" WHERE {' AND '.join(f'({text})' for text in self.conditions)}" if self.conditions else ""
        return Shape(source.name, source.alias, f"EXISTS (SELECT 1 FROM {tables}{where})")


def shape_of(query: str) -> Shape:
    """Return the shape of one SELECT; names of functions are looked at as pg_get_viewdef prints them."""
    text = query.strip().rstrip(";")
    try:
        select = parse_statement(text)
    except (SyntaxProblem, ParserMissing, TooDeep) as error:
        return Shape(obstacle=f"its query is not read: {error}", calls=(("?",),))
    if select.kind != "SelectStmt":
        return Shape(obstacle="it is no SELECT", calls=(("?",),))
    if select.text("op") not in ("", "SETOP_NONE"):
        return Shape(obstacle="it combines queries", calls=tuple(_calls(select)))
    where = select.node("whereClause")
    outside = [node for name in ("targetList", "fromClause", "sortClause") for node in select.nodes(name)]
    calls = tuple(dict.fromkeys(call for node in outside for call in _calls(node)))
    odd = next((why for name, why in _ODD.items() if name in select.fields), None)
    if odd is None and any(n.kind == "SubLink" for node in outside for n in node.walk()):
        odd = "it has a sub-select outside of its condition"
    if odd is None and any(aggregates(n) for node in outside for n in node.walk()):
        odd = "it aggregates rows"
    sources = select.nodes("fromClause")
    if odd is None and (len(sources) != 1 or sources[0].kind != "RangeVar"):
        odd = "it joins relations" if sources else "it reads no relation"
        found: list[Source] = []
        joins = [_inner(item, found) for item in sources]
        conditions = _conditions(text) if sources and None not in joins else None
        if conditions is not None and len(conditions) == sum(join or 0 for join in joins):
            if where is not None:
                conditions.append(_condition(text))
            return Shape(obstacle=odd, calls=calls, joined=tuple(found), conditions=tuple(conditions))
    if odd is not None:
        return Shape(obstacle=odd, calls=(*calls, *(_calls(where) if where is not None else ())))
    table = sources[0]
    alias = table.node("alias")
    if alias is not None and alias.nodes("colnames"):
        return Shape(obstacle="it renames columns", calls=calls)
    name = tuple(n for n in (table.text("schemaname"), table.text("relname")) if n)
    known = alias.text("aliasname") if alias is not None else name[-1]
    columns = _columns(select, known)
    return Shape(name, known, _condition(text) if where is not None else None, columns, None, calls)


def column_names(query: str) -> tuple[tuple[str, str], ...]:
    """Return the columns that a query names by the name or alias of their relation, as pg_get_viewdef prints joins."""
    select = parse_statement(query.strip().rstrip(";"))
    found = (n.words("fields") for n in select.walk() if n.kind == "ColumnRef")
    return tuple(dict.fromkeys((names[0], names[1]) for names in found if len(names) == 2))


def onto(text: str, shape: Shape, base: Relation, behind: Mapping[str, str] | None = None) -> str | None:
    """Return a condition with its columns named as those of `base`; `behind` tells what lies behind the columns of
    a view between. None where a name is not certain: one that a sub-select uses again, or an argument's."""
    select = f"SELECT {text}"
    try:
        tree = parse_statement(select)
    except (SyntaxProblem, ParserMissing, TooDeep):
        return None
    for node in tree.walk():
        if node.kind == "RangeVar":
            alias = node.node("alias")
            name = alias.text("aliasname") if alias is not None else node.text("relname")
            if name in (shape.alias, base.name):
                return None
        if node.kind == "ParamRef":
            return None
    places: list[tuple[int, str]] = []
    try:
        references = list(_references(tree, False))
    except RecursionError:
        return None
    for node, inner in references:
        fields = node.words("fields")
        if len(fields) == 1 and inner:
            return None
        if len(fields) > 1 and fields[-2] != shape.alias:
            if not inner:
                return None
            continue
        column = fields[-1] if behind is None else behind.get(fields[-1], "")
        if not fields or len(node.nodes("fields")) != len(fields) or base.column_named(column) is None:
            return None
        places.append((node.number("location"), column))
    return _replaced(select, places, quote_identifier(base.name))[len("SELECT ") :]


def _references(node: Node, inner: bool) -> Iterator[tuple[Node, bool]]:
    """Yield column references, with whether they stand in a sub-select."""
    inside = inner or node.kind == "SubLink"
    if node.kind == "ColumnRef":
        yield node, inner
        return
    for value in node.fields.values():
        for item in value if isinstance(value, list) else (value,):
            child = Node.of(item)
            if child is not None:
                # The tested expression of `x IN (SELECT ...)` stands outside of the sub-select.
                tested = node.kind == "SubLink" and value is node.fields.get("testexpr")
                yield from _references(child, inner if tested else inside)


def _replaced(text: str, places: list[tuple[int, str]], table: str) -> str:
    """Put `table.column` where references stand; places are in bytes."""
    data = text.encode()
    for place, column in sorted(places, reverse=True):
        rest = data[place:].decode("utf-8", "replace")
        end = 0
        for token in tokens(rest):
            if token.kind not in ("word", "quoted") and token.text != ".":
                break
            end = token.end
        length = len(rest[:end].encode())
        data = data[:place] + f"{table}.{quote_identifier(column)}".encode() + data[place + length :]
    return data.decode("utf-8", "replace")


def _condition(text: str) -> str:
    depth, start, end = 0, None, len(text)
    for token in significant(text):
        if token.text in "([":
            depth += 1
        elif token.text in ")]":
            depth -= 1
        elif depth == 0 and token.lower == "where":
            start = token.end
        elif depth == 0 and start is not None and token.lower in _AFTER_WHERE:
            end = token.start
            break
    return text[start:end].strip()


def _inner(item: Node, found: list[Source]) -> int | None:
    """Collect the relations of an inner join and return how many conditions it has; None for anything else."""
    if item.kind == "RangeVar":
        alias = item.node("alias")
        if alias is not None and alias.nodes("colnames"):
            return None
        name = tuple(n for n in (item.text("schemaname"), item.text("relname")) if n)
        found.append(Source(name, alias.text("aliasname") if alias is not None else name[-1]))
        return 0
    odd = ("usingClause", "isNatural", "alias", "join_using_alias")
    if item.kind != "JoinExpr" or item.text("jointype") not in ("", "JOIN_INNER"):
        return None
    left, right = item.node("larg"), item.node("rarg")
    if any(name in item.fields for name in odd) or left is None or right is None:
        return None
    one, other = _inner(left, found), _inner(right, found)
    if one is None or other is None:
        return None
    return one + other + (item.node("quals") is not None)


def _conditions(text: str) -> list[str] | None:
    """Return what stands behind each ON of the FROM clause; None where that is not between parentheses."""
    found: list[str] = []
    depth, inside, start, opened = 0, False, -1, 0
    for token in significant(text):
        if token.text in "([":
            depth += 1
            if start == -2:
                start, opened = token.start, depth
        elif token.text in ")]":
            if start >= 0 and depth == opened:
                found.append(text[start : token.end])
                start = -1
            depth -= 1
        elif start == -2:
            return None
        elif start == -1 and token.lower == "from" and depth == 0:
            inside = True
        elif start == -1 and depth == 0 and token.lower in ("where", *_AFTER_WHERE):
            inside = False
        elif start == -1 and inside and token.lower == "on":
            start = -2
    return found


def _columns(select: Node, known: str) -> Mapping[str, str] | None:
    found: dict[str, str] = {}
    for target in select.nodes("targetList"):
        value = target.node("val")
        if value is None or value.kind != "ColumnRef":
            continue
        if any(n.kind == "A_Star" for n in value.nodes("fields")):
            return None
        fields = value.words("fields")
        if fields[:-1] in ((), (known,)) and fields:
            found[target.text("name") or fields[-1]] = fields[-1]
    return found


def _calls(node: Node) -> Iterator[tuple[str, ...]]:
    for inner in node.walk():
        names = inner.name("funcname") if inner.kind == "FuncCall" else inner.name("name")
        if inner.kind not in ("FuncCall", "A_Expr") or not names:
            continue
        reads = inner.kind == "FuncCall" and names[-1].startswith(READERS)
        if reads or (len(names) > 1 and names[0] != "pg_catalog"):
            yield names


def aggregates(node: Node) -> bool:
    """Whether a call is one of an aggregate or a window function."""
    if node.kind != "FuncCall":
        return False
    return bool(
        node.flag("agg_star")
        or node.node("over")
        or node.node("agg_filter")
        or node.nodes("agg_order")
        or node.name("funcname")[-1:][0] in _AGGREGATES
    )
