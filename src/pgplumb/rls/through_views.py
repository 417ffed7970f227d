"""Cells of statements that write through views, as far as PostgreSQL does so by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import part
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.draft import Draft
from pgplumb.rls.gatekeeper import Gatekeeper
from pgplumb.rls.guards import instead_of, rule_over
from pgplumb.rls.reach import Reach, Reacher
from pgplumb.rls.shape import shape_of
from pgplumb.rls.surface import WRITES, Surface
from pgplumb.rls.tables import TableJudge
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ThroughView:
    """Drafts of one matrix."""

    matrix: AccessMatrix
    surface: Surface
    tenants: TenantMap
    keeper: Gatekeeper
    tables: TableJudge

    def draft(self, draft: Draft, view: Relation, role: int, command: str) -> Draft:
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
        reach = Reacher(self.matrix, self.surface).view(view, role, command)
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
        writes = relation.oid if command in ("INSERT", "UPDATE") else None
        # A view on the way may have defaults of its own.
        filled = command == "INSERT" and any(c.has_default for v in (view, *below) for c in v.columns)
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
            fixed=_lacking(relation, reach) if writes is not None and not filled else frozenset(),
        )
        doubt = self._narrower(view, columns, command)
        if doubt is not None and found.verdict is Verdict.OPEN:
            passed = self.keeper.passed(relation, leg.acting, command, binding, leg.caller)
            found = replace(found, verdict=None, parts=(passed.part,))
        return replace(found, writes=writes, doubt=found.doubt or doubt)

    def _narrower(self, view: Relation, columns: bool, command: str) -> str | None:
        """Say what keeps a role from writing rows through a view as it could into the table."""
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
        return None

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
