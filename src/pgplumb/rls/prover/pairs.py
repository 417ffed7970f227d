"""Both gates of an UPDATE in one session: what one says of who the session is holds for the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pgplumb.rls.prover import changes
from pgplumb.rls.prover.equality import PARSED, READ, Closure
from pgplumb.rls.prover.gate import Gate, World
from pgplumb.rls.prover.identity import assumption
from pgplumb.rls.prover.kinds import TEXT
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal
from pgplumb.rls.prover.prove import proof_of
from pgplumb.rls.prover.run import FEW, Leak, Run, both, closure_of, run_of
from pgplumb.rls.prover.terms import Call, Constant, Term, of_session, parts
from pgplumb.rls.verdict import GateProof, Verdict


def prove_together(using: Gate, check: Gate, world: World) -> tuple[GateProof, GateProof] | None:
    """Return what is known of the two gates of an UPDATE that one session passes both; None where no more than of
    each by itself.

    Settings that say who a session is are the same for both. Rows are not: the old row is not the new one. Other
    settings are left out, since a statement may set them between the two.
    """
    relation = world.catalog.relations[using.relation]
    try:
        before, after = run_of(using, world, relation), run_of(check, world, relation)
    except (RecursionError, changes.ChangesSession):
        return None
    if before is None or after is None or not (before.leaks or after.leaks):
        return None
    beside = (_said_of_session(after), _said_of_session(before))
    if _never(before, beside[0]) or _never(after, beside[1]):
        denied = GateProof(Verdict.DENIED, reasons=("no session passes both gates",))
        return denied, denied
    kept = tuple(
        [leak for leak in run.leaks if not all(_held(run, leak, *more) for more in other)]
        for run, other in zip((before, after), beside, strict=True)
    )
    if len(kept[0]) == len(before.leaks) and len(kept[1]) == len(after.leaks):
        return None
    shared = {assumption(identity) for identity in before.known if identity.term is not None}
    one, other = (
        proof_of(replace(run, leaks=leaks, assumptions=run.assumptions | shared))
        for run, leaks in zip((before, after), kept, strict=True)
    )
    return one, other


def _never(run: Run, beside: Sequence[tuple[Conjunction, frozenset[Constant]]]) -> bool:
    """Whether no way can happen in a session that passes the other gate."""
    if len(run.passing) * len(beside) > FEW * FEW:
        return False
    return all(
        closure_of(run, both(closure.facts, more)).dead for closure in run.passing for more, _ in beside
    )


def _held(run: Run, leak: Leak, more: Conjunction, own: frozenset[Constant]) -> bool:
    """Whether a leak cannot happen, or stays within the tenant, in a session of which more is known: `own` are
    tenants that are its own."""
    closure = closure_of(run, both(leak.facts, more))
    if closure.dead or run.goal.reached(closure, run.known) is not None:
        return True
    return any(not own.isdisjoint(closure.members(tenant)) for tenant in run.goal.tenants(closure))


def _said_of_session(run: Run) -> tuple[tuple[Conjunction, frozenset[Constant]], ...]:
    """Return what each way says of the settings that tell who a session is, and the tenants that it shows to be
    the session's own."""
    told = [identity.term for identity in run.known if identity.term is not None]
    for identity in run.known:
        told += [term for way, _ in identity.patterns for literal in way for term in literal.terms]
    trusted: set[Term] = {
        part for term in told for part in parts(term) if isinstance(part, Call) and part.session
    }
    return tuple(
        dict.fromkeys((_session_facts(closure, trusted), _own(run, closure)) for closure in run.passing)
    )


def _own(run: Run, closure: Closure) -> frozenset[Constant]:
    if run.goal.reached(closure, run.known) is None:
        return frozenset()
    return frozenset(
        term
        for tenant in run.goal.tenants(closure)
        for term in closure.members(tenant)
        if isinstance(term, Constant) and term.value is not None
    )


def _session_facts(closure: Closure, trusted: set[Term]) -> Conjunction:
    """Return what follows from a way's facts for values that are made of constants and some parts of the session."""

    def speaks(term: Term) -> bool:
        asked = [part for part in parts(term) if isinstance(part, Call) and part.session]
        return of_session(term) and trusted.issuperset(asked)

    found: dict[Literal, None] = {}
    values = [term for term in closure.terms() if speaks(term)]
    for term in values:
        if not closure.not_null(term):
            # Equal arguments give equal values, which may be NULL: nothing that could be said as an equality.
            continue
        inner = term
        found[Literal(Fact.NOT_NULL, (inner,))] = None
        # What is read from NULL is NULL.
        while isinstance(inner, Call) and inner.name in ("nullif", *READ):
            inner = inner.arguments[0]
            found[Literal(Fact.NOT_NULL, (inner,))] = None
        for other in closure.members(term):
            if isinstance(other, Call) and other.name == "text" and other.arguments[0].kind.family in PARSED:
                # A number and a uuid are never written out as nothing.
                found[Literal(Fact.NOT_EQUAL, (term, Constant("", TEXT)))] = None
            fixed = isinstance(other, Constant) and other.value is not None
            if other != term and (fixed or speaks(other)):
                found[Literal(Fact.EQUAL, (term, other))] = None
    for literal in closure.facts:
        plain = literal.fact not in (Fact.UNREAD, Fact.EQUAL) and literal.terms
        if plain and all(isinstance(t, Constant) or speaks(t) for t in literal.terms):
            found[literal] = None
    return tuple(found)
