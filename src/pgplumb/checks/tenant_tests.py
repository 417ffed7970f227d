"""Whether an expression lets through rows of the session's tenant alone. Three answers, nothing guessed.

The forms that are understood: the tenant column equal to a session value, to one of an array of them, or to
what a membership table holds for a session value; EXISTS over such a table; AND and OR of these. Anything
else is undecided, except where it plainly tests something other than the tenant.
"""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.checks.expressions import arms, column_path, fold, operator, same, sides, type_name
from pgplumb.checks.session_values import has_column, has_source, is_equality, is_session_value, reads_tables
from pgplumb.sql.node import Node

_INJECTIVE = frozenset(
    ("uuid", "text", "varchar", "int2", "int4", "int8", "smallint", "integer", "bigint", "citext")
)
"""Casts under which different tenants stay different."""


@dataclass(frozen=True, slots=True)
class Row:
    """The table whose rows an expression is about, as far as the judgement needs it."""

    table: str
    """Its name without schema: how sub-selects refer to the row."""
    tenant: str
    """The tenant column."""
    tenant_not_null: bool
    for_public: bool
    """Whether the policy is for everybody: one made for a single tenant's role may name that tenant."""
    functions: frozenset[str]
    """Names of functions outside pg_catalog."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an expression keeps to the tenant; None where that is not decided."""

    keeps: bool | None
    reason: str = ""
    """For people, where it does not or may not."""


KEEPS = Verdict(True)


def judge(node: Node, row: Row) -> Verdict:
    """Return whether every row that satisfies an expression is one of the session's tenant."""
    constant = fold(node)
    if constant is False or constant is None:
        return KEEPS
    if constant is True:
        return Verdict(False, "it is always true")
    if node.kind == "BoolExpr" and node.text("boolop") != "NOT_EXPR":
        return _joined(node, row)
    if node.kind == "BooleanTest" and node.text("booltesttype") == "IS_TRUE" and (arg := node.node("arg")):
        return judge(arg, row)
    if node.kind == "SubLink":
        return _sub_select(node, row)
    if node.kind == "A_Expr" and node.text("kind") in ("AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_IN"):
        found = _comparison(node, row)
        if found is not None:
            return found
    if node.kind == "A_Expr" and node.text("kind") == "AEXPR_NOT_DISTINCT" and row.tenant_not_null:
        both = sides(node)
        if both and _pairs_tenant(both[0], both[1], row):
            return KEEPS
    inner = node.node("arg") or next(iter(node.nodes("args")), None)
    if node.kind == "BoolExpr" and inner is not None and judge(inner, row).keeps:
        return Verdict(False, f"it is true for rows of every other {row.tenant}")
    nothing = node.kind == "NullTest" and node.text("nulltesttype") == "IS_NULL" and row.tenant_not_null
    if nothing and inner is not None and is_tenant(inner, row):
        return KEEPS
    return _something_else(node, row)


def _joined(node: Node, row: Row) -> Verdict:
    """AND keeps if one arm does; OR keeps if each arm does."""
    kind = node.text("boolop")
    verdicts = [judge(arm, row) for arm in arms(node, kind)]
    open_arm = next((v for v in verdicts if v.keeps is False), None)
    undecided = next((v for v in verdicts if v.keeps is None), None)
    if kind == "AND_EXPR":
        if any(v.keeps for v in verdicts):
            return KEEPS
        return undecided or open_arm or KEEPS
    return open_arm or undecided or KEEPS


def _comparison(node: Node, row: Row) -> Verdict | None:
    """Judge a comparison that the tenant column takes part in; None where it takes none."""
    both = sides(node)
    if both is None:
        return None
    left, right = both
    if not (is_tenant(left, row) or is_tenant(right, row)):
        return None
    if is_tenant(left, row) and is_tenant(right, row):
        return Verdict(False, f"it compares {row.tenant} with itself")
    other = right if is_tenant(left, row) else left
    if operator(node) != "=":
        return Verdict(False, f"it compares {row.tenant} by {operator(node)}, not by =")
    if is_session_value(other, row.functions):
        return KEEPS
    if other.kind == "SubLink" and other.text("subLinkType") in ("EXPR_SUBLINK", "ARRAY_SUBLINK"):
        return _membership(other.node("subselect"), row)
    listed = other.nodes("elements") or other.nodes("items") or (other,)
    if all(_constant(item) for item in listed):
        return (
            Verdict(False, f"it compares {row.tenant} with a constant")
            if row.for_public
            else Verdict(None, f"it compares {row.tenant} with a constant, for named roles")
        )
    if len(listed) > 1 and all(is_session_value(item, row.functions) for item in listed):
        return KEEPS
    return Verdict(None, f"what {row.tenant} is compared with is not understood")


def _constant(node: Node) -> bool:
    return node.kind in ("A_Const", "TypeCast") and not any(
        inner.kind not in ("A_Const", "TypeCast", "String", "TypeName", "Integer") for inner in node.walk()
    )


def _pairs_tenant(left: Node, right: Node, row: Row) -> bool:
    """Whether one side is the row's tenant and the other a session value."""
    return (is_tenant(left, row) and is_session_value(right, row.functions)) or (
        is_tenant(right, row) and is_session_value(left, row.functions)
    )


