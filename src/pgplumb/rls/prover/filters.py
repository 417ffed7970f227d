"""What row security lets a role see of the tables that sub-selects read: it is known of every row they give."""

from __future__ import annotations

from pgplumb.catalog.relation import Policy
from pgplumb.catalog.unread import Unread
from pgplumb.rls.access import Bit
from pgplumb.rls.prover import texts
from pgplumb.rls.prover.gate import World
from pgplumb.rls.prover.reading import (
    ALWAYS,
    DEEPEST,
    NEVER,
    Disjunction,
    Reading,
    Scope,
    Stored,
    add,
    multiply,
)

Policies = tuple[Policy, ...]


def own_policies(reading: Reading, stored: Stored, scope: Scope) -> Disjunction:
    """Return what row security lets a role see of a row: nothing is known where it does not bind.

    What is left out here only weakens what is known of the row.
    """
    relation = stored.relation
    if not scope.role:
        return ALWAYS
    reading.asked[scope.role, relation.oid] = None
    if scope.depth >= DEEPEST:
        return ALWAYS
    allowed, binding = reads(reading.world, scope.role, relation.oid)
    if not allowed:
        return NEVER
    if binding is None:
        return ALWAYS
    permissive, restrictive = binding
    expressions = [p.using for p in (*permissive, *restrictive)]
    nested = any(isinstance(e, Unread) or (e is not None and texts.has_sub_select(e)) for e in expressions)
    if nested and relation.oid in scope.active:
        # The server refuses: "infinite recursion detected in policy".
        return NEVER if not any(isinstance(e, Unread) for e in expressions) else ALWAYS
    active = (*scope.active, relation.oid) if nested else scope.active
    found: Disjunction = NEVER
    for policy in permissive:
        found = add(found, _policy(reading, policy.using, stored, scope, active))
    for policy in restrictive:
        found = multiply(found, _policy(reading, policy.using, stored, scope, active))
    return found


def reads(world: World, role: int, oid: int) -> tuple[bool, tuple[Policies, Policies] | None]:
    """Return whether a role may read a relation at all, and the policies that filter it.

    None stands for no filter, and for one that is not known.
    """
    key = ("reads", role, oid)
    cached = world.cache.entries.get(key)
    if isinstance(cached, tuple):
        return cached
    matrix, relation = world.matrix, world.catalog.relations[oid]
    bits = matrix.bits.get((matrix.group_of.get(oid, 0), role))
    allowed = bits is None or bool(Bit(bits) & (Bit.SELECT | Bit.SELECT_COLUMN))
    asked = any(r.oid == role for r in matrix.roles) or any(
        r.kind == "v" and r.owner == role for r in matrix.objects
    )
    found: tuple[bool, tuple[Policies, Policies] | None] = (allowed, None)
    if relation.kind in "rp" and asked:
        binding = matrix.binding(relation, role, "SELECT")
        if binding.bypass is None:
            found = (allowed, (binding.permissive, binding.restrictive))
    world.cache.entries[key] = found
    return found


def _policy(
    reading: Reading, expression: object, stored: Stored, scope: Scope, active: tuple[int, ...]
) -> Disjunction:
    if not isinstance(expression, str):
        # No USING passes everything; one that was not read may pass anything.
        return ALWAYS
    return texts.condition(reading, expression, stored, scope, active)
