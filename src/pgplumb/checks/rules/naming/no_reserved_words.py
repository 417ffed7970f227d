"""No name is a reserved word."""

from __future__ import annotations

from pgplumb.checks import named_objects as named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Compare names with the words that this very server reserves."""
    catalog = facts.catalog
    reserved = catalog.reserved_words
    if not reserved:
        report.unknown("the server's reserved words were not read")
        return
    for kind, name, object_id in named.everything(catalog):
        report.checked()
        if name in reserved:
            report.fail(
                object_id, f'the {kind} name "{name}" is a reserved word of this server', {"word": name}
            )
    for name, uses in named.columns_by_name(catalog).items():
        report.checked(len(uses))
        if name in reserved:
            for table, column in uses:
                report.fail(
                    table.column_id(column),
                    f'the column name "{name}" of {table.qualified} is a reserved word of this server',
                    {"word": name},
                    related=(table.id,),
                )


RULE = Rule(
    id="no-reserved-words",
    title="No name is a reserved word",
    category=Category.NAMING,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No schema, relation, column, function or type is named by a word that pg_get_keywords() calls reserved "
    "(R or T).",
    why="A table named user is a syntax error without quotes, or worse: SELECT * FROM user answers with the name of "
    "the session's role. Generated SQL that forgets the quotes fails in one place only.",
    source="https://www.postgresql.org/docs/current/sql-keywords-appendix.html",
    looks_at="pg_get_keywords(), pg_class, pg_attribute, pg_proc, pg_namespace, pg_type",
    whole=check,
    reads=(
        "catalog.reserved_words",
        "catalog.relations",
        "catalog.functions",
        "catalog.types",
        "catalog.schemas",
    ),
    unknown_when="the server's keywords were not read",
    not_applicable_when="nothing has a name",
)
