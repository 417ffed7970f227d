"""One gate being proved: every way through it, and whether it stays within the tenant."""

from __future__ import annotations

from dataclasses import dataclass, field

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover import classify, texts
from pgplumb.rls.prover.changes import kept_by
from pgplumb.rls.prover.equality import Closure
from pgplumb.rls.prover.gate import Clause, Gate, World
from pgplumb.rls.prover.goal import Goal
from pgplumb.rls.prover.identity import (
    PERSONS,
    SERVICE,
    Identity,
    asks_who,
    assumption,
    identities,
    is_role_claim,
)
from pgplumb.rls.prover.kinds import TEXT
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet, rows_of
from pgplumb.rls.prover.reading import (
    ALWAYS,
    Disjunction,
    Reading,
    Scope,
    TooMany,
    multiply,
)
from pgplumb.rls.prover.subselects import subject_row
from pgplumb.rls.prover.terms import Constant, Term, parts
from pgplumb.rls.verdict import Branch, Ground, Reliance

FEW = 16
"""How many ways are looked at one by one where what they have in common would do."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One way through a gate that does not stay within the tenant, as its branch and as its facts."""

    branch: Branch
    facts: Conjunction
    closure: Closure
    tenants: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Why a way stays within the tenant."""

    assumptions: frozenset[str]
    relies: frozenset[Reliance]


@dataclass(slots=True)
class Run:
    """One gate being proved."""

    gate: Gate
    world: World
    reading: Reading
    goal: Goal
    known: tuple[Identity, ...]
    leaks: list[Leak]
    relies: set[Reliance]
    assumptions: set[str]
    alive: bool = False
    passing: list[Closure] = field(default_factory=list)
    """Every way that can happen, or what more ways than can happen have in common."""


def run_of(gate: Gate, world: World, relation: Relation) -> Run | None:
    path = world.tenants.path_of.get(gate.relation)
    if path is None:
        return None
    named = identities(world)
    caller = world.catalog.roles.get(gate.caller or gate.role)
    goal = Goal(world, gate.relation, path, caller.name if caller else "")
    reading = Reading(world, subject=gate.relation, protected=named.protected)
    reading.asked_user = any(i.term is not None and asks_who(i.term) for i in named.known)
    run = Run(gate, world, reading, goal, named.known, [], set(), set())
    floor: Disjunction = ALWAYS
    contained: Held | None = None
    for clause in gate.restrictive:
        ways = _ways(run, clause, relation)
        if ways is None:
            # A restrictive policy that is not read only narrows.
            ways = ((Literal(Fact.UNREAD, (), clause.expression, Snippet(clause.expression)),),)
        held = _settled(run, ways)
        if held is not None and (contained is None or len(held.relies) < len(contained.relies)):
            contained = held
        try:
            floor = multiply(floor, ways)
        except TooMany:
            floor = multiply(
                floor, ((Literal(Fact.UNREAD, (), clause.expression, Snippet(clause.expression)),),)
            )
    run.alive = False
    run.passing.clear()
    for clause in gate.permissive:
        _permissive(run, clause, floor, relation, contained)
    return run


def _permissive(
    run: Run, clause: Clause, floor: Disjunction, relation: Relation, contained: Held | None
) -> None:
    """Take the ways through one permissive policy, each with those of the restrictive ones beside it. `contained`
    says why these keep every row within its tenant already."""
    ways = _ways(run, clause, relation)
    if ways is None:
        ways = ((Literal(Fact.UNREAD, (), clause.expression, Snippet(clause.expression)),),)
    for facts in ways:
        closure = closure_of(run, facts)
        if closure.dead:
            continue
        held = _within(run, facts, closure)
        if held is None or (contained is not None and len(contained.relies) < len(held.relies)):
            held = contained
        if held is not None and held.relies and len(floor) <= FEW:
            together = _settled(run, tuple(both(facts, more) for more in floor))
            held = together if together is not None and len(together.relies) < len(held.relies) else held
        if held is not None:
            closures = [closure] if floor == ALWAYS else _alive(run, facts, floor)
            if closures:
                _note(run, held)
                run.alive = True
                run.passing += closures
            continue
        for more in floor:
            _judge(run, clause, both(facts, more))


def _alive(run: Run, facts: Conjunction, floor: Disjunction) -> list[Closure]:
    """Return the ways that can happen where others hold besides; what they have in common where there are many."""
    if len(floor) <= FEW:
        found = [closure_of(run, both(facts, more)) for more in floor]
        return [closure for closure in found if not closure.dead]
    if all(closure_of(run, both(facts, more)).dead for more in floor):
        return []
    return [closure_of(run, facts)]


def both(facts: Conjunction, more: Conjunction) -> Conjunction:
    return facts + tuple(literal for literal in more if literal not in facts)


def _ways(run: Run, clause: Clause, relation: Relation) -> Disjunction | None:
    """Return the ways through one policy, or None where there are too many or it changes the session."""
    gate = run.gate
    nested = any(texts.has_sub_select(c.expression) for c in (*gate.permissive, *gate.restrictive))
    scope = Scope("", role=gate.role, caller=gate.caller or gate.role)
    # What a view demands besides is no part of the policies: they do not go in circles through it.
    active = (gate.relation,) if nested and clause.policy else ()
    try:
        return texts.condition(run.reading, clause.expression, subject_row(relation), scope, active)
    except TooMany:
        return None


def closure_of(run: Run, facts: Conjunction) -> Closure:
    closure = Closure(run.world, facts, run.goal.column, stored=run.gate.which == "using")
    closure.dead = closure.dead or _names_another(run, closure)
    return closure


def _names_another(run: Run, closure: Closure) -> bool:
    """Whether the token of a session that acts as a person would have to name the role of servers."""
    claimed = [term for term in closure.terms() if is_role_claim(term)]
    if not claimed:
        return False
    run.reading.asked_user = True
    server = Constant(SERVICE, TEXT)
    if run.goal.caller not in PERSONS or not any(closure.same(term, server) for term in claimed):
        return False
    run.assumptions.add(f"no token of {run.goal.caller} names {SERVICE}")
    return True


def _settled(run: Run, ways: Disjunction) -> Held | None:
    """Return why every way cannot happen or stays within the tenant; None where that is not so."""
    found: list[Held] = []
    for facts in ways:
        closure = closure_of(run, facts)
        if closure.dead:
            continue
        held = _within(run, facts, closure)
        if held is None:
            return None
        found.append(held)
    return Held(
        frozenset().union(*(held.assumptions for held in found)),
        frozenset().union(*(held.relies for held in found)),
    )


def _within(run: Run, facts: Conjunction, closure: Closure) -> Held | None:
    """Return why a way that can happen stays within the tenant; None where that is not known."""
    identity = run.goal.reached(closure, run.known)
    if identity is None:
        return None
    needed = facts
    # What the tenant follows from without a row does not rely on that row.
    for row in sorted(rows_of(facts), key=lambda row: row.number):
        fewer = tuple(literal for literal in needed if row not in rows_of((literal,)))
        if row.number and len(fewer) < len(needed):
            found = run.goal.reached(closure_of(run, fewer), run.known)
            needed, identity = (fewer, found) if found is not None else (needed, identity)
    rows = {row for row in rows_of(needed) if row.number}
    keyed = run.goal.parents(closure_of(run, needed)) if rows else frozenset()
    # What equals a value of the session does so whatever other rows say; only whose a parent is counts.
    members = rows - keyed if identity.term is None else frozenset()
    # A row besides that must be there is no matter of what is written.
    beside = {row for row in rows_of(facts) if row.number} - keyed - members
    plain = not beside and is_plain(run, facts, closure)
    relies = frozenset(Reliance(row.relation, row in keyed, plain) for row in keyed | members)
    said = frozenset(text for row in keyed | members for text in kept_by(run.world, row.relation))
    return Held(said | {assumption(identity)}, relies)


def certainly_passes(run: Run, closure: Closure) -> bool:
    """Whether rows pass by a way for certain, as far as what is relied on lets them: it asks for no other rows."""
    if not is_plain(run, closure.facts, closure):
        return False
    if not any(row.number for row in rows_of(closure.facts)):
        return True
    held = _within(run, closure.facts, closure)
    return held is not None and bool(held.relies) and all(one.plain for one in held.relies)


def is_plain(run: Run, facts: Conjunction, closure: Closure) -> bool:
    """Whether all that a way takes is read, and nothing besides is asked of whose the row is."""
    tenants = {closure.find(tenant) for tenant in run.goal.tenants(closure)}
    for literal in facts:
        if literal.fact in (Fact.OTHER, Fact.UNREAD):
            return False
        if literal.fact is not Fact.NOT_NULL and not rows_of((literal,)):
            # The session must be one of some.
            return False
        met = {closure.find(part) for term in literal.terms for part in parts(term)}
        if literal.fact not in (Fact.EQUAL, Fact.NOT_NULL) and not tenants.isdisjoint(met):
            return False
    return True


def _note(run: Run, held: Held) -> None:
    run.assumptions |= held.assumptions
    run.relies |= held.relies


def _judge(run: Run, clause: Clause, facts: Conjunction) -> None:
    closure = closure_of(run, facts)
    if closure.dead:
        return
    run.alive = True
    run.passing.append(closure)
    held = _within(run, facts, closure)
    if held is not None:
        _note(run, held)
        return
    tenants = tuple(run.goal.tenants(closure))
    policies = tuple(dict.fromkeys(name for name in (clause.policy,) if name))
    blocking = classify.obstacle(facts, closure, tenants)
    for identity in run.known:
        if blocking is None and identity.term is not None:
            blocking = classify.computed_from(identity.term, facts, closure, tenants)
    if run.goal.reached(closure, run.known, or_null=True) is not None:
        branch = Branch(Ground.NULL_TENANT, _text(facts), policies)
    elif blocking is not None:
        text = blocking.snippet.text or blocking.operator
        branch = Branch(Ground.UNREAD, text, policies)
    else:
        why = classify.ground(facts, closure, tenants, run.gate.which)
        branch = Branch(why, _text(facts), policies)
    run.leaks.append(Leak(branch, facts, closure, tenants))


def _text(facts: Conjunction) -> str:
    said = dict.fromkeys(literal.snippet.text for literal in facts if not classify.trivial(literal))
    return " AND ".join(said) or "true"


def held_rows(gate: Gate, world: World, facts: Conjunction) -> Held | None:
    """Return why rows of which some facts are known are the session's tenant's, or cannot be; None where that is
    not known. Raises KeyError for a relation without a tenant."""
    named = identities(world)
    caller = world.catalog.roles.get(gate.caller or gate.role)
    path = world.tenants.path_of[gate.relation]
    goal = Goal(world, gate.relation, path, caller.name if caller else "")
    run = Run(gate, world, Reading(world), goal, named.known, [], set(), set())
    closure = closure_of(run, facts)
    return Held(frozenset(), frozenset()) if closure.dead else _within(run, facts, closure)
