"""No name is a reserved word."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks import named_objects as named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def _judge(object_id: str, kind: str, name: str, facts: Facts, report: Report) -> None:
    report.checked()
    if name in facts.catalog.reserved_words:
        report.fail(object_id, f'the {kind} name "{name}" is a reserved word of this server', {"word": name})


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Compare the names of a relation and its columns with the words that this very server reserves."""
    reserved = facts.catalog.reserved_words
    if not reserved or not named.is_named(relation):
        return
    _judge(relation.id, named.word(relation), relation.name, facts, report)
    if not named.has_named_columns(relation):
        return
    columns = relation.columns
    report.checked(len(columns))
    for column in [c for c in columns if c.name in reserved]:
        report.fail(
            relation.column_id(column),
            f'the column name "{column.name}" of {relation.qualified} is a reserved word of this server',
            {"word": column.name},
            related=(relation.id,),
        )


def check_others(facts: Facts, report: Report) -> None:
    """Compare the names of what is no relation."""
    if not facts.catalog.reserved_words:
        report.unknown("the server's reserved words were not read")
        return
    for kind, name, object_id in named.others(facts.catalog):
        _judge(object_id, kind, name, facts, report)


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
    each_object=check,
    whole=check_others,
    reads=("catalog.reserved_words",),
    whole_reads=named.OTHERS,
    unknown_when="the server's keywords were not read",
    not_applicable_when="nothing has a name",
)
