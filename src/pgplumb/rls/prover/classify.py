"""Why foreign rows would pass by one way through a gate: its ground, or the piece that nobody can read."""

from __future__ import annotations

from pgplumb.rls.prover.equality import Closure
from pgplumb.rls.prover.identity import bare
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal
from pgplumb.rls.prover.terms import Call, Column, Constant, Term, of_session, parts
from pgplumb.rls.verdict import Ground

_SAME = ("text", "label")
_COMPUTED = (Fact.OTHER, Fact.EQUAL, Fact.NOT_EQUAL, Fact.ORDER, Fact.NULL, Fact.NOT_NULL)


def obstacle(facts: Conjunction, closure: Closure, tenants: tuple[Term, ...]) -> Literal | None:
    """Return a fact that might keep the row within its tenant in a way that is not read; None without one."""
    own = {term for tenant in tenants for term in closure.members(tenant) if isinstance(term, Column)}
    for literal in facts:
        if literal.fact is Fact.UNREAD:
            return literal
        pieces = [part for term in literal.terms for part in parts(term)]
        if any(isinstance(part, Call) and part.name.startswith("?") for part in pieces):
            return literal
        if literal.fact in _COMPUTED and _ties(literal, pieces, own):
            return literal
    loose = _loosely_tied(facts, closure, tenants)
    return loose or next((literal for literal in facts if _confined(literal, closure, tenants)), None)


def _loosely_tied(facts: Conjunction, closure: Closure, tenants: tuple[Term, ...]) -> Literal | None:
    """Return a fact that begins a chain of comparisons from the tenant to the session that is not read."""
    reached = {closure.find(tenant) for tenant in tenants}
    first: Literal | None = None
    waiting = [literal for literal in facts if literal.fact is Fact.OTHER]
    moved = True
    while moved:
        moved = False
        for literal in list(waiting):
            pieces = [
                part for term in literal.terms for part in parts(term) if not isinstance(part, Constant)
            ]
            if reached.isdisjoint(map(closure.find, pieces)):
                continue
            waiting.remove(literal)
            first, moved = first or literal, True
            reached.update(map(closure.find, pieces))
            together = [member for piece in pieces for member in closure.members(piece)]
            if any(isinstance(part, Call) and part.session for member in together for part in parts(member)):
                return first
    return None


def _confined(literal: Literal, closure: Closure, tenants: tuple[Term, ...]) -> bool:
    """Whether the tenant is what a function of users gives that is not read: it may be the session's."""
    return any(
        isinstance(part, Call)
        and "." in part.name
        and not part.name.startswith("auth.")
        and closure.same(term, tenant)
        for tenant in tenants
        for term in literal.terms
        for part in parts(term)
    )


def computed_from(
    identity: Term, facts: Conjunction, closure: Closure, tenants: tuple[Term, ...]
) -> Literal | None:
    """Return a fact by which the tenant is worked out from the identity in a way that is not read."""
    # What -> gives is the same claim, not as a text.
    cores = [bare(identity)]
    if isinstance(cores[0], Call) and cores[0].name == "->>":
        cores.append(Call("->", cores[0].arguments, cores[0].kind))
    for tenant in tenants:
        for term in closure.members(tenant):
            if isinstance(term, Call) and any(bare(part) in cores for part in parts(term)):
                return next((f for f in facts if any(term in parts(t) for t in f.terms)), facts[0])
    return None


def _ties(literal: Literal, pieces: list[Term], own: set[Column]) -> bool:
    """Whether a fact ties the tenant to something else by more than equality."""
    computed = literal.fact is Fact.OTHER or any(
        isinstance(term, Call) and term.name not in _SAME and any(part in own for part in parts(term))
        for term in literal.terms
    )
    if not computed or not any(part in own for part in pieces if isinstance(part, Column)):
        return False
    rows = {part.row for part in pieces if isinstance(part, Column)}
    return len(rows) > 1 or any(isinstance(part, Call) and part.session for part in pieces)


def trivial(literal: Literal) -> bool:
    """Whether a fact holds for every row."""
    if literal.fact is Fact.NOT_NULL:
        return isinstance(literal.terms[0], Column) and literal.terms[0].not_null
    if literal.fact is Fact.EQUAL and literal.terms[0] == literal.terms[1]:
        return isinstance(literal.terms[0], Column) and literal.terms[0].not_null
    return False


def ground(facts: Conjunction, closure: Closure, tenants: tuple[Term, ...], which: str) -> Ground:
    """Return the ground of a way that does not stay within the tenant."""
    said = [literal for literal in facts if not trivial(literal)]
    if not said:
        return Ground.ALWAYS
    own = {term for tenant in tenants for term in closure.members(tenant)} | set(tenants)
    for term in own:
        if isinstance(term, Constant):
            return Ground.CONSTANT_TENANT
        if of_session(term):
            return _of_session(term)
    if any(literal.fact is Fact.NULL and literal.terms[0] in own for literal in said):
        return Ground.NULL_TENANT
    if any(_unset(literal) for literal in said):
        return Ground.UNSET_SESSION
    if any(literal.fact in (Fact.NOT_EQUAL, Fact.ORDER) and own & set(literal.terms) for literal in said):
        return Ground.INEQUALITY
    rows = {
        part.row.number
        for lit in said
        for term in lit.terms
        for part in parts(term)
        if isinstance(part, Column)
    }
    if rows and 0 not in rows:
        return Ground.ADMIN_ROW
    if rows:
        return Ground.FOREIGN_WRITE if which == "check" else Ground.ROW_FLAG
    asked = [term for literal in said for term in literal.terms if of_session(term)]
    return _of_session(asked[0]) if asked else Ground.ADMIN_ROW


def _unset(literal: Literal) -> bool:
    if literal.fact is Fact.NULL:
        return of_session(literal.terms[0])
    if literal.fact is Fact.EQUAL:
        one, other = literal.terms
        empty = [t for t in (one, other) if isinstance(t, Constant) and t.value == ""]
        return bool(empty) and any(of_session(t) for t in (one, other))
    return False


def _of_session(term: Term) -> Ground:
    for part in parts(term):
        if not isinstance(part, Call) or not part.session:
            continue
        name = (
            str(part.arguments[0].value) if part.arguments and isinstance(part.arguments[0], Constant) else ""
        )
        if part.name.startswith("auth.") or name.startswith("request.jwt"):
            return Ground.SIGNED_CLAIM
        if part.name == "current_setting":
            return Ground.FORGEABLE_SETTING
    return Ground.ADMIN_ROW
