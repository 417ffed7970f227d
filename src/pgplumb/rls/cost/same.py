"""Whether the prover says the same of a policy's old and new predicate, for every role and command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.rls.access import Binding
from pgplumb.rls.alike import Alike
from pgplumb.rls.gates import SIDES, compose
from pgplumb.rls.prover.gate import World
from pgplumb.rls.prover.prove import prove
from pgplumb.rls.verdict import GateProof, Verdict

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Policy, Relation

Texts = Mapping[str, tuple[str | None, str | None]]
"""USING and WITH CHECK as pg_get_expr prints them, by policy."""


def difference(world: World, relation: Relation, changed: Texts) -> tuple[str | None, int]:
    """Return why verdicts are not proved to stay, or None, and how many gates were proved both ways.

    A gate that is not proved either way shows nothing.
    """
    proved = 0
    for role, command, which, old, new in _gates(world, relation, changed):
        if isinstance(old, str) or isinstance(new, str):
            return f"{command} by {sanitise(role)}: a predicate is not known", proved
        if Verdict.UNPROVED in (old.verdict, new.verdict):
            side = "USING" if which == "using" else "WITH CHECK"
            why = next((branch.text for branch in old.branches), "")
            said = f": {sanitise(why)}" if why else ""
            return f"what {command} by {sanitise(role)} lets pass is not proved ({side}{said})", proved
        if _story(old) != _story(new):
            return f"the verdict of {command} by {sanitise(role)} would be another", proved
        proved += 1
    return None, proved


def _story(proof: GateProof) -> tuple[object, ...]:
    return proof.verdict, sorted(branch.ground for branch in proof.branches), proof.relies


def _gates(
    world: World, relation: Relation, changed: Texts
) -> Iterator[tuple[str, str, str, GateProof | str, GateProof | str]]:
    """Give every gate that a changed policy is part of, with what is proved before and after."""
    # A cache of its own: the other one is being filled by whoever judges.
    fresh = World(world.matrix, world.tenants, world.functions, overrides=world.overrides)
    alike = Alike(world.matrix)
    seen: set[object] = set()
    for role in world.matrix.roles:
        for command, sides in SIDES.items():
            key = (alike.key(relation, role.oid), command)
            binding = world.matrix.binding(relation, role.oid, command)
            if key in seen or binding.bypass is not None:
                continue
            if world.matrix.holding(relation.oid, role.oid, command).allowed is False:
                continue
            seen.add(key)
            after = Binding(
                None,
                tuple(_with(policy, changed) for policy in binding.permissive),
                tuple(_with(policy, changed) for policy in binding.restrictive),
            )
            for which in sides:
                old, new = compose(binding, which), compose(after, which)
                if old.sql == new.sql:
                    continue
                proofs = [
                    one.unread or prove(one.gate(relation.oid, role.oid, command), fresh)
                    for one in (old, new)
                ]
                yield role.name, command, which, proofs[0], proofs[1]


def _with(policy: Policy, changed: Texts) -> Policy:
    texts = changed.get(policy.name)
    if texts is None:
        return policy
    return replace(policy, using=texts[0] or policy.using, check=texts[1] or policy.check)
