"""What can be done about a cell that is not isolated: the keys that matter for it, from facts, nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.rls.access import security_invoker
from pgplumb.rls.verdict import Cell, Ground, Verdict
from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.catalog.relation import Relation
    from pgplumb.tui.verdicts import Verdicts

LABEL = "   next       "


def next_keys(verdicts: Verdicts, relation: Relation | None, cell: Cell) -> Line:
    """Return the line of keys; empty where there is nothing to do."""
    if relation is None or cell.verdict in (Verdict.ISOLATED, Verdict.DENIED) or verdicts.excuses(cell):
        return ()
    role = next((one for one in verdicts.judgement.matrix.roles if one.name == cell.role), None)
    known = relation.oid in verdicts.judgement.tenants.path_of
    spans: list[Span] = []
    if role is not None and (unbound := _unbound(relation, role, cell)):
        spans.append(Span(unbound, "muted"))
    elif cell.verdict is Verdict.UNPROVED and not cell.suspected:
        if not known:
            spans += [Span("T", "key"), Span(" see whose rows are whose", "muted")]
    elif role is not None and (mend := _mend(verdicts, relation, role, cell)):
        spans += [Span("f", "key"), Span(f" {mend}", "muted")]
    if any(branch.ground is not Ground.UNREAD for branch in cell.branches):
        spans += [Span("   " if spans else ""), Span("a", "key"), Span(" accept", "muted")]
    if cell.command == "SELECT" and known and not verdicts.judgement.tenants.path_of[relation.oid].hops:
        spans += [Span("   " if spans else ""), Span("p", "key"), Span(" probe", "muted")]
    return (Span(LABEL, "muted"), *spans) if spans else ()


def _unbound(relation: Relation, role: Role, cell: Cell) -> str:
    if not (role.superuser or role.bypass_rls) or not relation.is_table or cell.command == "TRUNCATE":
        return ""
    what = "a superuser" if role.superuser else "a role with BYPASSRLS"
    return f"no policy binds {what}: let applications log in as another"


def _mend(verdicts: Verdicts, relation: Relation, role: Role, cell: Cell) -> str:
    """Return what `f` composes, in a few words."""
    if relation.kind == "v":
        old = verdicts.judgement.matrix.catalog.server_version < 150000
        return "" if old or security_invoker(relation) else "let it work as its caller"
    if not relation.is_table or cell.command == "TRUNCATE":
        return f"revoke {cell.command}"
    if not relation.row_security:
        return "turn row security on and force it"
    if not relation.force_row_security and (role.oid, relation.owner) in verdicts.judgement.matrix.usage:
        return "force row security"
    names = dict.fromkeys(n for branch in cell.branches for n in branch.policies)
    return f"narrow {', '.join(names)}" if names else "narrow its policies"
