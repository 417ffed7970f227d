"""The tenant column has one type and one target everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Tier
from pgplumb.checks.tenants import NO_TENANT, tenant_column
from pgplumb.foundation.names import object_id


def spelling(catalog: Catalog, type_oid: int, typmod: int) -> str:
    """Return a type as SQL names it, domains as what they stand for."""
    return type_text(catalog, *without_domain(catalog, type_oid, typmod))


Brought = tuple[str, str, tuple[tuple[str, str, str], ...]]
"""The tenant column, its type, and its foreign keys that lead elsewhere: by name, with the target's name and id."""


def collect(table: Relation, facts: Facts) -> Iterator[tuple[None, Brought]]:
    """Yield what a table's tenant column is and refers to; for the table of tenants, their key without a name."""
    catalog, tenancy = facts.catalog, facts.tenancy
    if table.oid == tenancy.root and tenancy.root_column:
        key = table.column_named(tenancy.root_column)
        if key is not None:
            yield None, ("", spelling(catalog, key.type_oid, key.typmod), ())
        return
    column = tenant_column(table, facts) if table.is_table else None
    if column is None:
        return
    found = [
        (key.name, target.qualified, target.id)
        for key in table.foreign_keys
        if key.columns == (column.number,) and key.foreign_relation != tenancy.root
        if (target := catalog.relations.get(key.foreign_relation)) is not None
    ]
    yield None, (column.name, spelling(catalog, column.type_oid, column.typmod), tuple(found))


def judge(_: Hashable, members: Mapping[int, Sequence[Brought]], facts: Facts, report: Report) -> None:
    """Compare every tenant column with what most tables have; the table of tenants decides a tie."""
    catalog = facts.catalog
    root = catalog.relations.get(facts.tenancy.root or 0)
    held = {oid: brought for oid, (brought,) in members.items() if brought[0]}
    if not held:
        return
    report.checked(len(held))
    types = Counter(own for _, own, _ in held.values())
    key = next((own for ((name, own, _),) in members.values() if not name), None)
    usual = key or types.most_common(1)[0][0]
    for oid, (name, own, keys) in held.items():
        table = catalog.relations[oid]
        if own != usual:
            report.fail(
                object_id("column", table.schema, table.name, name),
                f"{table.qualified}.{name} is {own}, but the tenant column is {usual} elsewhere",
                {"type": own, "usual": usual, "tables": types[usual]},
                related=(root.id,) if root else (),
                fix=Fix("change-type", {"table": table.qualified, "column": name, "type": usual}),
            )
        for constraint, target, target_id in keys if root else ():
            assert root is not None
            report.fail(
                object_id("fk", table.schema, table.name, constraint),
                f"{table.qualified}.{name} refers to {target}, but the tenants are in {root.qualified}",
                {"target": target, "usual": root.qualified},
                related=(target_id, root.id),
            )


RULE = Rule(
    id="tenant-column-type-uniform",
    title="The tenant column has one type and one target",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The tenant column has the same type in every table, domains counting as what they stand for, "
    "and its foreign keys all refer to the same table.",
    why="Comparing a tenant of one type with one of another needs a cast, which an index cannot serve and "
    "which can make two tenants equal. Two targets mean that two tables disagree on who the tenants "
    "are.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_attribute (atttypid, atttypmod), pg_type, pg_constraint",
    each_group=Groups(collect, judge),
    reads=("tenancy", "catalog.types"),
    not_applicable_when=NO_TENANT,
)
