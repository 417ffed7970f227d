"""Columns that hold data of persons are marked."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.sensitive_names import PERSONAL, SECRETS

_TAG = re.compile(r"@(pii|phi|personal|sensitive|secret|gdpr)\b|\b(pii|personal data)\b", re.IGNORECASE)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a tag in the comment of each column that is called like one."""
    for column in table.columns:
        if column.name not in PERSONAL and column.name not in SECRETS:
            continue
        report.checked()
        if column.comment and _TAG.search(column.comment):
            continue
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{column.name} holds data of persons by its name, and no tag says so",
            {"comment": column.comment},
            related=(table.id,),
            fix=Fix(
                "comment",
                {
                    "object": table.column_id(column),
                    "comment": f"{column.comment.strip()} @pii" if column.comment else "@pii",
                },
            ),
        )


RULE = Rule(
    id="pii-columns-tagged",
    title="Personal data is tagged",
    category=Category.DOCUMENTATION,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every column called like data of a person or a secret (email, phone, date_of_birth, iban, ...) "
    "has a tag such as @pii in its comment.",
    why="A request to see or erase a person's data begins with knowing where it is. A tag in the catalog "
    "is found by a query and kept by every dump.",
    source="https://www.postgresql.org/docs/current/sql-comment.html",
    looks_at="pg_attribute.attname, pg_description",
    each_table=check,
    not_applicable_when="no column is called like data of a person",
)
