"""The prover's front: one gate in, one proof out."""

from __future__ import annotations

from pgplumb.rls.prover.gate import Gate, World
from pgplumb.rls.verdict import Branch, GateProof, Ground, Verdict


def prove(gate: Gate, world: World) -> GateProof:
    """Return what is known of the rows that pass a gate. Asks the server for nothing; never raises."""
    if not gate.permissive:
        return GateProof(Verdict.DENIED, reasons=("no permissive policy applies",))
    del world
    texts = " OR ".join(f"({clause.expression})" for clause in gate.permissive)
    return GateProof(Verdict.UNPROVED, (Branch(Ground.UNREAD, texts, gate.policies),))
