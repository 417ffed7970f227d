"""What the detail shows of the object, or of the role, under the cursor: heading and items."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.checks.rule import Category
from pgplumb.rls.tenant_paths import path_text
from pgplumb.tui.objects import findings_by_relation
from pgplumb.tui.tabs import rls_cost, rls_reasons, rls_roles
from pgplumb.tui.tabs.rls_detail import Item, title
from pgplumb.tui.tabs.rls_probed import probed_items
from pgplumb.tui.tabs.rls_verdict import verdict_items
from pgplumb.tui.verdicts import Verdicts
from pgplumb.tui.widgets.ink import Line, Span, line

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Role
    from pgplumb.checks.finding import Finding
    from pgplumb.rls.side_channels import SideChannel
    from pgplumb.tui.state import State
    from pgplumb.tui.tabs.rls_roles import RoleRow
    from pgplumb.tui.tabs.rls_rows import RlsRow

CATEGORIES = (Category.TENANCY, Category.PRIVILEGES)


class Shown(NamedTuple):
    """What is drawn."""

    about: Hashable = None
    heading: tuple[Line, Line] = ((), ())
    items: tuple[Item, ...] = ()


class Chosen(NamedTuple):
    """The chosen role among those that have a column."""

    role: Role
    number: int
    total: int


def of_object(state: State, catalog: Catalog, row: RlsRow, chosen: Chosen | None) -> Shown:
    """Return what is known of an object: the chosen role's cells, its tenant, policies, ways around, findings."""
    holder = state.locked.get(row.oid) if row.oid else None
    note = line(Span(f"   {holder.summary}", "warn")) if holder else ()
    verdicts = state.verdicts if isinstance(state.verdicts, Verdicts) else None
    items: list[Item] = []
    if verdicts is not None and row.oid in verdicts.probed:
        items += probed_items(verdicts.probed[row.oid], row.qualified)
    if verdicts is not None and chosen is not None:
        items += verdict_items(verdicts, catalog, row.cells.get(chosen.role.name, ()))
    if verdicts is not None and row.relation is not None:
        items += _tenant(verdicts, catalog, row.oid)
    if row.relation is not None and row.relation.policies:
        items.append(title("policies", "policies"))
        matrix = verdicts.judgement.matrix if verdicts is not None else None
        items += rls_reasons.policies(catalog, matrix, row.relation, chosen.role if chosen else None)
        items += rls_cost.cost_items(state, row.relation)
    around = _around(verdicts, row) if verdicts is not None else ()
    if around:
        items.append(title("around", "ways around row security"))
        items += rls_reasons.channels(catalog, around)
    items += _checklist(state, findings_of_object(state, row.oid))
    if row.relation is not None:
        first = rls_reasons.object_line(catalog, row.relation, note)
    else:
        function = next((f for f in catalog.functions.values() if f.id == row.id), None)
        first = rls_reasons.function_line(catalog, function) if function else line("  ", row.qualified)
    return Shown(row.id, (first, _chosen_line(catalog, chosen)), tuple(items))


def of_role(state: State, verdicts: Verdicts, row: RoleRow, rows: Sequence[RlsRow]) -> Shown:
    """Return what is known of a role."""
    items = [*rls_roles.role_items(verdicts, row.role, rows)]
    items += _checklist(state, findings_of_role(state, row.role))
    name = line("  ", Span(row.role.name, "strong"), Span(f"   {row.role.comment or ''}", "faint"))
    known = line("  ", *rls_roles.role_line(verdicts.judgement.matrix.catalog, row.role))
    return Shown(row.role.oid, (name, known), tuple(items))


def _tenant(verdicts: Verdicts, catalog: Catalog, oid: int) -> Iterator[Item]:
    tenants = verdicts.judgement.tenants
    path = tenants.path_of.get(oid)
    said = Span(path_text(catalog, path)) if path else Span("its rows have no tenant that is known", "warn")
    how = tenants.reason if tenants.inferred else "stated"
    yield title("tenant", "tenant")
    yield Item("tenant", "tenant", ((2, (said, Span(f"   {how}", "muted"))),), said.text)


def _around(verdicts: Verdicts, row: RlsRow) -> tuple[SideChannel, ...]:
    return verdicts.channels_of.get(row.oid or row.id, ())


def _chosen_line(catalog: Catalog, chosen: Chosen | None) -> Line:
    if chosen is None:
        return ()
    before, after = chosen.number > 1, chosen.number < chosen.total
    return line(
        "  ",
        Span("← ", "accent" if before else "faint"),
        Span(chosen.role.name, "title"),
        Span(" →", "accent" if after else "faint"),
        Span(f"  {chosen.number} of {chosen.total}   ", "faint"),
        *rls_roles.role_line(catalog, chosen.role),
    )


def findings_of_object(state: State, relation: int) -> rls_reasons.Findings:
    """Return what the checklist found about an object, its columns and its policies, as far as it belongs here."""
    if state.checklist is None or state.catalog is None:
        return ()
    every = findings_by_relation(state.checklist, state.catalog).get(relation, ())
    return [pair for pair in every if pair[0].rule.category in CATEGORIES]


def findings_of_role(state: State, role: Role) -> rls_reasons.Findings:
    """Return what the checklist found about a role, as far as it belongs here."""
    every = state.checklist.by_object.get(role.id, ()) if state.checklist else ()
    return [pair for pair in every if pair[0].rule.category in CATEGORIES]


def first_fix(state: State, relation: int, role: Role | None) -> Finding | None:
    """Return the worst finding about a role, else about a relation, that has a fix."""
    findings = findings_of_role(state, role) if role else findings_of_object(state, relation)
    return next((i.finding for i in rls_reasons.found(findings) if i.finding and i.finding.fix), None)


def _checklist(state: State, findings: rls_reasons.Findings) -> Iterator[Item]:
    if findings:
        yield title("checklist", "checklist")
        yield from rls_reasons.found(findings)
    elif state.checklist is None:
        yield title("checklist", "checklist: not judged yet")
