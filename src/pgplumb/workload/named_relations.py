"""Which relations a statement names, as the server finds them by its search_path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse
from pgplumb.sql.query_files import query_file
from pgplumb.sql.ranges import range_name, ranges_in
from pgplumb.workload.plan_repair import repair

if TYPE_CHECKING:
    from pgplumb.server.session import Session, Unit


_DEEPEST = 20
"""Functions of SQL that call others, one inside the other."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names, qualified where it is so there."""

    relations: frozenset[tuple[str, ...]]
    functions: frozenset[str]
    """Without their schema."""


def named_in(query: str) -> frozenset[tuple[str, ...]] | None:
    """Return the names of relations in a text, qualified where they are so there; None where it cannot be read.

    Names of its own WITH queries are left out.
    """
    named = _named_in(query)
    return named.relations if named is not None else None


def _named_in(query: str) -> Named | None:
    for text in dict.fromkeys((query, repair(query))):
        try:
            trees = parse(text)
        except SyntaxProblem:
            continue
        except (ParserMissing, TooDeep):
            return None
        return _names(trees)
    return None


def _names(trees: Iterable[Node]) -> Named:
    relations: set[tuple[str, ...]] = set()
    functions: set[str] = set()
    for tree in trees:
        relations.update(map(range_name, ranges_in(tree)))
        functions.update(n.words("funcname")[-1] for n in tree.walk() if n.kind == "FuncCall")
    return Named(frozenset(relations), frozenset(functions))


def resolve(session: Session, queries: Iterable[str]) -> frozenset[str] | None:
    """Return the qualified names of the relations that queries read or write; None where one cannot be read.

    Those that functions of SQL name in their bodies are among them: the planner puts such bodies into the query. What
    the server does not find is left out: planning says so. Raises QueryError and LostConnection.
    """
    from pgplumb.foundation.names import dotted
    from pgplumb.sql.quote import quote_identifier, quote_qualified

    wanted: set[tuple[str, ...]] = set()
    called: set[str] = set()
    for query in queries:
        named = _named_in(query)
        if named is None:
            return None
        wanted |= named.relations
        called |= named.functions
    with session.unit(as_user=True) as unit:
        wanted |= _named_by_functions(unit, called)
        texts = {quote_qualified(*n) if len(n) == 2 else quote_identifier(n[0]) for n in wanted}
        rows = unit.query(query_file(__package__, "named_relation"), [sorted(texts)])
    return frozenset(dotted(schema, name) for schema, name in rows)


def _named_by_functions(unit: Unit, called: set[str]) -> set[tuple[str, ...]]:
    """Return the names of relations in the bodies of functions of SQL, and of those that they call."""
    found: set[tuple[str, ...]] = set()
    new, known = set(called), set(called)
    for _ in range(_DEEPEST):
        if not new:
            break
        bodies = unit.query(query_file(__package__, "named_function"), [sorted(new)])
        new = set()
        for body, schema, relation in bodies:
            if relation is not None:
                found.add((schema, relation))
            named = _named_in(body) if body else None
            if named is not None:
                found |= named.relations
                new |= named.functions - known
        known |= new
    return found
