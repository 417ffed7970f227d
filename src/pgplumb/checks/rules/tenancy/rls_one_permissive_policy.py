"""One permissive policy for each role and command."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import COMMANDS, covers, only_for_exempt_roles
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count what applies at once; one finding a table, since a list by role and command is noise."""
    permissive = [p for p in table.policies if p.permissive and not only_for_exempt_roles(p, facts.catalog)]
    if not table.row_security or not permissive:
        return
    report.checked()
    crowded: dict[str, tuple[str, ...]] = {}
    for command in ("r", "a", "w", "d"):
        applying = [p for p in permissive if covers(p, command)]
        for role in {oid for p in applying for oid in p.roles}:
            # A role also gets what is for PUBLIC (0); PUBLIC alone gets nothing of a role's.
            names = tuple(p.name for p in applying if role in p.roles or 0 in p.roles)
            if len(names) > len(crowded.get(COMMANDS[command], ("one",))):
                crowded[COMMANDS[command]] = names
    if not crowded:
        return
    names = tuple(dict.fromkeys(name for listed in crowded.values() for name in listed))
    report.fail(
        table.id,
        f"{table.qualified} has several permissive policies for the same role on {', '.join(crowded)}: each "
        "row is tested against all, and any one of them opens it",
        {"policies": names, "commands": tuple(crowded)},
        related=tuple(table.policy_id(p) for p in permissive if p.name in names),
    )


RULE = Rule(
    id="rls-one-permissive-policy",
    title="One permissive policy per role and command",
    category=Category.TENANCY,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No table has more than one permissive policy that applies to the same role and command.",
    why="Permissive policies are joined by OR, so each one costs time on every row and can only widen what "
    "the others allow. Merge them with care: a policy FOR ALL that is merged with one for SELECT also "
    "widens DELETE.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_policy (polpermissive, polcmd, polroles)",
    each_table=check,
    not_applicable_when="no table with row-level security has a permissive policy",
)
