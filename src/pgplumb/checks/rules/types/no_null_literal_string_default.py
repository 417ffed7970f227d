"""No default is the word NULL."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_WORD = re.compile(r"\(?'\s*null\s*'(?:::[\w .\"()]+)?\)?", re.IGNORECASE)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the four letters in quotes."""
    for column in table.columns:
        if not column.has_default or column.generated:
            continue
        report.checked()
        if isinstance(column.default, Unread):
            report.unknown(f"the default of {table.qualified}.{part(column.name)}: {column.default.reason}")
        elif column.default and _WORD.fullmatch(column.default):
            report.fail(
                table.column_id(column),
                f"the default of {table.qualified}.{part(column.name)} is the word {column.default}, not NULL",
                {"default": column.default},
                related=(table.id,),
                fix=Fix("set-default", {"table": table.qualified, "column": column.name}),
            )


RULE = Rule(
    id="no-null-literal-string-default",
    title="No default is the word NULL",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No column has the string 'NULL' as its default, in capitals or not.",
    why="IS NULL does not find the word, and people will see it in letters and on invoices. A column without a default "
    "is null by itself.",
    source="https://www.postgresql.org/docs/current/ddl-default.html",
    looks_at="pg_attrdef",
    each_table=check,
    unknown_when="a default could not be read because its table is locked",
    not_applicable_when="no column has a default",
)
