"""What the comments say in the source they say here."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def comments(catalog: Catalog) -> Iterator[tuple[str, str | None]]:
    """Yield the identifier and the comment of relations, columns, functions, types and schemas of people's own."""
    for relation in catalog.relations.values():
        if relation.extension is not None:
            continue
        yield relation.id, relation.comment
        for column in relation.columns:
            yield relation.column_id(column), column.comment
    for function in catalog.functions.values():
        if function.extension is None:
            yield function.id, function.comment
    for kind in catalog.types.values():
        if kind.extension is None and kind.schema not in ("pg_catalog", "information_schema"):
            yield kind.id, kind.comment
    for schema in catalog.schemas.values():
        if schema.extension is None:
            yield schema.id, schema.comment


def check(facts: Facts, report: Report) -> None:
    """Compare each comment of the source with the one that stands here; objects that one side lacks are not meant."""
    source = report.known(facts.source)
    if source is None:
        return
    here = dict(comments(facts.catalog))
    for name, wanted in comments(source):
        if name not in here:
            continue
        report.checked()
        if (here[name] or "") == (wanted or ""):
            continue
        report.fail(
            name,
            f"the comment on {name.partition(':')[2]} is not the one of the source",
            {"here": here[name], "source": wanted},
            fix=Fix("comment", {"object": name, "comment": wanted or ""}),
        )


RULE = Rule(
    id="comment-matches-source",
    title="Comments are those of the source",
    category=Category.DOCUMENTATION,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every comment of a schema, relation, column, function or type is the one that the project's SQL gives it.",
    why="A comment that was mended by hand on one server is gone with the next one, and one that was mended in the "
    "source alone is read by nobody who asks the database. Both should say the same.",
    source="https://www.postgresql.org/docs/current/sql-comment.html",
    looks_at="pg_description of this database and of one made from the project's SQL",
    whole=check,
    reads=(
        "source",
        "catalog.relations",
        "catalog.functions",
        "catalog.types",
        "catalog.schemas",
    ),
    unknown_when="`pgplumb check --source FILE` did not name the project's SQL",
    not_applicable_when="source and database have no object in common",
)
