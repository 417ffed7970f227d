"""Puts gates to the prover: each distinct one once, whatever the number of roles and commands that share it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pgplumb.catalog.relation import Relation
from pgplumb.rls.access import Binding
from pgplumb.rls.alike import Alike, Key
from pgplumb.rls.draft import Part, ProvedGate
from pgplumb.rls.failing import why_it_fails, why_it_may_fail
from pgplumb.rls.gates import SIDES, Composed, compose, every_row
from pgplumb.rls.prover.gate import Clause, World
from pgplumb.rls.prover.pairs import prove_together
from pgplumb.rls.prover.prove import prove
from pgplumb.rls.verdict import Branch, GateProof, Ground, Verdict

_EVERY_ROW = GateProof(Verdict.OPEN, (Branch(Ground.ALWAYS, "true", (), True),))


@dataclass(frozen=True, slots=True)
class Passed:
    """One command of one role on one relation, through its policies."""

    part: Part
    using: str | None
    check: str | None
    policies: tuple[str, ...]
    fails: str | None = None
    """Why every such statement fails."""
    may_fail: str | None = None
    """Why every such statement fails, as far as can be told of what the planner does."""


@dataclass(slots=True)
class Gatekeeper:
    """Composes and proves; remembers for as long as one judgement takes."""

    world: World
    alike: Alike
    _proofs: dict[object, GateProof] = field(default_factory=dict)
    _passed: dict[object, Passed] = field(default_factory=dict)
    _pairs: dict[object, tuple[GateProof, GateProof] | None] = field(default_factory=dict)

    def passed(
        self,
        relation: Relation,
        role: int,
        command: str,
        binding: Binding,
        caller: int = 0,
        narrow: tuple[Clause, ...] = (),
        narrow_check: tuple[Clause, ...] = (),
        fixed: frozenset[str] = frozenset(),
    ) -> Passed:
        """Return what was proved of a statement's gates. `narrow` is what a view demands of the rows that it shows,
        `narrow_check` what its check option demands of new ones; `fixed` are columns that an UPDATE cannot write."""
        policies = tuple(p.oid for p in (*binding.permissive, *binding.restrictive))
        asked = (relation.oid, command, policies, binding.bypass is None, narrow, narrow_check, fixed)
        shared = (asked, self._role_key(relation, role, caller, (*narrow, *narrow_check)))
        found = self._passed.get(shared)
        if found is None:
            found = self._pass(relation, role, command, binding, caller, narrow, narrow_check, fixed)
            self._passed[shared] = found
        return found

    def _role_key(self, relation: Relation, role: int, caller: int, clauses: tuple[Clause, ...]) -> Key:
        """Return what of a role a proof can depend on."""
        return (
            self.alike.key(relation, role),
            # Behind a view that works as its owner, current_user is still who reads the view.
            caller if self.alike.names_roles(relation) else 0,
            self.alike.texts_key((c.expression for c in clauses if not c.policy), role, caller),
        )

    def composed(self, command: str, binding: Binding) -> dict[str, str]:
        """Return the effective predicates of a command, unproved, by side."""
        return {which: compose(binding, which).sql for which in SIDES[command]}

    def _pass(
        self,
        relation: Relation,
        role: int,
        command: str,
        binding: Binding,
        caller: int,
        narrow: tuple[Clause, ...],
        narrow_check: tuple[Clause, ...],
        fixed: frozenset[str],
    ) -> Passed:
        sides: dict[str, Composed] = {}
        for which in SIDES[command]:
            side = compose(binding, which) if binding.bypass is None else every_row(which)
            sides[which] = side.narrowed(narrow if which == "using" else narrow_check)
        clauses = tuple(c for side in sides.values() for c in (*side.permissive, *side.restrictive))
        fails = why_it_fails(self.world.matrix, relation, role, clauses)
        may_fail = why_it_may_fail(self.world.matrix, relation, role, clauses) if fails is None else None
        gates = tuple(self._prove(relation, role, command, caller, side) for side in sides.values())
        gates = self._together(relation, role, caller, gates)
        policies = tuple(p.name for p in (*binding.permissive, *binding.restrictive))
        using, check = sides.get("using"), sides.get("check")
        return Passed(
            Part(gates, self._stays(relation, fixed), fixed=fixed),
            using.sql if using else None,
            check.sql if check else None,
            policies,
            fails,
            may_fail,
        )

    def _stays(self, relation: Relation, fixed: frozenset[str]) -> bool:
        """Whether a statement that cannot write some columns leaves a row whose it is."""
        path = self.world.tenants.path_of.get(relation.oid)
        return path is not None and path.first in fixed

    def _together(
        self, relation: Relation, role: int, caller: int, gates: tuple[ProvedGate, ...]
    ) -> tuple[ProvedGate, ...]:
        """Return both gates of an UPDATE, proved as what one session passes together."""
        decided = (Verdict.ISOLATED, Verdict.DENIED)
        if len(gates) != 2 or any(
            g.certain or g.gate.relation not in self.world.tenants.path_of for g in gates
        ):
            return gates
        if all(g.proof.verdict in decided for g in gates) or any(
            g.proof.verdict is Verdict.DENIED for g in gates
        ):
            return gates
        clauses = tuple((*g.gate.permissive, *g.gate.restrictive) for g in gates)
        key = (relation.oid, clauses, self._role_key(relation, role, caller, (*clauses[0], *clauses[1])))
        if key not in self._pairs:
            self._pairs[key] = prove_together(gates[0].gate, gates[1].gate, self.world)
        found = self._pairs[key]
        if found is None:
            return gates
        return tuple(ProvedGate(g.gate, proof) for g, proof in zip(gates, found, strict=True))

    def _prove(self, relation: Relation, role: int, command: str, caller: int, side: Composed) -> ProvedGate:
        gate = side.gate(relation.oid, role, command, 0 if caller == role else caller)
        if side.unread is not None:
            return ProvedGate(gate, GateProof(Verdict.UNPROVED, (Branch(Ground.UNREAD, side.unread),)))
        if side.sql == "true" or _plainly_true(side):
            names = tuple(c.policy for c in side.permissive if c.expression == "true" and c.policy)
            branch = Branch(Ground.ALWAYS, "true", names, True)
            return ProvedGate(gate, GateProof(Verdict.OPEN, (branch,)) if names else _EVERY_ROW, True)
        clauses = (*side.permissive, *side.restrictive)
        # A new row may stand beside its older self, so that the same predicate says less of it.
        key = (
            relation.oid,
            side.which,
            side.permissive,
            side.restrictive,
            self._role_key(relation, role, caller, clauses),
        )
        proof = self._proofs.get(key)
        if proof is None:
            proof = self._proofs[key] = prove(gate, self.world)
        return ProvedGate(gate, proof)


def _plainly_true(side: Composed) -> bool:
    """Whether nothing is asked of a row: some policy says true, and no restrictive one says more."""
    return any(c.expression == "true" for c in side.permissive) and all(
        c.expression == "true" for c in side.restrictive
    )
