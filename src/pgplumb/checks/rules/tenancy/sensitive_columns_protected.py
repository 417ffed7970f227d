"""Secrets and identifying numbers are not readable by everybody who may read the table."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.sensitive_names import SECRETS


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the names, then for row-level security or grants that leave the column out."""
    for column in table.columns:
        if column.name not in SECRETS:
            continue
        report.checked()
        if table.row_security:
            continue
        readers = exposure(facts.catalog).column_readers(table, column.acl)
        if not readers:
            continue
        report.fail(
            table.column_id(column),
            f"{shown(readers)} can read {table.qualified}.{column.name} of every row: neither "
            "row-level security nor column privileges limit it",
            {"readers": readers},
            related=(table.id,),
        )


RULE = Rule(
    id="sensitive-columns-protected",
    title="Secrets are behind row-level security or column grants",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every column called like a secret or an identifying number (password_hash, api_key, iban, ssn, "
    "...) is in a table with row-level security, or no role but the owner and superusers can select it.",
    why="One query with a missing condition reads the secrets of all users. Column privileges keep the "
    "column out of SELECT * for roles that never need it; row-level security limits it to the user's "
    "own row.",
    source="https://www.postgresql.org/docs/current/ddl-priv.html",
    looks_at="pg_attribute (attname, attacl), pg_class (relacl, relrowsecurity)",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no column is called like a secret or an identifying number",
)
