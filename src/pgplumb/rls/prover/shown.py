"""What a door shows: every row of a tenant's that its query reads from must be the session's own.

The query of a view or a function is read as sub-selects are. Rows that only decide which others there are (those in
conditions) are not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pgplumb.rls.prover import changes, inlining, kinds, sources, subselects
from pgplumb.rls.prover.gate import Clause, FunctionFacts, Gate, World
from pgplumb.rls.prover.goal import moved
from pgplumb.rls.prover.identity import identities
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, rows_of
from pgplumb.rls.prover.reading import Reading, Scope, TooMany, Unreadable
from pgplumb.rls.prover.run import Held, held_rows
from pgplumb.rls.prover.terms import Call, Column, Row, Term, parts, rows
from pgplumb.rls.verdict import GateProof, Verdict


@dataclass(frozen=True, slots=True)
class Shown:
    """The proof that a door shows rows of the session's tenant alone."""

    relations: frozenset[int]
    """The relations with a tenant that it shows rows of."""
    proof: GateProof


def view_shows(world: World, view: int, role: int) -> Shown | None:
    """Return the proof of a view that a role queries; None where there is none."""
    relation = world.catalog.relations[view]

    def read(reading: Reading) -> subselects.Rows | None:
        scope = Scope("", role=role, caller=role)
        return sources.of_view(reading, relation, scope)[0]

    return _proof(world, role, read)


def function_shows(world: World, facts: FunctionFacts, role: int) -> Shown | None:
    """Return the proof that a function gives rows of the session's tenant alone, whatever it is called with."""
    passed = tuple(
        Call(f"argument {place}", (), kinds.of_oid(world.catalog, oid))
        for place, oid in enumerate(facts.arguments)
    )

    def read(reading: Reading) -> subselects.Rows | None:
        return inlining.given(reading, facts, passed, Scope("", role=role, caller=role))

    return _proof(world, role, read)


def _proof(world: World, role: int, read: Callable[[Reading], subselects.Rows | None]) -> Shown | None:
    reading = Reading(world, protected=identities(world).protected, shows=True)
    try:
        found = read(reading)
    except (Unreadable, TooMany, RecursionError, changes.ChangesSession):
        return None
    if found is None:
        return None
    held: list[Held] = []
    relations: set[int] = set()
    for facts, terms in found:
        if any(_may_read_more(term) for term in terms):
            return None
        shown = _shown(world, facts, terms)
        relations.update(row.relation for row in shown)
        for row in shown:
            more = _held(world, role, facts, row)
            if more is None:
                return None
            held.append(more)
    assumptions = {text for one in held for text in one.assumptions} | reading.assumptions
    relies = frozenset(one for why in held for one in why.relies)
    return Shown(frozenset(relations), GateProof(Verdict.ISOLATED, (), tuple(sorted(assumptions)), relies))


def _may_read_more(term: Term) -> bool:
    """Whether a value comes from a function of users that is not read: it may look at any row."""
    return any(
        isinstance(part, Call)
        and (part.name.startswith("?") or "." in part.name or part.name == "count")
        and part.name not in _JWT
        for part in parts(term)
    )


_JWT = ("auth.uid", "auth.jwt", "auth.role")


def _shown(world: World, facts: Conjunction, terms: tuple[Term, ...]) -> list[Row]:
    """Return the rows with a tenant of which one way shows something."""
    marks = [term for fact in facts if fact.operator == subselects.SHOWN for term in fact.terms]
    # Where nothing is shown of a row, that there is such a row is.
    found = {row for term in (*marks, *terms) for row in rows(term)} or rows_of(facts)
    return sorted((r for r in found if r.relation in world.tenants.path_of), key=lambda row: row.number)


def _held(world: World, role: int, facts: Conjunction, row: Row) -> Held | None:
    """Return why a row that one way shows is the session's own; None where that is not known."""
    tested = {row: Row(0, row.relation)}
    own = tuple(
        Literal(fact.fact, tuple(moved(term, tested) for term in fact.terms), fact.operator, fact.snippet)
        for fact in facts
        if fact.operator != subselects.SHOWN
    )
    # An identity that is current_user is who calls, whoever the door works as.
    gate = Gate(row.relation, role, "SELECT", "using", (Clause("", "true"),))
    return held_rows(gate, world, own)


def chosen_by_caller(world: World, facts: FunctionFacts) -> int | None:
    """Return the relation of which a call shows any row that its arguments name; None where that is not certain.

    Its owner reads every row, and the query asks nothing of one but that columns equal what is passed.
    """
    text, owner = facts.body or "", facts.owner
    select = inlining.body_select(facts) if facts.language == "sql" and facts.security_definer else None
    simple = {"targetList", "fromClause", "whereClause", "sortClause", "limitOption", "op"}
    if select is None or not select.fields.keys() <= simple or not facts.arguments or "set_config" in text:
        return None
    passed = tuple(
        Call(f"argument {place}", (), kinds.of_oid(world.catalog, oid))
        for place, oid in enumerate(facts.arguments)
    )
    reading = Reading(world, protected=identities(world).protected, shows=True)
    try:
        found = inlining.given(reading, facts, passed, Scope("", role=owner, caller=owner))
    except (TooMany, RecursionError, changes.ChangesSession):
        return None
    if found is None or len(found) != 1:
        return None
    (ways, terms) = found[0]
    marked = _shown(world, ways, terms)
    asked = [fact for fact in ways if fact.operator != subselects.SHOWN]
    if len(marked) != 1 or not asked or not all(_names(fact, marked[0], passed) for fact in asked):
        return None
    used = [term for fact in asked for term in fact.terms if term in passed]
    relation = world.catalog.relations[marked[0].relation]
    bypass = world.matrix.binding(relation, owner, "SELECT").bypass
    return relation.oid if len(set(used)) == len(used) and bypass is not None else None


def _names(fact: Literal, row: Row, passed: tuple[Term, ...]) -> bool:
    """Whether a fact says that a column of a row is what is passed, or that text written out."""
    if fact.fact is not Fact.EQUAL or not any(term in passed for term in fact.terms):
        return False
    (other,) = [term for term in fact.terms if term not in passed] or (fact.terms[0],)
    while isinstance(other, Call) and other.name in ("text", "label"):
        other = other.arguments[0]
    return isinstance(other, Column) and other.row == row
