"""Foreign keys stay in their schema."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the schemas of both sides."""
    for key in declared(table):
        parent = facts.catalog.relations.get(key.foreign_relation)
        if parent is None:
            continue
        report.checked()
        if parent.schema != table.schema:
            report.fail(
                table.constraint_id(key),
                f"{columns_of(table, key.columns)} refers to {parent.qualified} in another schema",
                {"from": table.schema, "to": parent.schema},
                related=(table.id, parent.id),
            )


RULE = Rule(
    id="fk-inside-schema",
    title="Foreign keys stay in their schema",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="Both sides of every foreign key are in one schema.",
    why="Schemas that stand for services are to be moved to a server of their own one day, and a foreign key cannot "
    "go with them. Where schemas only sort tables, references between them are normal.",
    source="https://www.postgresql.org/docs/current/ddl-schemas.html",
    looks_at="pg_constraint (conrelid, confrelid), pg_class.relnamespace",
    each_table=check,
    not_applicable_when="there is no foreign key",
    optional=True,
)
