"""The fix of a cell that is not isolated, where one follows from facts: judged with the change before it is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from pgplumb.catalog.acl import grants
from pgplumb.catalog.relation import Policy
from pgplumb.checks.finding import Finding, Fix, Value
from pgplumb.rls.access import security_invoker
from pgplumb.rls.remedy import cell_in, conditions, judged_with, narrowed, with_policy
from pgplumb.rls.verdict import Branch, Cell, Ground, Verdict

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation
    from pgplumb.tui.verdicts import Verdicts

PRIVILEGES = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d", "TRUNCATE": "D"}
"""As aclitems write them; policies write them so too, TRUNCATE apart."""
_NO_TENANT = "no tenant of its rows is known: state tenant_columns or tenant_map in pgplumb.toml"
_NO_IDENTITY = "nothing is known that says whose a session is: state identities in pgplumb.toml"
_Leaks = dict[str, dict[str, set[str]]]
"""By policy and side (using, check) the conditions under which foreign rows pass."""


def fix_of(verdicts: Verdicts, relation: Relation, cell: Cell, branch: Branch | None = None) -> Finding | str:
    """Return a finding with a fix, or why there is none. With a branch: what closes that one."""
    said = f"{cell.command} by {cell.role} is {'suspected' if cell.suspected else cell.verdict.value}"
    matrix = verdicts.judgement.matrix
    role = next((r for r in matrix.roles if r.name == cell.role), None)
    if relation.kind == "v":
        if security_invoker(relation) or matrix.catalog.server_version < 150000:
            return "the tables below decide what this view shows: fix those"
        options = {"security_invoker": "true"}
        return _finding(relation, said, "set-view-options", view=relation.qualified, options=options)
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
    if role is not None and (role.superuser or role.bypass_rls):
        what = "is a superuser" if role.superuser else "has BYPASSRLS"
        return f"{cell.role} {what}, and no policy binds it: let applications log in as another role"
    if not relation.row_security:
        return _enabled(verdicts, relation, cell, said)
    if not relation.force_row_security and (role.oid if role else 0, relation.owner) in matrix.usage:
        why = f"{said}: it has the owner's rights, and row security is not forced"
        return _finding(relation, why, "force-rls", table=relation.qualified)
    if cell.verdict is Verdict.UNPROVED and not cell.suspected:
        return "nothing was shown to leak: the detail names what is not proved"
    leaks = _leaks(verdicts, relation, cell, branch)
    if not leaks:
        steps = [b.text for b in cell.branches if b.ground is Ground.TWO_STEP]
        return f"not its policies let rows pass: {steps[0]}" if steps else "no policy of it lets rows pass"
    found = conditions(verdicts.judgement, relation)
    if not found:
        return _why_none(verdicts, relation)
    altered = _altered(verdicts, relation, cell, leaks, found) if len(leaks) == 1 else None
    return altered or _floored(verdicts, relation, cell, found) or _unproved(cell, leaks)


def _enabled(verdicts: Verdicts, relation: Relation, cell: Cell, said: str) -> Finding | str:
    """Row security on and forced, with a first policy where none is there."""
    on = replace(relation, row_security=True, force_row_security=True)
    fields: dict[str, Value] = {"table": relation.qualified, "force": True}
    why = f"{said}: row security is off"
    if any(p.permissive for p in relation.policies):
        after = cell_in(judged_with(verdicts.judgement, on), cell)
        then = "" if after.verdict is Verdict.ISOLATED else f"; its policies then make it {_word(after)}"
        return Finding(relation.id, why + then, fix=Fix("enable-rls", fields))
    found = conditions(verdicts.judgement, relation)
    for condition in found:
        policy = Policy(0, "", relation.oid, "*", True, (0,), True, False, condition)
        changed = on.with_policies((*relation.policies, policy))
        rest = _rest(verdicts, changed, cell)
        if rest is not None:
            return Finding(relation.id, why + rest, fix=Fix("enable-rls", {**fields, "using": condition}))
    return _unproved(cell, {}) if found else _why_none(verdicts, relation)


def _leaks(verdicts: Verdicts, relation: Relation, cell: Cell, branch: Branch | None) -> _Leaks:
    """Return what lets rows pass, of all the gates of a cell, or of those that have the branch."""
    found: _Leaks = {}
    draft = verdicts.draft(cell)
    for proved, proof in zip(draft.gates, verdicts.judgement.proofs(draft), strict=True):
        if proved.gate.relation != relation.oid:
            continue
        for one in proof.branches:
            if one.ground in (Ground.UNREAD, Ground.TWO_STEP) or (
                branch is not None and one.text != branch.text
            ):
                continue
            for name in one.policies or tuple(clause.policy for clause in proved.gate.permissive):
                found.setdefault(name, {}).setdefault(proved.gate.which, set()).add(one.text)
    own = {policy.name for policy in relation.policies}
    return {name: sides for name, sides in found.items() if name in own}


def _altered(
    verdicts: Verdicts, relation: Relation, cell: Cell, leaks: _Leaks, found: tuple[str, ...]
) -> Finding | None:
    """One policy with other expressions, none of which lets pass what it would not let pass now."""
    ((name, sides),) = leaks.items()
    policy = next(p for p in relation.policies if p.name == name)
    tried: set[tuple[tuple[str, str], ...]] = set()
    for texts in _rewritten(policy, sides, found):
        key = tuple(sorted(texts.items()))
        if key in tried:
            continue
        tried.add(key)
        rest = _rest(verdicts, with_policy(relation, name, **texts), cell)
        if rest is not None:
            why = f"{cell.command} by {cell.role}: policy {name} lets rows of other tenants pass{rest}"
            return _finding(relation, why, "alter-policy", table=relation.qualified, policy=name, **texts)
    return None


def _rewritten(
    policy: Policy, sides: dict[str, set[str]], found: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    """Yield expressions in the place of those that let foreign rows pass. Without a WITH CHECK of its own, a policy's
    USING is what new rows are held to."""
    wanted: dict[str, tuple[str, set[str]]] = {}
    for side, texts in sides.items():
        own = "check" if side == "check" and policy.has_check else "using"
        text = policy.check if own == "check" else policy.using
        if not isinstance(text, str):
            return
        wanted[own] = (text, texts | wanted.get(own, ("", set()))[1])
    for condition in found:
        ways = [tuple(narrowed(text, condition, frozenset(leaking))) for text, leaking in wanted.values()]
        for chosen in product(*ways):
            yield dict(zip(wanted, chosen, strict=True))


def _floored(verdicts: Verdicts, relation: Relation, cell: Cell, found: tuple[str, ...]) -> Finding | None:
    """A restrictive policy below all that let rows pass, for this role and command alone."""
    side = "check" if cell.command == "INSERT" else "using"
    # Judged as one for all: to this role it is the same, and which roles inherit it was never asked.
    letter = PRIVILEGES[cell.command]
    for condition in found:
        policy = Policy(
            0, "", relation.oid, letter, False, (0,), side == "using", side == "check",
            condition if side == "using" else None, condition if side == "check" else None,
        )  # fmt: skip
        changed = relation.with_policies((*relation.policies, policy))
        rest = _rest(verdicts, changed, cell)
        if rest is not None:
            fields: dict[str, Value] = {
                "table": relation.qualified,
                "command": cell.command,
                "roles": [cell.role],
                side: condition,
                "restrictive": True,
            }
            why = f"{cell.command} by {cell.role}: several policies let rows of other tenants pass{rest}"
            return Finding(relation.id, why, fix=Fix("create-policy", fields))
    return None


def _rest(verdicts: Verdicts, changed: Relation, cell: Cell) -> str | None:
    """Return what to say where a change isolates a cell as far as its table goes; None where it does not."""
    after = cell_in(judged_with(verdicts.judgement, changed), cell)
    if after.verdict is Verdict.ISOLATED:
        return ""
    left = after.verdict is Verdict.PARTIAL or after.suspected
    beside = left and bool(after.branches) and all(b.ground is Ground.TWO_STEP for b in after.branches)
    return f"; there remain {after.branches[0].text}" if beside else None


def _why_none(verdicts: Verdicts, relation: Relation) -> str:
    return _NO_TENANT if relation.oid not in verdicts.judgement.tenants.path_of else _NO_IDENTITY


def _unproved(cell: Cell, leaks: _Leaks) -> str:
    through = f" in {', '.join(leaks)}" if leaks else ""
    return f"no condition{through} was proved to isolate {cell.command} by {cell.role}: write one with n"


def _word(cell: Cell) -> str:
    return "a suspected leak" if cell.suspected else cell.verdict.value


def _finding(relation: Relation, message: str, intent: str, **fields: Value) -> Finding:
    return Finding(relation.id, message, fix=Fix(intent, fields))
