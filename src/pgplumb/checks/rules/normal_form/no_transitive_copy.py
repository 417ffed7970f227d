"""No column repeats what a referenced row says."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Constraint, Relation
from pgplumb.checks.column_types import STRINGS, TEXT, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.foreign_keys import declared, foreign_key_columns
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


def base_of(key: Constraint, table: Relation) -> str | None:
    """Return what a foreign key calls its parent: customer for (customer_id) or (tenant_id, customer_id)."""
    column = table.column(key.columns[-1])
    return column.name[:-3] if column is not None and column.name.endswith("_id") else None


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for `customer_name` beside `customer_id` where the referenced table has `name`."""
    bases: dict[str, tuple[Constraint, Relation]] = {}
    for key in declared(table):
        base = base_of(key, table)
        parent = facts.catalog.relations.get(key.foreign_relation)
        if base and parent is not None and parent.oid != table.oid:
            bases.setdefault(base, (key, parent))
    if not bases:
        return
    referring = foreign_key_columns(table)
    columns = [c for c in table.columns if c.number not in referring and not c.generated]
    report.checked(len(columns))
    starts = tuple(base + "_" for base in bases)
    for column in [c for c in columns if c.name.startswith(starts)]:
        for base, (key, parent) in bases.items():
            if column.name.startswith(base + "_"):
                source = parent.column_named(column.name[len(base) + 1 :])
                if source is not None and _same_type(column, source, facts):
                    _fail(table, column, key, parent, source, report)


def _same_type(one: Column, other: Column, facts: Facts) -> bool:
    plain = [without_domain(facts.catalog, c.type_oid, -1)[0] for c in (one, other)]
    return len({TEXT if oid in STRINGS else oid for oid in plain}) == 1


def _fail(
    table: Relation, column: Column, key: Constraint, parent: Relation, source: Column, report: Report
) -> None:
    report.fail(
        table.column_id(column),
        f"{table.qualified}.{part(column.name)} repeats {parent.qualified}.{part(source.name)}, which "
        f"{part(key.name)} leads to: nothing keeps the two equal",
        {"foreign_key": key.name},
        related=(parent.column_id(source), table.constraint_id(key)),
    )


RULE = Rule(
    id="no-transitive-copy",
    title="No column repeats a referenced row",
    category=Category.NORMAL_FORM,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No column is named and typed like a column of a table that a foreign key beside it leads to; generated "
    "columns and columns of the key itself are kept equal.",
    why="A copy goes stale as soon as the original changes, and then nobody knows which one is right. A record of how "
    "things were, on an invoice say, is right: waive it.",
    source="https://en.wikipedia.org/wiki/Third_normal_form",
    looks_at="pg_constraint (conkey, confrelid), pg_attribute (attname, atttypid)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no table has other columns beside a foreign key named <something>_id",
)
