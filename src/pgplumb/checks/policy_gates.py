"""Whether the gates of a policy, its expressions with the restrictive ones beside them, keep to one tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from pgplumb.catalog.relation import Policy, Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.checks.expressions import read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.policies import COMMANDS, covers, floors, only_for_exempt_roles
from pgplumb.checks.session_values import function_names
from pgplumb.checks.tenant_tests import KEEPS, Row, Verdict, judge
from pgplumb.checks.tenants import never_null, tenant_column


def row_of(table: Relation, policy: Policy, facts: Facts) -> Row | None:
    """Return what the judgement needs of a table; None without a tenant column."""
    column = tenant_column(table, facts)
    if column is None:
        return None
    return Row(
        table.name,
        column.name,
        never_null(table, column),
        0 in policy.roles,
        function_names(facts.catalog),
    )


def judge_text(text: Text | None, row: Row) -> Verdict:
    """Judge an expression as the server prints it; an absent one lets nothing through."""
    if text is None:
        return KEEPS
    # Without its table's name in it, an expression means the same on every table, and many have the same.
    named = isinstance(text, str) and row.table.replace('"', '""') in text
    return _judge_text(text, row if named else replace(row, table=""))


@lru_cache(maxsize=16384)
def _judge_text(text: Text, row: Row) -> Verdict:
    node = read_expression(text)
    if node is None or isinstance(node, Unread):
        return Verdict(None, node.reason) if node is not None else KEEPS
    return judge(node, row)


def judge_gate(text: Text | None, floor: tuple[Text | None, ...], row: Row) -> Verdict:
    """Judge an expression together with the restrictive ones that are AND-ed to it."""
    verdicts = [judge_text(text, row), *(judge_text(other, row) for other in floor if other is not None)]
    if any(v.keeps for v in verdicts):
        return KEEPS
    return next((v for v in verdicts if v.keeps is None), verdicts[0])


def permissive(
    table: Relation, commands: Sequence[str], facts: Facts
) -> Iterator[tuple[Policy, Row, tuple[str, ...]]]:
    """Yield the permissive policies that bind somebody, with those of the commands that each is for."""
    for policy in table.policies if table.row_security else ():
        row = row_of(table, policy, facts)
        if row is None or not policy.permissive or only_for_exempt_roles(policy, facts.catalog):
            continue
        covered = tuple(c for c in commands if covers(policy, c))
        if covered:
            yield policy, row, covered


def judge_policy(
    table: Relation, policy: Policy, commands: Iterable[str], gate: Callable[[Policy], Text | None], row: Row
) -> tuple[Verdict, tuple[str, ...]]:
    """Judge a permissive policy at one of its gates; return the worst verdict, and the commands that leak."""
    worst = KEEPS
    leaking = []
    for command in commands:
        floor = tuple(gate(p) for p in floors(table, policy, command))
        verdict = judge_gate(gate(policy), floor, row)
        if verdict.keeps is False:
            leaking.append(COMMANDS[command])
            worst = verdict
        elif verdict.keeps is None and worst.keeps is not False:
            worst = verdict
    return worst, tuple(leaking)