def is_tenant(node: Node, row: Row) -> bool:
    """Whether a node is the row's own tenant column, perhaps under a cast that keeps tenants apart."""
    inner: Node | None = node
    while inner is not None and inner.kind == "TypeCast":
        if type_name(inner) not in _INJECTIVE:
            return False
        inner = inner.node("arg")
    return inner is not None and column_path(inner)[-2:] in ((row.tenant,), (row.table, row.tenant))


def _sub_select(node: Node, row: Row) -> Verdict:
    kind = node.text("subLinkType")
    select = node.node("subselect")
    tested = node.node("testexpr")
    if kind == "ANY_SUBLINK" and tested is not None and operator(node) == "=" and is_tenant(tested, row):
        return _membership(select, row)
    if kind == "EXISTS_SUBLINK" and select is not None:
        return _exists(select, row)
    return Verdict(None, "it holds a sub-select of a form that is not understood")


def _plain(select: Node) -> bool:
    """Whether a sub-select only joins and filters: nothing that could drop or invent what WHERE demands."""
    odd = ("groupClause", "havingClause", "limitOffset", "withClause", "windowClause", "distinctClause")
    if select.text("op") not in ("", "SETOP_NONE") or any(name in select.fields for name in odd):
        return False
    joins = [n for n in select.walk() if n.kind == "JoinExpr"]
    return all(n.text("jointype") in ("", "JOIN_INNER") for n in joins)


def _demands(select: Node) -> list[Node]:
    """Return what every row of a plain sub-select satisfies: the arms of WHERE and of each ON."""
    found: list[Node] = []
    where = select.node("whereClause")
    if where is not None:
        found += arms(where, "AND_EXPR")
    for item in select.nodes("fromClause"):
        for join in item.walk():
            condition = join.node("quals") if join.kind == "JoinExpr" else None
            if condition is not None:
                found += arms(condition, "AND_EXPR")
    return found


def _own(node: Node, row: Row) -> bool:
    """Whether a node inside a sub-select is a column of the row itself."""
    return column_path(node)[-2:-1] == (row.table,)


def _bound_to_session(demands: list[Node], row: Row) -> bool:
    """Whether one of the demands ties the sub-select's rows to the session."""
    for demand in demands:
        if is_equality(demand) and (both := sides(demand)):
            for one, other in (both, both[::-1]):
                column = one if one.kind != "TypeCast" else one.node("arg") or one
                if column_path(column) and not _own(column, row) and is_session_value(other, row.functions):
                    return True
        inner = demand.node("subselect")
        if demand.kind == "SubLink" and inner and _plain(inner) and _bound_to_session(_demands(inner), row):
            return True
    return False


def _membership(select: Node | None, row: Row) -> Verdict:
    """Judge what `tenant IN (SELECT ...)` selects: the tenants of the session and no others."""
    targets = select.nodes("targetList") if select else ()
    value = targets[0].node("val") if len(targets) == 1 else None
    if select is None or value is None:
        return Verdict(None, "it holds a sub-select of a form that is not understood")
    if _own(value, row):
        return Verdict(False, f"the sub-select yields {row.tenant} of the row itself")
    if is_session_value(value, row.functions) and not select.nodes("fromClause"):
        return KEEPS
    if not _plain(select):
        return Verdict(None, "it holds a sub-select of a form that is not understood")
    sources = select.nodes("fromClause")
    if sources and all(s.kind == "RangeFunction" and has_source(s, row.functions) for s in sources):
        return KEEPS
    if _bound_to_session(_demands(select), row):
        return KEEPS
    return Verdict(None, "the sub-select names no session value: it is as tight as what it reads")


def _exists(select: Node, row: Row) -> Verdict:
    """Judge EXISTS: its rows must be tied to the session and to the tenant of the row."""
    if not any(_own(inner, row) for inner in select.walk()):
        captured = next((d for d in _demands(select) if _itself(d)), None)
        if captured is not None:
            return Verdict(False, "the sub-select compares a column with itself, not with the row")
        return Verdict(False, "its EXISTS does not look at the row: it is true for every tenant's rows")
    if not _plain(select):
        return Verdict(None, "it holds a sub-select of a form that is not understood")
    demands = _demands(select)
    tied = any(
        is_equality(d) and (both := sides(d)) and (is_tenant(both[0], row) or is_tenant(both[1], row))
        for d in demands
    )
    if tied and _bound_to_session(demands, row):
        return KEEPS
    if any(_pairs_tenant(*both, row) for d in demands if is_equality(d) and (both := sides(d))):
        return KEEPS
    return Verdict(None, "it reaches the tenant through another table")


def _itself(node: Node) -> bool:
    both = sides(node)
    return both is not None and bool(column_path(both[0])) and same(both[0], both[1])


def _something_else(node: Node, row: Row) -> Verdict:
    """Say what an expression tests, where that is plainly not the tenant."""
    if any(is_tenant(inner, row) for inner in node.walk() if inner.kind == "ColumnRef"):
        return Verdict(None, f"what it does with {row.tenant} is not understood")
    if reads_tables(node):
        return Verdict(None, "it reaches the tenant through another table, if at all")
    session = has_source(node, row.functions)
    if session and has_column(node):
        return Verdict(None, f"it limits rows by the session, but not by {row.tenant}")
    if session:
        return Verdict(False, "it looks at the session alone: where it holds, every tenant's rows pass")
    return Verdict(False, f"it tests something other than {row.tenant}")
