"""Who may see and do what: grants, row-level security, functions that run with another's rights."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Effects, Target
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import ranges_in

_ROLES = {
    "CreateRoleStmt",
    "AlterRoleStmt",
    "DropRoleStmt",
    "GrantRoleStmt",
    "AlterOwnerStmt",
    "ReassignOwnedStmt",
}


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find changes of rights, and rows that open up or vanish."""
    node = step.node
    if node.kind in ("GrantStmt", "AlterDefaultPrivilegesStmt"):
        yield from _grant(step, node, world)
    elif node.kind in _ROLES:
        yield hazard("authz-change", step.index, (), "who may do what changes with this role or membership")
    elif node.kind in ("CreatePolicyStmt", "AlterPolicyStmt"):
        yield from _policy(step, node, world)
    elif node.kind == "DropStmt" and node.text("removeType") == "OBJECT_POLICY":
        yield from _drop_policy(step, node, world)
    elif node.kind == "AlterTableStmt":
        target, record = world.ranged(node.node("relation"))
        for command in node.nodes("cmds"):
            yield from _table(step, command, target, record, world)
    elif node.kind == "CreateFunctionStmt":
        yield from _function(step, node, world)
    elif node.kind == "ViewStmt":
        yield from _view(step, node, world)


def _grant(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    grant = node.node("action") or node if node.kind == "AlterDefaultPrivilegesStmt" else node
    names = [
        world.ranged(o)[0].id if o.kind == "RangeVar" else dotted(*(o.words("items") or (o.text("sval"),)))
        for o in grant.nodes("objects")
    ]
    verb = "may do more" if grant.flag("is_grant") else "may do less"
    public = any(g.text("roletype") == "ROLESPEC_PUBLIC" for g in grant.nodes("grantees"))
    roles = ", ".join(g.text("rolename") or "PUBLIC" for g in grant.nodes("grantees"))
    yield hazard(
        "authz-change", step.index, names, f"{roles} {verb} with {', '.join(names) or 'what it names'}"
    )
    if not grant.flag("is_grant"):
        return
    if public:
        yield hazard(
            "overbroad-grant", step.index, names, "PUBLIC is every role that can connect: name the roles"
        )
    if not grant.nodes("privileges"):
        yield hazard(
            "overbroad-grant",
            step.index,
            names,
            "ALL holds rights that code rarely needs: name the privileges",
        )


def _is_true(node: Node | None) -> bool:
    constant = node.node("boolval") if node is not None and node.kind == "A_Const" else None
    return constant is not None and constant.flag("boolval")


def _policy(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    target, record = world.ranged(node.node("table"))
    if not target.existed:
        return
    name = node.text("policy_name")
    yield hazard(
        "authz-change",
        step.index,
        (target.id,),
        f"the policy {name} changes which rows of {target.id} are seen",
    )
    permissive = node.kind == "AlterPolicyStmt" or node.flag("permissive")
    if (
        permissive
        and _hides_rows(target, record, world)
        and (_is_true(node.node("qual")) or _is_true(node.node("with_check")))
    ):
        message = f"the policy {name} admits every row of {target.id}"
        yield hazard(
            "rls-opens-rows", step.index, (target.id,), message, source="catalog" if record else "static"
        )


def _hides_rows(target: Target, record: Relation | None, world: World) -> bool:
    """Whether row-level security hid rows before the migration."""
    if record is not None:
        return record.row_security
    enables = (s.node for s in world.steps if s.node.kind == "AlterTableStmt")
    return not any(
        command.text("subtype") == "AT_EnableRowSecurity"
        and world.ranged(n.node("relation"))[0].id == target.id
        for n in enables
        for command in n.nodes("cmds")
    )


def _drop_policy(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    for item in node.nodes("objects"):
        names = item.words("items")
        target, record = world.find(names[:-1])
        if not target.existed or target.missing:
            continue
        yield hazard("authz-change", step.index, (target.id,), f"{target.id} loses the policy {names[-1]}")
        policies = record.policies if record is not None else ()
        found = next((p for p in policies if p.name == names[-1]), None)
        if found is None or record is None:
            continue
        if not found.permissive:
            message = f"{names[-1]} is restrictive: rows that it kept back become visible"
            yield hazard("rls-opens-rows", step.index, (target.id,), message, source="catalog")
        elif record.row_security and not any(p.permissive for p in policies if p is not found):
            message = (
                f"no permissive policy is left: only owners and roles with BYPASSRLS see rows of {target.id}"
            )
            yield hazard("rls-locks-out-readers", step.index, (target.id,), message, source="catalog")


def _table(
    step: Step, command: Node, target: Target, record: Relation | None, world: World
) -> Iterator[Hazard]:
    if not target.existed:
        return
    subtype, here = command.text("subtype"), (target.id,)
    if subtype in ("AT_EnableRowSecurity", "AT_ForceRowSecurity"):
        yield hazard("authz-change", step.index, here, f"which rows of {target.id} are seen changes")
    if subtype == "AT_EnableRowSecurity" and not (record is not None and record.row_security):
        known = record is not None and any(p.permissive for p in record.policies)
        if not known and target.id not in world.made.policies and not _policy_follows(step, target, world):
            message = (
                f"without a policy only owners and BYPASSRLS roles see rows of {target.id}: create it first"
            )
            yield hazard(
                "rls-locks-out-readers", step.index, here, message, source="catalog" if record else "static"
            )
    elif subtype in ("AT_DisableRowSecurity", "AT_NoForceRowSecurity"):
        whom = "to everybody with a grant" if subtype == "AT_DisableRowSecurity" else "to the owner"
        yield hazard("authz-change", step.index, here, f"which rows of {target.id} are seen changes")
        yield hazard("rls-opens-rows", step.index, here, f"all rows of {target.id} become visible {whom}")
    elif subtype == "AT_ChangeOwner":
        yield hazard(
            "authz-change",
            step.index,
            here,
            f"{target.id} gets another owner, whom row-level security may not bind",
        )


def _policy_follows(step: Step, target: Target, world: World) -> bool:
    """Whether the same transaction creates a policy later: then nobody sees the gap."""
    later = world.steps[step.index + 1 :]
    return step.transaction is not None and any(
        s.node.kind == "CreatePolicyStmt"
        and s.transaction == step.transaction
        and world.ranged(s.node.node("table"))[0].id == target.id
        for s in later
    )


def _function(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    definer = fixed = False
    for option in node.nodes("options"):
        value = option.node("arg")
        if option.text("defname") == "security" and value is not None:
            definer = value.flag("boolval")
        elif option.text("defname") == "set" and value is not None and value.text("name") == "search_path":
            fixed = True
    if definer and not fixed:
        name = world.qualified(node.words("funcname"))
        message = f"{name} runs with its owner's rights in the caller's search_path: add SET search_path = pg_catalog"
        yield hazard("security-definer-search-path", step.index, (name,), message)


def _view(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    """A view reads with its owner's rights unless it says security_invoker (15 and later)."""
    invoker = any(o.text("defname") == "security_invoker" for o in node.nodes("options"))
    query = node.node("query")
    for source in ranges_in(query) if query is not None and not invoker else ():
        target, record = world.ranged(source)
        if record is not None and record.row_security:
            name = dotted(*world.new_name(node.node("view")))
            message = f"{name} reads {target.id} with its owner's rights: say WITH (security_invoker = true)"
            yield hazard("rls-opens-rows", step.index, (name,), message, source="catalog")


FAMILY = Family(
    "access",
    frozenset(
        {"authz-change", "overbroad-grant", "rls-opens-rows", "rls-locks-out-readers", "security-definer-search-path"}
    ),
    look,
)  # fmt: skip
