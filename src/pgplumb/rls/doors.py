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
from pgplumb.rls.guards import instead_of, rule_over
from pgplumb.rls.prover.gate import Clause, Gate
from pgplumb.rls.prover.shown import Shown, chosen_by_caller, function_shows, view_shows
from pgplumb.rls.reach import Leg, Reach, Reacher
from pgplumb.rls.shape import shape_of
from pgplumb.rls.surface import WRITES, Surface
from pgplumb.rls.tables import NO_TENANT, TableJudge
from pgplumb.rls.tenant_map import TenantMap
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
        return self._written(draft, view, role.oid, command)

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

    def _written(self, draft: Draft, view: Relation, role: int, command: str) -> Draft:
        """Judge a statement that writes through a view, as far as PostgreSQL does so by itself."""
        for why in (instead_of(view, command), rule_over(view, command)):
            if why is not None:
                return replace(
                    draft, verdict=Verdict.UNPROVED, reasons=(*draft.reasons, f"not proved: {why}")
                )
        facts = self.surface.view(view.oid)
        if not isinstance(facts.query, str):
            reasons = (*draft.reasons, f"not proved: its query was not read: {facts.query.reason}")
            return replace(draft, verdict=Verdict.UNPROVED, reasons=reasons)
        if not facts.takes & WRITES[command]:
            return replace(
                draft, verdict=Verdict.DENIED, reasons=(*draft.reasons, f"the view takes no {command}")
            )
        reach = self._reacher.view(view, role, command)
        reasons = (*draft.reasons, *reach.reasons)
        if reach.lacking is not None:
            return replace(draft, verdict=Verdict.DENIED, reasons=(*reasons, f"{reach.lacking}: it fails"))
        below = self._views_below(view)
        for base in below:
            for why in (instead_of(base, command), rule_over(base, command)):
                if why is not None:
                    return replace(draft, verdict=Verdict.UNPROVED, reasons=(*reasons, f"not proved: {why}"))
        if not reach.exact:
            return replace(
                draft, verdict=Verdict.UNPROVED, reasons=(*reasons, f"not proved: {reach.obstacle}")
            )
        (leg,) = reach.legs
        relation = self.matrix.catalog.relations[leg.relation]
        binding = self.matrix.binding(relation, leg.acting, command)
        acting = part(self.matrix.catalog.role_name(leg.acting))
        checked = leg.clauses if self._checks_all(view) else ()
        columns = self.matrix.holding(view.oid, role, command).columns_only
        columns = columns or self.matrix.held_on_columns_only(relation.oid, leg.acting, command)
        found = self.tables.bound(
            replace(draft, reasons=(*reasons, f"{relation.qualified} as {acting}")),
            relation,
            leg.acting,
            command,
            binding,
            self.matrix.held_on_columns_only(relation.oid, leg.acting, command),
            leg.caller,
            leg.clauses if command != "INSERT" else (),
            checked if command != "DELETE" else (),
            fixed=_lacking(relation, reach) if command == "UPDATE" else frozenset(),
        )
        doubt = self._narrower(view, relation, reach, columns, command)
        writes = relation.oid if command in ("INSERT", "UPDATE") else None
        if doubt is not None and found.verdict is Verdict.OPEN:
            passed = self.keeper.passed(relation, leg.acting, command, binding, leg.caller)
            found = replace(found, verdict=None, parts=(passed.part,))
        return replace(found, writes=writes, doubt=found.doubt or doubt)

    def _narrower(
        self, view: Relation, relation: Relation, reach: Reach, columns: bool, command: str
    ) -> str | None:
        """Say what keeps a role from writing the tenant through a view, or new rows that the view would not show."""
        path = self.tenants.path_of.get(relation.oid)
        if columns:
            return "not proved: privileges are held on some columns only"
        local = next(
            (
                v
                for v in (view, *self._views_below(view))
                if v.option("check_option") in ("local", "cascaded")
            ),
            None,
        )
        if local is not None and not self._checks_all(view) and command != "DELETE":
            return f"not proved: {local.qualified} has a check option"
        if path is None or command != "INSERT" or reach.columns is None:
            return None
        column = path.first
        shown = column in reach.columns.values()
        return None if shown else f"not proved: a new row gets the default of {column}, which the view lacks"

    def _checks_all(self, view: Relation) -> bool:
        """Whether a new row must meet all that the view and those below it demand."""
        option = view.option("check_option")
        return option == "cascaded" or (option == "local" and not self._views_below(view))

    def _views_below(self, view: Relation) -> tuple[Relation, ...]:
        """Return the views that a chain of updatable views goes through."""
        found: list[Relation] = []
        here = view
        while True:
            query = self.surface.view(here.oid).query
            source = shape_of(query).source if isinstance(query, str) else ()
            base = self.matrix.catalog.by_name.get(source) if len(source) == 2 else None
            if base is None or base.kind != "v" or base in found:
                return tuple(found)
            found.append(base)
            here = base


def _lacking(relation: Relation, reach: Reach) -> frozenset[str]:
    """Return the columns of a table that a view lacks: nobody changes them through it."""
    if reach.columns is None:
        return frozenset()
    return frozenset(column.name for column in relation.columns).difference(reach.columns.values())


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
