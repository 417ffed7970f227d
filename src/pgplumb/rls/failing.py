"""Statements that always fail in their policies: a relation that may not be read, or policies that go in circles.

Sub-selects of a policy run with the privileges and under the row security of the role that the relation is checked
as. Both errors come before the first row. Source: rowsecurity.c and fireRIRrules in rewriteHandler.c.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import part
from pgplumb.rls.access import AccessMatrix, Bit
from pgplumb.rls.gates import compose
from pgplumb.rls.identities import predicate
from pgplumb.rls.prover.gate import Clause
from pgplumb.sql.node import Node

_LISTS = {"List": "items", "RowExpr": "args", "A_ArrayExpr": "elements"}


def relations_read(text: str) -> tuple[tuple[str, str], ...]:
    """Return schema and name of the relations that an expression's sub-selects read, as pg_get_expr qualifies them."""
    return _read(text) if "SELECT" in text else ()


@lru_cache(maxsize=8192)
def _read(text: str) -> tuple[tuple[str, str], ...]:
    tree = predicate(text)
    if tree is None:
        return ()
    found = ((n.text("schemaname"), n.text("relname")) for n in tree.walk() if n.kind == "RangeVar")
    return tuple(dict.fromkeys(found))


def why_it_fails(
    matrix: AccessMatrix, relation: Relation, role: int, clauses: Iterable[Clause]
) -> str | None:
    """Say why every statement under these clauses fails, or None where none was found to."""
    clauses = tuple(clauses)
    if not any("SELECT" in clause.expression for clause in clauses):
        return None
    return _why(matrix, relation, role, clauses, _stay(relation, clauses))


def why_it_may_fail(
    matrix: AccessMatrix, relation: Relation, role: int, clauses: Iterable[Clause]
) -> str | None:
    """Say why every statement fails unless the planner takes a sub-select for decided; None where none would."""
    clauses = tuple(clauses)
    if not any("SELECT" in clause.expression for clause in clauses):
        return None
    return _why(matrix, relation, role, clauses, True, certain=False)


def _why(
    matrix: AccessMatrix,
    relation: Relation,
    role: int,
    clauses: tuple[Clause, ...],
    stays: bool,
    certain: bool = True,
) -> str | None:
    policies = tuple(clause for clause in clauses if clause.policy)
    # What a view demands besides is no part of the policies: they do not go in circles through it.
    beside = tuple(clause for clause in clauses if not clause.policy)
    found = _walk(matrix, role, policies, (relation.oid,), stays, certain)
    return found or _walk(matrix, role, beside, (), stays, certain)


def _walk(
    matrix: AccessMatrix,
    role: int,
    clauses: tuple[Clause, ...],
    above: tuple[int, ...],
    stays: bool,
    certain: bool,
) -> str | None:
    names = [name for clause in clauses for name in relations_read(clause.expression)]
    for schema, name in dict.fromkeys(names):
        table = matrix.catalog.by_name.get((schema, name))
        if table is None:
            continue
        held = matrix.bits.get((matrix.group_of.get(table.oid, 0), role))
        if held is not None and stays and not Bit(held) & (Bit.SELECT | Bit.SELECT_COLUMN):
            who = part(matrix.catalog.role_name(role))
            return f"a policy reads {table.qualified}, on which {who} has no SELECT: the statement fails"
        if table.kind not in "rp" or role not in matrix.catalog.roles:
            continue
        binding = matrix.binding(table, role, "SELECT")
        if binding.bypass is not None:
            continue
        below = compose(binding, "using")
        if not below.permissive:
            # Nothing passes: what restrictive policies ask is not even added.
            continue
        more = (*below.permissive, *below.restrictive)
        if table.oid in above and any(relations_read(clause.expression) for clause in more):
            return f"infinite recursion in the policies of {table.qualified}"
        kept = stays and (not certain or _stay(table, more))
        found = _walk(matrix, role, more, (*above, table.oid), kept, certain)
        if found is not None:
            return found
    return None


def _stay(relation: Relation, clauses: Iterable[Clause]) -> bool:
    """Whether the planner surely keeps every sub-select of some predicates of a relation, and the predicates."""
    never_null = frozenset(column.name for column in relation.columns if column.not_null)
    texts = tuple(clause.expression for clause in clauses)
    return all(_stays(text, never_null) for text in texts) and not _share(texts)


@lru_cache(maxsize=8192)
def _share(texts: tuple[str, ...]) -> bool:
    """Whether arms of an OR have a condition in common: of `(a AND b) OR b` the planner keeps b alone."""
    trees = [tree for text in texts if (tree := predicate(text)) is not None]
    arms = [arm for tree in trees for arm in _parts(tree, "OR_EXPR")]
    return _repeat(arms)


def _repeat(arms: list[Node]) -> bool:
    parts = [part for arm in arms for part in {_form(one) for one in _parts(arm, "AND_EXPR")}]
    return len(set(parts)) < len(parts)


