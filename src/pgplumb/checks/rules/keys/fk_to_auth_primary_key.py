"""References to users go to their key."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of

MANAGED = "auth"
"""The schema that platforms keep the users in and change as they see fit."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at which key of a managed table is referred to."""
    if table.schema == MANAGED:
        return
    for key in declared(table):
        parent = facts.catalog.relations.get(key.foreign_relation)
        if parent is None or parent.schema != MANAGED:
            continue
        report.checked()
        if any(i.oid == key.index and i.is_primary for i in parent.indexes):
            continue
        report.fail(
            table.constraint_id(key),
            f"{columns_of(table, key.columns)} refers to {columns_of(parent, key.foreign_columns)}, which is not its "
            "primary key and may be changed by whoever manages it",
            {"references": parent.qualified, "columns": parent.column_names(key.foreign_columns)},
            related=(table.id, parent.id),
        )


RULE = Rule(
    id="fk-to-auth-primary-key",
    title="References to managed users go to their primary key",
    category=Category.KEYS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Foreign keys from other schemas into the schema auth refer to a primary key.",
    why="The platform that keeps the schema promises its primary keys alone. A unique index beside them may be "
    "dropped by its next migration, which your foreign key then makes fail.",
    source="https://supabase.com/docs/guides/auth/managing-user-data",
    looks_at="pg_constraint (confrelid, conindid), pg_index.indisprimary",
    each_table=check,
    not_applicable_when="no foreign key refers to a schema auth",
)
