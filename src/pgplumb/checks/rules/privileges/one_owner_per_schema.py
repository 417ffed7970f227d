"""A schema's objects have one owner."""

from __future__ import annotations

from collections import Counter

from pgplumb.catalog.derived import gathered
from pgplumb.catalog.model import Catalog, is_exposed
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.named_objects import schemas
from pgplumb.checks.rule import Category, Rule, Severity, Tier


@gathered
def _owned(relation: Relation, catalog: Catalog) -> tuple[str, int] | None:
    """The schema and the owner of a relation that somebody may query."""
    return (relation.schema, relation.owner) if is_exposed(relation) else None


def check(facts: Facts, report: Report) -> None:
    """Count the owners of each schema's tables and views; PostgreSQL's own roles own nothing of their own will."""
    catalog = facts.catalog
    owners: dict[str, Counter[int]] = {}
    for name, owner in _owned(catalog).values():
        owners.setdefault(name, Counter())[owner] += 1
    for schema in schemas(catalog):
        found = owners.get(schema.name)
        if not found:
            continue
        report.checked()
        role = catalog.roles.get(schema.owner)
        wanted = None if role is None or role.predefined else schema.owner
        most = found.most_common(1)[0][0]
        if len(found) == 1 and wanted in (None, most):
            continue
        names = tuple(sorted(catalog.role_name(oid) for oid in found))
        report.fail(
            schema.id,
            f"tables and views of {schema.name} belong to {', '.join(names)}"
            + ("" if wanted is None else f", the schema to {catalog.role_name(schema.owner)}"),
            {"owners": names, "schema_owner": catalog.role_name(schema.owner)},
        )


RULE = Rule(
    id="one-owner-per-schema",
    title="A schema's objects have one owner",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="All tables, partitions and views of a schema belong to one role, which owns the schema too unless that is "
    "one of PostgreSQL's own (pg_database_owner).",
    why="Only the owner can alter a table. Where a migration's role owns most and a person the rest, the next "
    "migration stops in the middle: must be owner of table.",
    source="https://www.postgresql.org/docs/current/ddl-priv.html",
    looks_at="pg_class.relowner, pg_namespace.nspowner",
    whole=check,
    reads=("catalog.schemas", "catalog.roles"),
    not_applicable_when="no schema has a table or view",
)
