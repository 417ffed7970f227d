"""A session without the setting sees nothing, rather than an error or everything."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.expressions import fold, function_name, read_expression, type_name
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.sql.node import Node

_TEXT = frozenset(("text", "varchar", "bpchar", "name", "citext", "json", "jsonb"))


def setting_of(node: Node) -> tuple[str, bool] | None:
    """Return the custom setting that a call reads and whether it may be missing; None for anything else."""
    if node.kind != "FuncCall" or function_name(node) != "current_setting":
        return None
    arguments = node.nodes("args")
    name = fold(arguments[0]) if arguments else None
    if not isinstance(name, str) or "." not in name:
        return None
    return name, len(arguments) > 1 and fold(arguments[1]) is True


def problem(node: Node) -> str | None:
    """Return what a session without the setting runs into, or None where it just sees nothing."""
    for inner in node.walk():
        found = setting_of(inner)
        if found and not found[1]:
            return f"current_setting('{found[0]}') is an error where the setting was never made"
    for inner in node.walk():
        argument = inner.node("arg") if inner.kind in ("TypeCast", "NullTest") else None
        if argument is None:
            continue
        if argument.kind == "SubLink":
            targets = (select := argument.node("subselect")) and select.nodes("targetList")
            argument = (targets[0].node("val") if targets else None) or argument
        found = setting_of(argument)
        if found is None:
            continue
        if inner.kind == "TypeCast" and type_name(inner) not in _TEXT:
            return (
                f"current_setting('{found[0]}', true) is '' after a transaction that had set it, and the "
                f"cast to {type_name(inner)} then fails: put nullif(..., '') around it"
            )
    return None


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at each current_setting() of a custom setting and at what is around it."""
    if not table.row_security:
        return
    for policy in table.policies:
        texts = [t for t in (policy.using, policy.check) if t is not None]
        if not any(isinstance(t, Unread) or "current_setting" in t for t in texts):
            continue
        unread = next((t for t in texts if isinstance(t, Unread)), None)
        if unread is not None:
            report.unknown(f"{policy.name} on {table.qualified}: {unread.reason}")
            continue
        nodes = [n for t in texts if isinstance(n := read_expression(t), Node)]
        if not any(setting_of(inner) for n in nodes for inner in n.walk()):
            continue
        report.checked()
        said = next((p for n in nodes if (p := problem(n))), None)
        if said is not None:
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified}: {said}",
                {"using": None if policy.using is None else str(policy.using)},
                related=(table.id,),
            )


RULE = Rule(
    id="rls-guc-missing-ok",
    title="A session without its tenant sees nothing",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Policies read custom settings as current_setting('app.x', true), and through nullif(..., '') "
    "where the value is cast to anything but text.",
    why="Without the second argument a session that never made the setting gets an error. After SET LOCAL "
    "and COMMIT the setting is an empty text, not NULL, so on a pooled connection a bare cast fails "
    "for whoever comes next.",
    source="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET",
    looks_at="pg_policy (polqual, polwithcheck), parsed",
    each_table=check,
    unknown_when="a policy could not be read because its table is locked",
    not_applicable_when="no policy reads a custom setting",
)
