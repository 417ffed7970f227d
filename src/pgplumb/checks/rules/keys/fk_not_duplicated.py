"""No foreign key is declared twice."""

from __future__ import annotations

from collections.abc import Hashable

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import ACTIONS, declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Group foreign keys by target and pairs of columns, in whatever order those were written."""
    keys = declared(table)
    report.checked(len(keys))
    if len(keys) < 2:
        return
    groups: dict[Hashable, list[Constraint]] = {}
    for key in keys:
        pairs = frozenset(zip(key.columns, key.foreign_columns, strict=True))
        groups.setdefault((key.foreign_relation, pairs), []).append(key)
    for group in groups.values():
        if len(group) > 1:
            _report(table, group, facts, report)


def _report(table: Relation, group: list[Constraint], facts: Facts, report: Report) -> None:
    """Keep the validated and oldest key; say which one acts where they differ."""
    keep, *others = sorted(group, key=lambda key: (not key.validated, key.oid))
    first = min(group, key=lambda key: key.oid)
    parent = facts.catalog.relations.get(keep.foreign_relation)
    target = parent.qualified if parent else "the same table"
    for key in others:
        equal = (key.on_delete, key.on_update, key.match) == (keep.on_delete, keep.on_update, keep.match)
        differs = (
            ""
            if equal
            else f"; their actions differ ({ACTIONS[keep.on_delete]} and {ACTIONS[key.on_delete]} on delete), "
            f"and {part(first.name)}, made first, acts first"
        )
        report.fail(
            table.constraint_id(key),
            f"{columns_of(table, key.columns)} references {target} by {part(keep.name)} already{differs}",
            {"columns": table.column_names(key.columns), "same_actions": equal},
            related=(table.constraint_id(keep), *((parent.id,) if parent else ())),
            fix=Fix("drop-constraint", {"table": table.qualified, "constraint": key.name}) if equal else None,
        )


RULE = Rule(
    id="fk-not-duplicated",
    title="No foreign key is declared twice",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No two foreign keys of a table refer by the same columns to the same columns.",
    why="Each copy is checked on every write of the child and every delete of the parent. Where their actions "
    "differ, which one wins depends on the order in which they were made.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (conkey, confrelid, confkey, confdeltype)",
    each_table=check,
    not_applicable_when="there is no foreign key",
)
