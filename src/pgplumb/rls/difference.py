"""What differs between a judgement and a new reading: whether all must be judged again, or which relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Membership
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.rls.draft import Passage
    from pgplumb.rls.judgement import Judgement
    from pgplumb.rls.surface import Surface
    from pgplumb.rls.tenant_map import TenantMap
    from pgplumb.rls.verdict import GateProof

_HARMLESS = frozenset(
    """
    auto_explain autoinc basic_archive credcheck insert_username lo moddatetime pg_cron pg_hint_plan pg_net
    pg_prewarm pg_qualstats pg_squeeze pg_stat_kcache pg_stat_monitor pg_stat_statements pg_wait_sampling pgaudit
    pglogical pg_partman_bgw plpgsql plpgsql_check rdsutils timescaledb wal2json
    """.split()  # noqa: SIM905
)


def everything(before: Judgement, matrix: AccessMatrix, surface: Surface, tenants: TenantMap) -> bool:
    """Whether something changed on which any verdict may rest."""
    return (
        _meaning_differs(before, matrix, surface, tenants)
        or before.matrix.roles != matrix.roles
        or not before.matrix.uses_as(matrix)
        or before.surface.execute != surface.execute
        or before.surface.columns != surface.columns
    )


def _meaning_differs(before: Judgement, matrix: AccessMatrix, surface: Surface, tenants: TenantMap) -> bool:
    """Whether predicates, or tenants of relations that stay, may mean something else."""
    then, now = before.tenants, tenants
    stay = before.matrix.catalog.relations.keys() & matrix.catalog.relations.keys()
    return (
        then.identities != now.identities
        or (then.path_of != now.path_of and any(then.path_of.get(r) != now.path_of.get(r) for r in stay))
        or before.surface.functions != surface.functions
        or before.surface.overrides != surface.overrides
        or assumed(before.matrix.catalog) != assumed(matrix.catalog)
    )


def still_shown(before: Judgement, matrix: AccessMatrix) -> dict[Passage, GateProof]:
    """Return what witnesses have shown of relations whose rows may be what they might have been: with the same columns,
    constraints and triggers."""
    then, now = before.matrix.catalog.relations, matrix.catalog.relations
    same: dict[int, bool] = {}
    for passage in before.confirmed:
        oid = passage[1].relation
        if oid not in same:
            old, new = then.get(oid), now.get(oid)
            same[oid] = old is new or (old is not None and new is not None and _rows_of(old) == _rows_of(new))
    return {passage: proof for passage, proof in before.confirmed.items() if same[passage[1].relation]}


def _rows_of(relation: Relation) -> tuple[object, ...]:
    """Return what decides which rows a relation may hold."""
    return relation.columns, relation.constraints, relation.triggers, relation.parents


def still_seen(
    before: Judgement, matrix: AccessMatrix, surface: Surface, tenants: TenantMap
) -> dict[Passage, GateProof]:
    """Return what witnesses have shown as roles that are what they were, and members of what they were."""
    if not before.confirmed or _meaning_differs(before, matrix, surface, tenants):
        return {}
    then, now = before.matrix.catalog, matrix.catalog
    above, below = _granted(then), _granted(now)
    same = {
        oid
        for oid, role in now.roles.items()
        if then.roles.get(oid) == role and _reached(oid, above) == _reached(oid, below)
    }
    return {
        passage: proof
        for passage, proof in still_shown(before, matrix).items()
        if passage[1].role in same and (passage[1].caller or passage[1].role) in same
    }


def _granted(catalog: Catalog) -> dict[int, frozenset[Membership]]:
    found: dict[int, set[Membership]] = {}
    for membership in catalog.memberships:
        found.setdefault(membership.member, set()).add(membership)
    return {member: frozenset(own) for member, own in found.items()}


def _reached(role: int, granted: dict[int, frozenset[Membership]]) -> frozenset[Membership]:
    """Return the memberships of a role, and those of what it is a member of."""
    found: frozenset[Membership] = frozenset()
    waiting, seen = [role], {role}
    while waiting:
        own = granted.get(waiting.pop(), frozenset())
        found |= own
        waiting += {m.role for m in own} - seen
        seen |= {m.role for m in own}
    return found


def changed(before: Judgement, matrix: AccessMatrix, surface: Surface) -> frozenset[int]:
    """Return the relations that were read again, came, went, or whose privileges or query differ."""
    old, new = before.matrix.catalog.relations, matrix.catalog.relations
    found = {oid for oid in old.keys() | new.keys() if old.get(oid) is not new.get(oid)}
    asked = {role for _, role in matrix.bits} | {role for _, role in before.matrix.bits}
    alike: dict[tuple[int, int], bool] = {}
    for oid in new.keys() - found:
        pair = now, then = matrix.group_of.get(oid, 0), before.matrix.group_of.get(oid, 0)
        if pair not in alike:
            alike[pair] = all(
                matrix.bits.get((now, role)) == before.matrix.bits.get((then, role)) for role in asked
            )
        if not alike[pair]:
            found.add(oid)
    views = before.surface.views
    found |= {
        oid for oid in surface.views.keys() | views.keys() if surface.view(oid) != before.surface.view(oid)
    }
    # What a table declares holds for its rows only as far as its children declare it too.
    waiting = [*found]
    while waiting:
        oid = waiting.pop()
        above = {p for r in (old.get(oid), new.get(oid)) if r and not r.is_partition for p in r.parents}
        waiting += above - found
        found |= above
    return frozenset(found)


def assumed(catalog: Catalog) -> tuple[str, ...]:
    """Return what is taken for granted of the whole server."""
    loaded = (catalog.setting("shared_preload_libraries") or "").replace('"', "").split(",")
    unknown = sorted(
        {name.strip().rsplit("/", 1)[-1].removesuffix(".so") for name in loaded} - _HARMLESS - {""}
    )
    return tuple(f"{name}, a preloaded library, adds no policies by itself" for name in unknown)
