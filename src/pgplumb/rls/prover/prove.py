"""The prover's front: one gate in, one proof out. What was proved once is proved of all that are alike."""

from __future__ import annotations

from typing import cast

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover import changes
from pgplumb.rls.prover.equality import unique_keys
from pgplumb.rls.prover.filters import reads
from pgplumb.rls.prover.gate import Gate, World
from pgplumb.rls.prover.identity import (
    identities,
)
from pgplumb.rls.prover.reading import (
    not_null,
)
from pgplumb.rls.prover.run import Leak, Run, certainly_passes, run_of
from pgplumb.rls.verdict import Branch, GateProof, Ground, Verdict


def prove(gate: Gate, world: World) -> GateProof:
    """Return what is known of the rows that pass a gate. Asks the server for nothing.

    Raises KeyError for a relation outside the catalog alone.
    """
    if not gate.permissive:
        return GateProof(Verdict.DENIED, reasons=("no permissive policy applies",))
    relation = world.catalog.relations[gate.relation]
    shape = _shape(world, relation)
    clauses = (gate.permissive, gate.restrictive, gate.command, gate.which)
    known = world.cache.entries.setdefault((clauses, shape), {})
    assert isinstance(known, dict)
    # A proof is that of every relation of the shape, and of every role that differs in nothing that was asked.
    for (relative, user, subject), proofs in known.items():
        cached = proofs.get(_seen(gate, world, relative, user, subject))
        if cached is not None:
            return cast(GateProof, cached)
    try:
        run = run_of(gate, world, relation)
    except RecursionError:
        return _unread(gate, "nested too deeply to be read")
    except changes.ChangesSession:
        return _unread(gate, "it may change settings or tables, so that comparing with them proves nothing")
    if run is None:
        return _unread(gate, "no tenant column", blank=True)
    proof = proof_of(run)
    relative = tuple(
        (role == gate.role, oid)
        for role, oid in run.reading.asked
        if role in (gate.role, gate.caller or gate.role)
    )
    asked = (relative, run.reading.asked_user, run.reading.met_subject)
    known.setdefault(asked, {})[_seen(gate, world, *asked)] = proof
    return proof


def _seen(
    gate: Gate, world: World, relative: tuple[tuple[bool, int], ...], user: bool, subject: bool
) -> object:
    """Return all that a proof knows of the role, by what was asked of it: (of the role or of the caller, relation)."""
    caller = gate.caller or gate.role
    views = tuple(reads(world, gate.role if own else caller, oid) for own, oid in relative)
    return (caller if user else 0, gate.relation if subject else 0, gate.role == caller, views)


def leaks(gate: Gate, world: World) -> tuple[Leak, ...]:
    """Return the ways through a gate that were not proved, with their facts: what a witness is made from."""
    if not gate.permissive:
        return ()
    try:
        run = run_of(gate, world, world.catalog.relations[gate.relation])
    except (RecursionError, changes.ChangesSession):
        return ()
    return tuple(run.leaks) if run is not None else ()


def _shape(world: World, relation: Relation) -> object:
    """Return all that a proof knows of the relation itself, its oid apart."""
    key = ("shape", relation.oid)
    found = world.cache.entries.get(key)
    if found is None:
        path = world.tenants.path_of.get(relation.oid)
        columns = tuple(
            (c.name, c.type_oid, c.collation, not_null(world, relation, c.name)) for c in relation.columns
        )
        found = world.cache.entries[key] = (relation.name, path, columns, unique_keys(world, relation.oid))
    return found


def proof_of(run: Run) -> GateProof:
    branches = tuple(dict.fromkeys(leak.branch for leak in run.leaks))
    grounds = {branch.ground for branch in branches}
    assumptions = tuple(sorted(run.assumptions | run.reading.assumptions))
    if not branches:
        verdict = Verdict.ISOLATED if run.alive else Verdict.DENIED
        reasons: tuple[str, ...] = () if run.alive else ("no row satisfies it",)
        plain = any(certainly_passes(run, closure) for closure in run.passing)
        return GateProof(verdict, (), assumptions, frozenset(run.relies), reasons, plain)
    if Ground.ALWAYS in grounds:
        verdict = Verdict.OPEN
    elif grounds - {Ground.UNREAD}:
        verdict = Verdict.PARTIAL
    else:
        verdict = Verdict.UNPROVED
    reasons = tuple(f"the identity {text} is not read" for text in identities(run.world).unread)
    reasons += tuple(
        f"{'not read' if b.ground is Ground.UNREAD else b.ground.value}: {b.text}" for b in branches
    )
    return GateProof(verdict, branches, assumptions, frozenset(run.relies), reasons)


def _unread(gate: Gate, reason: str, blank: bool = False) -> GateProof:
    whole = " OR ".join(f"({clause.expression})" for clause in gate.permissive)
    branches = () if blank else (Branch(Ground.UNREAD, whole, gate.policies),)
    return GateProof(Verdict.UNPROVED, branches, reasons=(reason,))
