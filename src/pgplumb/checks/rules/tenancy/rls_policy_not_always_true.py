"""No policy for writing is always true."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Policy, Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.checks.expressions import fold, read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import (
    COMMANDS,
    checking,
    covers,
    floors,
    only_for_exempt_roles,
    role_names,
    using,
)
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def gates(policy: Policy, command: str) -> tuple[Text | None, ...]:
    """Return the expressions that a writing command has to pass."""
    if command == "a":
        return (checking(policy),)
    return (using(policy), checking(policy)) if command == "w" else (using(policy),)


@lru_cache(maxsize=16384)
def always_true(text: Text) -> bool | Unread:
    """Whether an expression is true whatever the row and the session; many tables have the same."""
    node = read_expression(text)
    return node if isinstance(node, Unread) else node is not None and fold(node) is True


def is_open(text: Text | None, floor: tuple[Text | None, ...]) -> bool | Unread:
    """Whether an expression, and each restrictive one that is AND-ed to it, is always true."""
    for each in (text, *(f for f in floor if f is not None)):
        if each is None:
            return False
        answer = always_true(each)
        if answer is not True:
            return answer
    return True


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Fold what each permissive policy demands for INSERT, UPDATE and DELETE."""
    if not table.row_security:
        return
    for policy in table.policies:
        if not policy.permissive or policy.command == "r" or only_for_exempt_roles(policy, facts.catalog):
            continue
        report.checked()
        open_for = []
        for command in ("a", "w", "d"):
            if not covers(policy, command):
                continue
            others = floors(table, policy, command)
            for i, gate in enumerate(gates(policy, command)):
                answer = is_open(gate, tuple(gates(p, command)[i] for p in others))
                if isinstance(answer, Unread):
                    report.unknown(f"{policy.name} on {table.qualified}: {answer.reason}")
                    return
                if answer and COMMANDS[command] not in open_for:
                    open_for.append(COMMANDS[command])
        if open_for:
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified} is always true for {', '.join(open_for)}: it "
                "guards nothing",
                {
                    "commands": tuple(open_for),
                    "using": None if policy.using is None else str(policy.using),
                    "check": None if policy.check is None else str(policy.check),
                    "roles": role_names(policy, facts.catalog),
                },
                related=(table.id,),
            )


RULE = Rule(
    id="rls-policy-not-always-true",
    title="No policy for writing is always true",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Neither USING nor WITH CHECK of a permissive policy for INSERT, UPDATE, DELETE or ALL folds to "
    "true, unless a restrictive policy for the same roles narrows it.",
    why="A policy that is always true allows what row-level security was enabled to prevent. It is often "
    "left from the day the table was made, and spelled so that a search for USING (true) does not find "
    "it.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_policy (polqual, polwithcheck), parsed and folded",
    each_table=check,
    unknown_when="a policy could not be read because its table is locked",
    not_applicable_when="no table with row-level security has a permissive policy for writing",
)
