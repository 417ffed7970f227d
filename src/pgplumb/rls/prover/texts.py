"""Texts of predicates as trees, and the names of relations in them."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover import branches, changes
from pgplumb.rls.prover.literals import Fact, Literal, Snippet
from pgplumb.rls.prover.reading import Disjunction, Reading, Scope, Stored
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse


@lru_cache(maxsize=4096)
def expression(text: str) -> tuple[str, Node | None, bool]:
    """Return the text that locations count in, an expression's tree, and whether it holds a sub-select.

    The tree is None where the parser refuses the text.
    """
    source = f"SELECT {text}"
    try:
        statements = parse(source)
    except (SyntaxProblem, TooDeep, ParserMissing):
        return source, None, True
    select = statements[0].node("stmt") if len(statements) == 1 else None
    if select is None or select.kind != "SelectStmt":
        return source, None, True
    columns = select.nodes("targetList")
    if select.fields.keys() - {"targetList", "limitOption", "op"} or len(columns) != 1:
        return source, None, True
    return source, columns[0].node("val"), any(n.kind == "SubLink" for n in select.walk())


@lru_cache(maxsize=1024)
def listed(text: str) -> tuple[str, tuple[Node, ...]]:
    """Return the text that locations count in, and the trees of expressions with commas between; none if refused."""
    source = f"SELECT {text}"
    try:
        statements = parse(source)
    except (SyntaxProblem, TooDeep, ParserMissing):
        return source, ()
    select = statements[0].node("stmt") if len(statements) == 1 else None
    if select is None or select.fields.keys() - {"targetList", "limitOption", "op"}:
        return source, ()
    return source, tuple(v for n in select.nodes("targetList") if (v := n.node("val")) is not None)


def has_sub_select(text: str) -> bool:
    """Whether a predicate holds a sub-select, as far as can be said."""
    return expression(text)[2]


def condition(
    reading: Reading, text: str, stored: Stored, scope: Scope, active: tuple[int, ...]
) -> Disjunction:
    """Return the ways in which a policy's predicate lets a row pass."""
    changes.refuse_changes(reading, text)
    source, node, _ = expression(text)
    if node is None:
        return ((Literal(Fact.UNREAD, (), text, Snippet(text)),),)
    inner = Scope(
        source=source,
        frames=({stored.relation.name: stored},),
        role=scope.role,
        caller=scope.caller,
        depth=scope.depth + 1,
        active=active,
    )
    return branches.ways(reading, node, inner, "T")


def relation_named(reading: Reading, schema: str, name: str, scope: Scope) -> Relation | None:
    """Return the relation that a name means, or None where that is not known."""
    catalog = reading.world.catalog
    if schema:
        return catalog.by_name.get((schema, name))
    if scope.resolved:
        # The server leaves the schema out for its own catalogs alone.
        return None
    if name.startswith("pg_"):
        return None
    if scope.path:
        found = (catalog.by_name.get((where, name)) for where in scope.path)
        relation = next((relation for relation in found if relation is not None), None)
        if relation is not None and "pg_temp" not in scope.path:
            # Temporary tables come first where the path does not say otherwise.
            reading.assumptions.add(f"no temporary table {name} stands in for {relation.qualified}")
        return relation
    named = [relation for relation in catalog.relations.values() if relation.name == name]
    if len(named) != 1:
        return None
    reading.assumptions.add(f"the name {name} leads to {named[0].qualified}")
    return named[0]
