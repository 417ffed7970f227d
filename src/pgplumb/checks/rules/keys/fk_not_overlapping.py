"""One reference is declared once."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of
from pgplumb.foundation.names import part


def pairs(key: Constraint) -> set[tuple[int, int]]:
    """Return which column refers to which."""
    return set(zip(key.columns, key.foreign_columns, strict=True))


def implied(short: Constraint, long: Constraint, table: Relation) -> bool:
    """Whether one key can go since another holds all that it holds: every column NOT NULL, and the same actions."""
    required = {c.number for c in table.columns if c.not_null}
    return (
        required.issuperset(long.columns)
        and (short.on_delete, short.on_update) == (long.on_delete, long.on_update)
        and long.validated
        and long.enforced
    )


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a key whose pairs of columns are all in a longer one towards the same table."""
    keys = declared(table)
    report.checked(len(keys))
    for short in keys:
        for long in keys:
            if short.foreign_relation != long.foreign_relation or not pairs(short) < pairs(long):
                continue
            droppable = implied(short, long, table)
            report.fail(
                table.constraint_id(short),
                f"{part(short.name)} on {columns_of(table, short.columns)} is part of {part(long.name)}, so each "
                "written row is looked up twice",
                {"columns": table.column_names(short.columns), "within": long.name},
                related=(table.constraint_id(long), table.id),
                fix=Fix("drop-constraint", {"table": table.qualified, "constraint": short.name})
                if droppable
                else None,
            )
            break


RULE = Rule(
    id="fk-not-overlapping",
    title="No foreign key is part of another",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No foreign key pairs only columns that a longer one towards the same table pairs too. Keys that merely "
    "share a column, as composite ones share the tenant's, are not meant.",
    why="Every row that is written is looked up once for each key, and every deleted parent twice in the children. "
    "Where their actions differ, which of them acts first is an accident of names.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (conkey, confkey, confrelid)",
    each_table=check,
    not_applicable_when="there is no foreign key",
)
