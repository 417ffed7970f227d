"""Schemas of applications do not belong to a superuser."""

from __future__ import annotations

from pgplumb.catalog.derived import gathered
from pgplumb.catalog.model import Catalog, is_exposed
from pgplumb.catalog.relation import Relation
from pgplumb.checks.app_roles import logins
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.named_objects import schemas
from pgplumb.checks.rule import Category, Rule, Severity, Tier


@gathered
def _schemas_of_relations(relation: Relation, catalog: Catalog) -> str | None:
    """The schema of each relation of people's own."""
    return relation.schema if is_exposed(relation) else None


def check(facts: Facts, report: Report) -> None:
    """Look at the owner of each schema; where nobody but superusers can log in, there is no one else to own it."""
    if not logins(facts.catalog):
        return
    # A schema that holds an extension's objects alone is nobody's to migrate.
    filled = {*_schemas_of_relations(facts.catalog).values()} | {
        f.schema for f in facts.catalog.user_functions()
    }
    for schema in schemas(facts.catalog):
        role = facts.catalog.roles.get(schema.owner)
        if role is None or schema.name not in filled:
            continue
        report.checked()
        if role.superuser and schema.name != "public":
            report.fail(
                schema.id,
                f"the schema {schema.name} belongs to the superuser {role.name}, so whoever migrates it must be one",
                {"owner": role.name},
            )


RULE = Rule(
    id="schema-owner-not-superuser",
    title="Schemas do not belong to superusers",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No schema with tables, views or functions but public belongs to a superuser, where other roles can log in.",
    why="Migrations run as the owner. If that is a superuser, a mistake in one of them can change every database of "
    "the server, and row-level security never binds it.",
    source="https://www.postgresql.org/docs/current/ddl-schemas.html",
    looks_at="pg_namespace.nspowner, pg_roles.rolsuper",
    whole=check,
    reads=("catalog.schemas", "catalog.roles", "catalog.functions"),
    not_applicable_when="only superusers can log in, or no schema holds anything",
)
