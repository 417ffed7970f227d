"""The arguments of a call of a user's function, in the order of its parameters: by place, by name, by default."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pgplumb.rls.prover import kinds, texts, values
from pgplumb.rls.prover.gate import FunctionFacts
from pgplumb.rls.prover.kinds import Kind
from pgplumb.rls.prover.literals import Conjunction
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable, only
from pgplumb.rls.prover.terms import Call, Term, cast, is_loose, loosened
from pgplumb.sql.node import Node

ARRAY = Kind("a A_ArrayExpr")
_FIELDS = ("funcname", "args", "funcformat", "func_variadic")


@dataclass(frozen=True, slots=True)
class Given:
    """What a call passes."""

    terms: tuple[Term, ...]
    names: tuple[str, ...]
    """Of the last of them: `f(a, flag => b)`."""
    as_array: bool
    """Whether the last is the array of a variadic parameter itself."""


def given(reading: Reading, node: Node, scope: Scope) -> list[tuple[Conjunction, Given]]:
    """Return what a call passes, under its conditions. Raises Unreadable and TooMany."""
    only(node, *_FIELDS)
    plain: list[Node] = []
    names: list[str] = []
    for argument in node.nodes("args"):
        inner = argument
        if argument.kind == "NamedArgExpr":
            only(argument, "name", "arg", "argnumber")
            found = argument.node("arg")
            if found is None:
                raise Unreadable
            names.append(argument.text("name"))
            inner = found
        elif names:
            raise Unreadable
        plain.append(inner)
    as_array = node.flag("func_variadic")
    return [(c, Given(t, tuple(names), as_array)) for c, t in values.combined(reading, tuple(plain), scope)]


def fits(facts: FunctionFacts, passed: Given) -> bool:
    """Whether a call may be one of a function, by how many arguments it passes and by what names."""
    most, least = len(facts.arguments), len(facts.arguments) - facts.defaults
    if passed.as_array and not facts.variadic:
        return False
    if facts.variadic and not passed.as_array and len(passed.terms) >= most:
        return not passed.names
    if len(passed.terms) > most:
        return False
    places = _places(facts, passed)
    return places is not None and all(place in places for place in range(least))


def exactly(reading: Reading, facts: FunctionFacts, passed: Given) -> bool:
    """Whether every argument has the very type of its parameter."""
    places = _places(facts, passed) or ()
    catalog = reading.world.catalog
    return not facts.variadic and all(
        term.kind.name == kinds.of_oid(catalog, facts.arguments[place]).name
        for term, place in zip(passed.terms, places, strict=False)
    )


def alike(reading: Reading, one: FunctionFacts, other: FunctionFacts, passed: Given) -> bool:
    """Whether two functions may both take a call's arguments as they are: a cast from int4 to int8 keeps the term."""

    def families(facts: FunctionFacts) -> list[str]:
        found = (
            kinds.of_oid(reading.world.catalog, facts.arguments[n]) for n in _places(facts, passed) or ()
        )
        return [kind.family or kind.name for kind in found]

    return one.variadic or other.variadic or families(one) == families(other)


def in_order(
    reading: Reading, facts: FunctionFacts, passed: Given, scope: Scope
) -> list[tuple[Conjunction, tuple[Term, ...]]]:
    """Return an argument of the declared type for each parameter. Raises Unreadable and TooMany."""
    terms = passed.terms
    if facts.variadic and not passed.as_array and len(terms) >= len(facts.arguments):
        first = len(facts.arguments) - 1
        terms = (*terms[:first], Call("A_ArrayExpr", terms[first:], ARRAY))
    places = _places(facts, replace(passed, terms=terms))
    if places is None:
        raise Unreadable
    by_place = dict(zip(places, terms, strict=True))
    missing = [place for place in range(len(facts.arguments)) if place not in by_place]
    found: list[tuple[Conjunction, tuple[Term, ...]]] = []
    for condition, filled in values.combined(reading, _defaults(facts, missing), _outside(facts, scope)):
        whole = {**by_place, **dict(zip(missing, filled, strict=True))}
        catalog = reading.world.catalog
        typed = tuple(cast(whole[n], kinds.of_cast(catalog, oid)) for n, oid in enumerate(facts.arguments))
        # A function compares all that it is passed by one collation.
        typed = tuple(map(loosened, typed)) if any(map(is_loose, typed)) else typed
        found.append((condition, typed))
    return found


def _places(facts: FunctionFacts, passed: Given) -> tuple[int, ...] | None:
    """Return the parameter of each argument; None where a name is not that of one still free."""
    by_place = len(passed.terms) - len(passed.names)
    if any(name not in facts.argument_names[by_place:] for name in passed.names):
        return None
    return (*range(by_place), *(facts.argument_names.index(name, by_place) for name in passed.names))


def _defaults(facts: FunctionFacts, missing: list[int]) -> tuple[Node, ...]:
    if not missing:
        return ()
    written = texts.listed(facts.default_text or "")[1]
    first = len(facts.arguments) - len(written)
    if len(written) != facts.defaults or missing[0] < first:
        raise Unreadable
    return tuple(written[place - first] for place in missing)


def _outside(facts: FunctionFacts, scope: Scope) -> Scope:
    """Defaults are worked out where the call stands, and see nothing of it."""
    source = texts.listed(facts.default_text or "")[0]
    return Scope(source, role=scope.role, caller=scope.caller, depth=scope.depth + 1, active=scope.active)
