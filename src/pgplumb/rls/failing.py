"""Statements that always fail in their policies: a relation that may not be read, or policies that go in circles.

Sub-selects of a policy run with the privileges and under the row security of the role that the relation is checked
as. Both errors come before the first row. Source: rowsecurity.c and fireRIRrules in rewriteHandler.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import part
from pgplumb.rls.access import AccessMatrix, Bit
from pgplumb.rls.gates import compose
from pgplumb.rls.identities import predicate
from pgplumb.rls.prover.gate import Clause
from pgplumb.sql.node import Node


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
    return _walk(matrix, relation, role, clauses, (), all(_stays(c.expression) for c in clauses))


def _walk(
    matrix: AccessMatrix,
    relation: Relation,
    role: int,
    clauses: tuple[Clause, ...],
    above: tuple[int, ...],
    stays: bool,
) -> str | None:
    names = [name for clause in clauses for name in relations_read(clause.expression)]
    if names and relation.oid in above:
        return f"infinite recursion in the policies of {relation.qualified}"
    inner = (*above, relation.oid)
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
        more = (*below.permissive, *below.restrictive)
        found = _walk(matrix, table, role, more, inner, stays and all(_stays(c.expression) for c in more))
        if found is not None:
            return found
    return None


@lru_cache(maxsize=8192)
def _stays(text: str) -> bool:
    """Whether the planner surely keeps every sub-select of an expression: no part of it is constant."""
    tree = predicate(text)
    return tree is not None and _kept(tree)


def _kept(node: Node) -> bool:
    if node.kind == "BoolExpr":
        return all(_kept(arm) for arm in node.nodes("args"))
    if node.kind not in ("A_Expr", "SubLink", "ColumnRef"):
        return False
    inner = list(node.walk())
    if any(n.kind == "A_Const" and (n.flag("isnull") or "boolval" in n.fields) for n in inner):
        return False
    return any(n.kind in ("ColumnRef", "SubLink", "FuncCall") for n in inner)