def _parts(node: Node, joined: str) -> list[Node]:
    """Return what AND or OR joins, whatever the brackets."""
    if node.kind != "BoolExpr" or node.text("boolop") != joined:
        return [node]
    return [part for arm in node.nodes("args") for part in _parts(arm, joined)]


def _form(node: Node) -> str:
    """Return an expression in one form, wherever it stands in its text."""
    return re.sub(r'"(stmt_)?location": \d+,? ?', "", json.dumps([node.kind, node.fields], sort_keys=True))


@lru_cache(maxsize=8192)
def _stays(text: str, never_null: frozenset[str]) -> bool:
    tree = predicate(text)
    return tree is not None and not _folds(tree, never_null) and _kept(tree, never_null)


def _kept(node: Node, never_null: frozenset[str]) -> bool:
    """Whether no sub-select goes because something beside it decides AND, OR or CASE."""
    if not any(n.kind == "SubLink" for n in node.walk()):
        return True
    if node.kind == "BoolExpr":
        decides = {"AND_EXPR": "FU", "OR_EXPR": "T"}.get(node.text("boolop"), "")
        arms = node.nodes("args")
        if any(outcome in decides for arm in arms for outcome in _folds(arm, never_null)):
            return False
        if node.text("boolop") == "OR_EXPR" and _repeat(_parts(node, "OR_EXPR")):
            return False
        return all(_kept(arm, never_null) for arm in arms)
    if node.kind == "CaseExpr":
        results = [*(arm.node("result") for arm in node.nodes("args")), node.node("defresult")]
        tested = [arm.node("expr") for arm in node.nodes("args")]
        return not _folds(node, never_null) and all(
            _kept(one, never_null) for one in (*tested, *results) if one is not None
        )
    return True


def _folds(node: Node, never_null: frozenset[str]) -> str:
    """Return the outcomes, of T, F and U, that the planner may make of an expression; none where it surely stays."""
    if node.kind == "BoolExpr":
        arms = [_folds(arm, never_null) for arm in node.nodes("args")]
        if node.text("boolop") == "NOT_EXPR":
            return "".join({"T": "F", "F": "T", "U": "U"}[outcome] for outcome in arms[0])
        weak, strong = ("FU", "T") if node.text("boolop") == "AND_EXPR" else ("T", "FU")
        if any(outcome in weak for arm in arms for outcome in arm):
            return "TFU"
        return strong if all(arms) else ""
    if node.kind == "A_Const" and (value := node.node("boolval")) is not None:
        return "T" if value.flag("boolval") else "F"
    argument = node.node("arg")
    if node.kind == "CaseExpr" and argument is None:
        tested = [arm.node("expr") for arm in node.nodes("args")]
        return "TFU" if any(one is None or _folds(one, never_null) for one in tested) else ""
    if node.kind == "BooleanTest" and argument is not None:
        return "TFU" if _folds(argument, never_null) else ""
    if node.kind == "NullTest" and argument is not None and argument.kind == "ColumnRef":
        outcome = "F" if node.text("nulltesttype") == "IS_NULL" else "T"
        return outcome if never_null.intersection(argument.words("fields")) else ""
    return "" if node.kind in ("A_Expr", "SubLink", "ColumnRef") and _asks(node) else "TFU"


def _asks(node: Node) -> bool:
    """Whether an expression is surely evaluated anew: of a row, of a table or of the session."""
    inner = list(node.walk())
    passed_over = {id(constant.fields) for one in inner for constant in _beside(one)}
    for constant in inner:
        told = constant.kind == "A_Const" and (constant.flag("isnull") or "boolval" in constant.fields)
        if told and id(constant.fields) not in passed_over:
            return False
    return _solid(node)


def _solid(node: Node) -> bool:
    """Whether the planner cannot work out an expression: what it asks stands under operators of PostgreSQL's own.

    A function of users may be a constant that is put in its place; so may an arm of CASE.
    """
    if node.kind in ("ColumnRef", "SubLink", "SQLValueFunction"):
        return True
    if node.kind == "FuncCall":
        return node.words("funcname") == ("current_setting",)
    if node.kind == "CoalesceExpr":
        return any(map(_solid, node.nodes("args")[:1]))
    if node.kind == "A_Expr":
        name = node.words("name")
        sides = [side for side in (node.node("lexpr"), node.node("rexpr")) if side is not None]
        return len(name) == 1 and any(map(_solid, sides))
    if node.kind in ("TypeCast", "CollateClause"):
        argument = node.node("arg")
        return argument is not None and _solid(argument)
    return node.kind in _LISTS and any(map(_solid, node.nodes(_LISTS[node.kind])))


def _beside(node: Node) -> tuple[Node, ...]:
    """Return constants that decide nothing: those of current_setting('...', true), and the later ones of COALESCE."""
    if node.kind == "FuncCall" and node.words("funcname") == ("current_setting",):
        return node.nodes("args")
    return node.nodes("args")[1:] if node.kind == "CoalesceExpr" else ()
