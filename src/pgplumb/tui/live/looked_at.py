"""Looks at rows outlive the judgement that they were made for: current while their ground is as it was, else old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.tui.live.altered import definition

if TYPE_CHECKING:
    from pgplumb.rls.judgement import Judgement
    from pgplumb.tui.verdicts import Probed


def kept(probed: Mapping[int, Probed], before: Judgement, after: Judgement) -> Mapping[int, Probed]:
    """Return the looks of one judgement that are still of objects of another, those marked whose ground has changed.

    What a current look contradicts is worked out anew: its verdict may be another by now.
    """
    from pgplumb.rls.probe import contradictions

    if not probed or before is after:
        return probed
    everything = (
        before.matrix.roles != after.matrix.roles
        or not before.matrix.uses_as(after.matrix)
        or before.surface.functions != after.surface.functions
        or before.tenants.identities != after.tenants.identities
    )
    found: dict[int, Probed] = {}
    for oid, look in probed.items():
        if oid not in after.matrix.catalog.relations:
            continue
        if look.old or everything or not _same(oid, before, after):
            found[oid] = replace(look, old=True)
        else:
            found[oid] = replace(look, faults=contradictions(after, look.probes))
    return found


def _same(oid: int, before: Judgement, after: Judgement) -> bool:
    """Whether a relation, and all that a verdict on it looks at, are defined and granted as before."""
    old, new = before.matrix.catalog.relations, after.matrix.catalog.relations
    rests = next(
        (j.rests_on for j in before.by_object.values() if any(c.relation == oid for c in j.local)), None
    )
    for one in rests or frozenset({oid}):
        if before.tenants.path_of.get(one) != after.tenants.path_of.get(one):
            return False
        then, now = old.get(one), new.get(one)
        if then is now:
            continue
        if then is None or now is None or definition(then) != definition(now):
            return False
    return before.surface.view(oid) == after.surface.view(oid)
