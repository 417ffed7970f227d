"""Schemas are not named after an environment."""

from __future__ import annotations

import re

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.named_objects import schemas
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_WORDS = "prod|production|preprod|staging|stg|dev|devel|development|test|testing|qa|uat|sandbox|sbx"
_ENVIRONMENT = re.compile(rf"(?:{_WORDS})_|.*_(?:{_WORDS})\Z|(?:prod|production|dev|development)\Z")
"""`multi_stage` is none, and a schema that is called staging alone is mostly a stage of loading."""


def check(facts: Facts, report: Report) -> None:
    """Look for an environment at the beginning or the end of each name."""
    for schema in schemas(facts.catalog):
        report.checked()
        if _ENVIRONMENT.match(schema.name.lower()):
            report.fail(
                schema.id,
                f"the schema {schema.name} is named after an environment: the same SQL cannot run in the next one",
                {"name": schema.name},
            )


RULE = Rule(
    id="schema-name-without-environment",
    title="Schemas carry no environment",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No schema name begins or ends with prod, staging, dev, test, qa, uat or sandbox as a word of its own.",
    why="Migrations, functions and grants name schemas, so that each environment needs other text. Environments belong "
    "in separate databases or clusters, with the same names inside.",
    source="https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS",
    looks_at="pg_namespace.nspname",
    whole=check,
    reads=("catalog.schemas",),
    not_applicable_when="there is no schema of a user",
)
