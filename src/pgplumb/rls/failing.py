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
from pgplumb.rls.planner_keeps import stay, surely_read
from pgplumb.rls.prover.gate import Clause


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
    sure = frozenset[tuple[str, str]]().union(*(surely_read(clause.expression) for clause in clauses))
    for schema, name in dict.fromkeys(names):
        table = matrix.catalog.by_name.get((schema, name))
        if table is None:
            continue
        held = matrix.bits.get((matrix.group_of.get(table.oid, 0), role))
        planned = stays and (not certain or (schema, name) in sure)
        if held is not None and planned and not Bit(held) & (Bit.SELECT | Bit.SELECT_COLUMN):
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
        kept = planned and (not certain or _stay(table, more))
        found = _walk(matrix, role, more, (*above, table.oid), kept, certain)
        if found is not None:
            return found
    return None


def _stay(relation: Relation, clauses: Iterable[Clause]) -> bool:
    never_null = frozenset(column.name for column in relation.columns if column.not_null)
    return stay(tuple(clause.expression for clause in clauses), never_null)
