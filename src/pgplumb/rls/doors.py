"""Cells of doors: views, materialized views, and SECURITY DEFINER functions that return rows.

A door is judged by the gates of what it reaches, as the role that it works as, with its own condition besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pgplumb.catalog.model import Function, Role
from pgplumb.catalog.relation import KINDS, Relation
from pgplumb.foundation.names import part
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.body import select_of
from pgplumb.rls.draft import Draft, Part, ProvedGate
from pgplumb.rls.gatekeeper import Gatekeeper
from pgplumb.rls.prover.gate import Clause, Gate
from pgplumb.rls.prover.shown import Shown, chosen_by_caller, function_shows, view_shows
from pgplumb.rls.reach import Leg, Reach, Reacher
from pgplumb.rls.shape import shape_of
from pgplumb.rls.surface import Surface
from pgplumb.rls.tables import NO_TENANT, TableJudge
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.through_views import ThroughView
from pgplumb.rls.verdict import GateProof, Verdict


@dataclass(frozen=True, slots=True)
class DoorJudge:
    """Drafts of one matrix."""

    matrix: AccessMatrix
    surface: Surface
    tenants: TenantMap
    keeper: Gatekeeper
    tables: TableJudge

    @property
    def _reacher(self) -> Reacher:
        return Reacher(self.matrix, self.surface)

    def view(self, view: Relation, role: Role, command: str) -> Draft:
        """Return the draft of one cell of a view or materialized view."""
        holding = self.matrix.holding(view.oid, role.oid, command)
        draft = Draft(
            view.qualified,
            KINDS[view.kind],
            role.name,
            command,
            view.oid,
            (holding.reason,),
            reaches=self._reacher.tables(view),
        )
        if holding.allowed is None:
            return replace(draft, verdict=Verdict.UNPROVED)
        if not holding.allowed:
            return replace(draft, verdict=Verdict.DENIED)
        if view.kind == "m":
            return self._stored(draft, view)
        if command == "SELECT":
            reach = self._reacher.view(view, role.oid)
            if reach.exact or reach.lacking is not None:
                return self._read(draft, reach)
            shown = view_shows(self.keeper.world, view.oid, role.oid)
            if shown is None or not shown.relations:
                return self._read(draft, reach)
            return self._proved(draft, shown, reach.reasons)
        through = ThroughView(self.matrix, self.surface, self.tenants, self.keeper, self.tables)
        return through.draft(draft, view, role.oid, command)

    def function(self, function: Function, role: Role) -> Iterator[Draft]:
        """Give the one cell of a function."""
        name = part(role.name)
        identifier = function.id.removeprefix("function:")
        may = (function.oid, role.oid) in self.surface.execute
        has = "may call" if may else "has no EXECUTE on"
        draft = Draft(identifier, "function", role.name, "EXECUTE", None, (f"{name} {has} {identifier}",))
        if not may:
            yield replace(draft, verdict=Verdict.DENIED)
            return
        owner = part(self.matrix.catalog.role_name(function.owner))
        reasons = (*draft.reasons, f"works as {owner}, its owner, whom current_user then names")
        facts = self.surface.functions.get(function.oid)
        shown = function_shows(self.keeper.world, facts, role.oid) if facts is not None else None
        if shown is not None and shown.relations:
            named = tuple(sorted(self.matrix.catalog.relations[oid].qualified for oid in shown.relations))
            yield self._proved(replace(draft, reaches=named), shown, reasons[1:])
            return
        chosen = chosen_by_caller(self.keeper.world, facts) if facts is not None else None
        if chosen is not None:
            table = self.matrix.catalog.relations[chosen].qualified
            why = f"shows any row of {table}: who calls it chooses which, by what is passed"
            yield replace(draft, verdict=Verdict.OPEN, reasons=(*reasons, why), reaches=(table,))
            return
        select = select_of(self.matrix.catalog, function, facts)
        if select.base is None:
            why = f"not proved: {select.obstacle}"
            yield replace(draft, verdict=Verdict.UNPROVED, reasons=(*reasons, why))
            return
        reach = self._reacher.query(select.shape, select.base, function.owner)
        reaches = self._reacher.tables(select.base) if select.base.kind == "v" else (select.base.qualified,)
        if any("current_user" in text for text in self.tenants.identities):
            reach = replace(reach, unbounded=reach.unbounded or "current_user is its owner there")
        yield self._read(replace(draft, reasons=(*reasons, *select.reasons), reaches=reaches), reach)

    def _stored(self, draft: Draft, view: Relation) -> Draft:
        """Judge a materialized view: it holds rows as its owner saw them, and shows all of them."""
        reasons = (*draft.reasons, "a materialized view has no row security: it shows what was stored")
        if view.oid in self.tenants.path_of:
            return replace(draft, verdict=Verdict.OPEN, reasons=reasons)
        if not self._of_tenants(view):
            return replace(draft, verdict=Verdict.UNPROVED, reasons=(NO_TENANT, *reasons))
        query = self.surface.view(view.oid).query
        obstacle = shape_of(query).obstacle if isinstance(query, str) else query.reason
        if obstacle is None:
            return replace(draft, verdict=Verdict.OPEN, reasons=reasons)
        return replace(
            draft, verdict=Verdict.UNPROVED, reasons=(NO_TENANT, *reasons, f"not proved: {obstacle}")
        )

    def _stored_behind(self, reach: Reach) -> Relation | None:
        """Return the materialized view of tenants' rows of which a door shows every row."""
        if not reach.exact or reach.unbounded or len(reach.legs) != 1 or reach.legs[0].clauses:
            return None
        (leg,) = reach.legs
        found = self.matrix.catalog.relations.get(leg.relation)
        if found is None or found.kind != "m" or found.oid in self.tenants.path_of:
            return None
        if not self.matrix.holding(found.oid, leg.acting, "SELECT").allowed:
            return None
        query = self.surface.view(found.oid).query
        whole = isinstance(query, str) and shape_of(query).obstacle is None
        return found if whole and self._of_tenants(found) else None

    def _of_tenants(self, view: Relation) -> bool:
        waiting, seen = [view.oid], set[int]()
        while waiting:
            here = self.matrix.catalog.relations.get(waiting.pop())
            if here is None or here.oid in seen:
                continue
            seen.add(here.oid)
            if here.oid in self.tenants.path_of and here.kind != "v":
                return True
            waiting += here.depends_on
        return False

    def _proved(self, draft: Draft, shown: Shown, reasons: tuple[str, ...]) -> Draft:
        """Judge a door of whose query it was proved that it shows the session's own rows alone."""
        proof = _without(shown.proof, shown.relations - self._memberships)
        gate = Gate(min(shown.relations), 0, "SELECT", "using", (Clause("", draft.object),))
        why = "every row of a tenant's that its query reads is the session's own"
        return replace(
            draft, parts=(Part((ProvedGate(gate, proof),)),), reasons=(*draft.reasons, *reasons, why)
        )

    def _read(self, draft: Draft, reach: Reach) -> Draft:
        """Judge the rows that a door shows."""
        reasons = (*draft.reasons, *reach.reasons)
        draft = replace(draft, reasons=reasons)
        if reach.lacking is not None:
            return replace(draft, verdict=Verdict.DENIED, reasons=(*reasons, f"{reach.lacking}: it fails"))
        legs = [leg for leg in reach.legs if leg.relation in self._with_tenant]
        stored = self._stored_behind(reach)
        if not legs and stored is not None:
            told = f"reads {stored.qualified}, a materialized view: it has no row security"
            return replace(draft, verdict=Verdict.OPEN, reasons=(*reasons, told))
        if not legs:
            why = (NO_TENANT, *reasons, *((f"not proved: {reach.unbounded}",) if reach.unbounded else ()))
            return replace(draft, verdict=Verdict.UNPROVED, reasons=why)
        drafts = [self._leg(leg, reach) for leg in legs]
        if not reach.exact:
            beside = frozenset(leg.relation for leg in legs) - self._memberships
            drafts = [_trusting_less(draft, beside) for draft in drafts]
        more = (*reasons, *dict.fromkeys(reason for leg in drafts for reason in leg.reasons))
        failing = next((leg for leg in drafts if leg.verdict is Verdict.DENIED), None)
        if reach.exact or failing is not None:
            only = failing or drafts[0]
            return replace(
                only,
                object=draft.object,
                kind=draft.kind,
                role=draft.role,
                command=draft.command,
                relation=draft.relation,
                reaches=draft.reaches,
                writes=None,
                reasons=more,
                unbounded=reach.unbounded,
            )
        doubt = f"not proved: {reach.obstacle}" if reach.obstacle else None
        return replace(
            draft,
            reasons=more,
            parts=tuple(
                replace(part, doubt=leg.doubt or doubt if not way.shown or leg.doubt else None)
                for way, leg in zip(legs, drafts, strict=True)
                for part in leg.parts
            ),
            unbounded=reach.unbounded,
            policies=tuple(dict.fromkeys(name for leg in drafts for name in leg.policies)),
            assumptions=tuple(dict.fromkeys(a for leg in drafts for a in leg.assumptions)),
        )

    @property
    def _memberships(self) -> frozenset[int]:
        """The relations that identities name: `members(tenant_id) where ...`."""
        names = {
            text.split("(")[0].strip().split(".")[-1].strip('"')
            for text in self.tenants.identities
            if " where " in text
        }
        return frozenset(r.oid for r in self.matrix.catalog.exposed if r.name in names)

    @property
    def _with_tenant(self) -> frozenset[int]:
        paths, relations = self.tenants.path_of, self.matrix.catalog.relations
        return frozenset(oid for oid in paths if oid in relations and relations[oid].kind != "v")

    def _leg(self, leg: Leg, reach: Reach) -> Draft:
        """Judge what a door reads of one relation; its verdict is always worked out from gates where not exact."""
        relation = self.matrix.catalog.relations[leg.relation]
        acting = part(self.matrix.catalog.role_name(leg.acting))
        binding = self.matrix.binding(relation, leg.acting, "SELECT")
        bare = Draft(
            relation.qualified, "", "", "SELECT", relation.oid, (f"{relation.qualified} as {acting}",)
        )
        held = self.matrix.held_on_columns_only(relation.oid, leg.acting, "SELECT")
        found = self.tables.bound(
            bare, relation, leg.acting, "SELECT", binding, False, leg.caller, leg.clauses
        )
        hidden = self._hidden(leg, relation, reach) if held else None
        if hidden is not None:
            why = f"{acting} has no SELECT on {relation.qualified}.{part(hidden)}: it fails"
            return replace(found, verdict=Verdict.DENIED, parts=(), reasons=(*found.reasons, why))
        if held and found.verdict is not Verdict.DENIED:
            found = replace(found, doubt=f"not proved: {acting} has SELECT on some columns only")
        fails = found.verdict is Verdict.DENIED and bool(binding.permissive) and leg.read
        if found.verdict is None or fails or (reach.exact and not held):
            return found
        passed = self.keeper.passed(relation, leg.acting, "SELECT", binding, leg.caller, leg.clauses)
        return replace(found, verdict=None, parts=(passed.part,))

    def _hidden(self, leg: Leg, relation: Relation, reach: Reach) -> str | None:
        """Return a column that the door reads and its role may not: all that it reads must be readable."""
        if not reach.exact:
            return None
        names = [c.name for c in relation.columns] if reach.columns is None else reach.columns.values()
        return next((n for n in names if not self.surface.may_read(relation.oid, leg.acting, n)), None)


def _trusting_less(draft: Draft, beside: frozenset[int]) -> Draft:
    """Return a leg's draft that trusts no table beside it in a join: those rows are judged as a leg of their own."""
    parts = tuple(
        replace(
            part, gates=tuple(ProvedGate(g.gate, _without(g.proof, beside), g.certain) for g in part.gates)
        )
        for part in draft.parts
    )
    return replace(draft, parts=parts)


def _without(proof: GateProof, beside: frozenset[int]) -> GateProof:
    kept = (one for one in proof.relies if one.keyed or one.relation not in beside)
    return replace(proof, relies=frozenset(kept))
