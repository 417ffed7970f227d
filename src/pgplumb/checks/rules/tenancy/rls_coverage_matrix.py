"""Every role that may do something on a guarded table has a policy for it."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import COMMANDS, covers
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look, command by command, for roles to whom none of the policies applies that others have."""
    permissive = [p for p in table.policies if p.permissive]
    if not table.row_security or not permissive:
        return
    report.checked()
    if all(0 in p.roles for p in permissive):
        return
    who = exposure(facts.catalog)
    holes: dict[str, list[str]] = {}
    for command in "rawd":
        theirs = [p for p in permissive if covers(p, command)]
        if not theirs or any(0 in p.roles for p in theirs):
            continue
        named = frozenset(oid for p in theirs for oid in p.roles)
        for name in who.without(who.holders(table, command), named):
            holes.setdefault(name, []).append(COMMANDS[command])
    if not holes:
        return
    told = "; ".join(f"{name} for {', '.join(commands)}" for name, commands in sorted(holes.items())[:3])
    more = f"; and {len(holes) - 3} more" if len(holes) > 3 else ""
    report.fail(
        table.id,
        f"roles hold privileges on {table.qualified} that no policy of theirs backs: {told}{more}",
        {name: ", ".join(commands) for name, commands in sorted(holes.items())},
        related=tuple(table.policy_id(p) for p in permissive),
    )


RULE = Rule(
    id="rls-coverage-matrix",
    title="Every role's commands have a policy for it",
    category=Category.TENANCY,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="For every command on a table with row-level security that has a permissive policy for some role, each "
    "application role that holds the command has one too; roles that bypass row security are not meant.",
    why="Policies made FOR one role leave all others without a row. A new service that gets the same grants then reads "
    "empty tables, and nothing in its errors or logs says why.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_policy (polroles, polcmd), pg_class.relacl, pg_roles, pg_auth_members",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no table has row-level security and a permissive policy",
)
