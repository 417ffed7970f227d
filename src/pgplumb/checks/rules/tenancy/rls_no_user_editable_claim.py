"""Policies trust nothing that users write themselves."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_CLAIM = re.compile(r"\b(?:raw_)?user_meta_?data\b")
_CLIENT = re.compile(
    r"current_setting\('(application_name|client_encoding|datestyle|timezone)'", re.IGNORECASE
)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the claims that platforms let users edit, and for settings that are no identity at all."""
    if not table.row_security:
        return
    for policy in table.policies:
        texts = [t for t in (policy.using, policy.check) if t is not None]
        unread = next((t for t in texts if isinstance(t, Unread)), None)
        report.checked()
        said = None
        for text in (t for t in texts if isinstance(t, str)):
            if match := _CLAIM.search(text):
                said = f"{match[0]}, which users edit themselves"
            elif match := _CLIENT.search(text):
                said = f"{match[1]}, which any client sets as it likes"
        if said is not None:
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified} trusts {said}",
                {"using": None if policy.using is None else str(policy.using)},
                related=(table.id,),
            )
        elif unread is not None:
            report.unknown(f"{policy.name} on {table.qualified}: {unread.reason}")


RULE = Rule(
    id="rls-no-user-editable-claim",
    title="Policies trust nothing that users write",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No policy reads user_metadata or raw_user_meta_data of a token, nor application_name and its like. "
    "Settings such as app.tenant_id count as identity: they are one only as long as users cannot run SQL of their own.",
    why="On platforms with tokens every user may change their user_metadata, so a policy that asks it for a role or a "
    "tenant asks the attacker. app_metadata is the part that only the server writes.",
    source="https://supabase.com/docs/guides/database/postgres/row-level-security",
    looks_at="pg_policy (polqual, polwithcheck)",
    each_table=check,
    unknown_when="a policy could not be read because its table is locked",
    not_applicable_when="no table with row-level security has a policy",
)
