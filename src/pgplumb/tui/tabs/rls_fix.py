"""The fix of a cell that is not isolated, where one follows from facts alone: never a guess at what people meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.acl import grants
from pgplumb.checks.finding import Finding, Fix, Value
from pgplumb.rls.access import security_invoker
from pgplumb.rls.verdict import Cell, Verdict

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation
    from pgplumb.tui.verdicts import Verdicts

PRIVILEGES = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d", "TRUNCATE": "D"}
"""As aclitems write them."""


def fix_of(verdicts: Verdicts, relation: Relation, cell: Cell) -> Finding | str:
    """Return a finding with a fix, or why there is none."""
    said = f"{cell.command} by {cell.role} is {cell.verdict.value}"
    matrix = verdicts.judgement.matrix
    if relation.kind == "v":
        if security_invoker(relation) or matrix.catalog.server_version < 150000:
            return "the tables below decide what this view shows: fix those"
        options = {"security_invoker": "true"}
        return Finding(
            relation.id, said, fix=_fix("set-view-options", view=relation.qualified, options=options)
        )
    if not relation.is_table or cell.command == "TRUNCATE":
        letter = PRIVILEGES[cell.command]
        if not any(g.grantee == cell.role and g.holds(letter) for g in grants(relation.acl)):
            return f"no policy filters {cell.command} here, and {cell.role} was not granted it by itself"
        fields: dict[str, Value] = {
            "table": relation.qualified,
            "privilege": [cell.command],
            "role": cell.role,
        }
        return Finding(relation.id, f"{said}: no policy filters it", fix=Fix("revoke", fields))
    if not relation.row_security:
        using = None if any(p.permissive for p in relation.policies) else proved_condition(verdicts, relation)
        if using is None and not relation.policies:
            return "no other table's policy was proved to isolate by the same column: write one first"
        fields = {"table": relation.qualified, "force": True}
        if using:
            fields["using"] = using
        return Finding(relation.id, f"{said}: row security is off", fix=Fix("enable-rls", fields))
    role = next((r.oid for r in matrix.roles if r.name == cell.role), 0)
    if not relation.force_row_security and (role, relation.owner) in matrix.usage:
        return Finding(
            relation.id,
            f"{said}: it has the owner's rights, and row security is not forced",
            fix=_fix("force-rls", table=relation.qualified),
        )
    if cell.verdict is Verdict.UNPROVED and not cell.suspected:
        return "nothing was shown to leak: the detail names what is not proved"
    if len(set(cell.policies)) == 1:
        return f"policy {cell.policies[0]} lets rows pass: change it with n, or accept its branch with a"
    return f"policies {', '.join(dict.fromkeys(cell.policies))} let rows pass: change one with n"


def proved_condition(verdicts: Verdicts, relation: Relation) -> str | None:
    """Return the condition of another table's policies that was proved to isolate by the same column."""
    tenants = verdicts.judgement.tenants.path_of
    path = tenants.get(relation.oid)
    column = relation.column_named(path.column) if path is not None and not path.hops else None
    if path is None or column is None:
        return None
    catalog = verdicts.judgement.matrix.catalog
    for cell in verdicts.judgement.cells:
        if cell.verdict is not Verdict.ISOLATED or cell.using is None or cell.kind != "table":
            continue
        other = catalog.relations.get(cell.relation or 0)
        if other is None or tenants.get(other.oid) != path or cell.command != "SELECT" or cell.trusts:
            continue
        there = other.column_named(path.column)
        if there is not None and there.type_oid == column.type_oid and f"{other.name}." not in cell.using:
            return cell.using
    return None


def _fix(intent: str, **fields: Value) -> Fix:
    return Fix(intent, fields)
