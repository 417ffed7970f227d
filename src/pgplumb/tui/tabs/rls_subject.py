"""What the detail shows of the object, or of the role, under the cursor: heading and items."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.checks.rule import Category
from pgplumb.tui.objects import findings_by_relation
from pgplumb.tui.tabs import rls_reasons, rls_roles
from pgplumb.tui.tabs.rls_detail import Item, title
from pgplumb.tui.widgets.ink import Line, Span, line

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Role
    from pgplumb.checks.finding import Finding
    from pgplumb.rls.access import AccessMatrix
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


def of_object(
    state: State, catalog: Catalog, matrix: AccessMatrix | None, row: RlsRow, chosen: Chosen | None
) -> Shown:
    """Return what is known of an object: by command for the chosen role, its policies, its findings."""
    relation = row.relation
    if relation is None:
        return Shown()
    holder = state.locked.get(relation.oid)
    note = line(Span(f"   {holder.summary}", "warn")) if holder else ()
    items: list[Item] = []
    if row.concern:
        mark = Span("! ", "warn") if row.rank == 0 else Span("· ", "muted")
        items.append(Item("concern", "access", ((2, line(mark, row.concern)),), row.concern))
    if matrix is not None and chosen is not None:
        items += rls_reasons.commands(matrix, relation, chosen.role)
    if relation.policies:
        items.append(title("policies", "policies"))
        items += rls_reasons.policies(catalog, matrix, relation, chosen.role if chosen else None)
    items += _checklist(state, findings_of_object(state, relation.oid))
    heading = (rls_reasons.object_line(catalog, relation, note), _chosen_line(matrix, chosen))
    return Shown(relation.oid, heading, tuple(items))


def of_role(state: State, matrix: AccessMatrix, row: RoleRow) -> Shown:
    """Return what is known of a role."""
    items = [*rls_roles.role_items(matrix, row.role, row.tally)]
    items += _checklist(state, findings_of_role(state, row.role))
    name = line("  ", Span(row.role.name, "strong"), Span(f"   {row.role.comment or ''}", "faint"))
    return Shown(
        row.role.oid, (name, line("  ", *rls_roles.role_line(matrix.catalog, row.role))), tuple(items)
    )


def _chosen_line(matrix: AccessMatrix | None, chosen: Chosen | None) -> Line:
    if matrix is None or chosen is None:
        return ()
    before, after = chosen.number > 1, chosen.number < chosen.total
    return line(
        "  ",
        Span("← ", "accent" if before else "faint"),
        Span(chosen.role.name, "title"),
        Span(" →", "accent" if after else "faint"),
        Span(f"  {chosen.number} of {chosen.total}   ", "faint"),
        *rls_roles.role_line(matrix.catalog, chosen.role),
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
