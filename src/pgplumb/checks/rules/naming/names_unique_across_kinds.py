"""One name means one thing."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.derived import gathered
from pgplumb.catalog.model import Catalog, Function
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.search_paths import Path, paths


@gathered
def _named(relation: Relation, catalog: Catalog) -> tuple[str, str, str, bool]:
    """What each relation is called, and whether an extension calls it so."""
    return relation.schema, relation.name, relation.kind, relation.extension is None


def _clashes(catalog: Catalog, path: Path) -> Iterator[tuple[Relation | Function, Relation | Function]]:
    """Yield what is hidden by the same name earlier on a path, with what hides it."""
    relations: dict[str, Relation] = {}
    functions: dict[tuple[str, tuple[int, ...]], Function] = {}
    order = {schema: number for number, schema in enumerate(path.schemas)}
    named = [catalog.relations[oid] for oid, (schema, *_) in _named(catalog).items() if schema in order]
    for relation in sorted(named, key=lambda r: (order[r.schema], r.name)):
        first = relations.setdefault(relation.name, relation)
        if first is not relation and relation.extension is None and first.extension is None:
            yield relation, first
    called = [f for f in catalog.functions.values() if f.schema in order]
    for function in sorted(called, key=lambda f: (order[f.schema], f.name, f.arguments)):
        before = functions.setdefault((function.name, function.arguments), function)
        if before is not function and function.extension is None and before.extension is None:
            yield function, before


def check(facts: Facts, report: Report) -> None:
    """Look for the same name in two schemas of each search path of two or more."""
    seen: set[str] = set()
    for path in paths(facts.catalog):
        if len(path.schemas) < 2:
            continue
        report.checked()
        for hidden, first in _clashes(facts.catalog, path):
            if hidden.id in seen:
                continue
            seen.add(hidden.id)
            report.fail(
                hidden.id,
                f"{hidden.schema}.{hidden.name} is hidden by {first.schema}.{first.name} for {path.whose}: without "
                "its schema the name means the other one",
                {"search_path": path.schemas, "first": first.id},
                related=(first.id,),
            )


RULE = Rule(
    id="names-unique-across-kinds",
    title="Names are unique along the search path",
    category=Category.NAMING,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No relation, and no function with the same arguments, of two schemas on one search_path (the server's, the "
    "database's or a role's) has the same name; what extensions made is not meant.",
    why="Which of the two a query reads depends on the session's search_path, so the same statement works on different "
    "rows for different roles. Nothing warns when somebody adds the second one.",
    source="https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH",
    looks_at="pg_settings (search_path), pg_db_role_setting, pg_class, pg_proc",
    whole=check,
    reads=(
        "catalog.settings",
        "catalog.setting_overrides",
        "catalog.roles",
        "catalog.schemas",
        "catalog.functions",
    ),
    not_applicable_when="no search_path has two schemas of this database",
)
