"""What a policy asks of the session is asked once a statement, not once a row."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.checks.expressions import function_name, read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.session_values import bare_calls, function_names
from pgplumb.sql.lexer import significant

_SELECT = len("SELECT (")
"""How far an expression stands from the start of the text that was parsed."""


def wrapped(text: str, starts: list[int]) -> str | None:
    """Return an expression with the calls at some positions put into sub-selects; None where that fails."""
    if not text.isascii():
        return None
    for start in sorted(starts, reverse=True):
        depth = 0
        for token in significant(text, start):
            depth += (token.text == "(") - (token.text == ")")
            if token.text == ")" and depth == 0:
                text = f"{text[:start]}(SELECT {text[start : token.end]}){text[token.end :]}"
                break
        else:
            return None
    return text


@lru_cache(maxsize=16384)
def calls_of(text: Text, functions: frozenset[str]) -> tuple[tuple[str, int], ...] | Unread:
    """Return the bare calls of an expression by name and position; many tables have the same expression."""
    node = read_expression(text)
    if node is None or isinstance(node, Unread):
        return node or ()
    calls = bare_calls(node, functions)
    return tuple((function_name(call), call.number("location") - _SELECT) for call in calls)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for calls of the session outside any sub-select."""
    if not table.row_security:
        return
    functions = function_names(facts.catalog)
    for policy in table.policies:
        report.checked()
        names: list[str] = []
        rewritten: dict[str, Text | None] = {}
        for field, text in (("using", policy.using), ("check", policy.check)):
            calls = calls_of(text, functions) if text is not None else ()
            if isinstance(calls, Unread):
                report.unknown(f"{policy.name} on {table.qualified}: {calls.reason}")
                break
            names += [name for name, _ in calls]
            if calls and isinstance(text, str):
                rewritten[field] = wrapped(text, [start for _, start in calls])
        else:
            if not names:
                continue
            fields = {f: t for f, t in rewritten.items() if isinstance(t, str)}
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified} calls {', '.join(dict.fromkeys(names))} for "
                "every row where no index serves the condition: in a sub-select it runs once",
                {"calls": tuple(names), "using": None if policy.using is None else str(policy.using)},
                related=(table.id,),
                fix=Fix("alter-policy", {"table": table.qualified, "policy": policy.name, **fields})
                if len(fields) == len(rewritten)
                else None,
            )


RULE = Rule(
    id="rls-initplan",
    title="Policies ask the session once, not once a row",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every call of current_setting(), auth.*() or a user's function without a column among its "
    "arguments stands inside a sub-select of the policy: (SELECT current_setting(...)).",
    why="Where the policy is applied as a filter, a bare call runs for each row that is looked at. As a "
    "sub-select it becomes an InitPlan that runs once, which was 3 to 18 times as fast over a million "
    "rows. What it costs the queries seen is told by their plans: $ in the RLS tab, pgplumb rls --costs.",
    source="https://www.postgresql.org/docs/current/using-explain.html",
    looks_at="pg_policy (polqual, polwithcheck), parsed",
    each_table=check,
    reads=("catalog.functions",),
    unknown_when="a policy could not be read because its table is locked",
    not_applicable_when="no table with row-level security has a policy",
)
