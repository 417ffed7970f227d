"""Columns that name another table's key refer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog, is_rules_table
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.name_words import plurals, vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_LOGS = vocabulary(
    """log logs audit audits history histories event events archive archives outbox inbox queue queues staging
    raw import imports backup backups snapshot snapshots tmp temp"""
)
"""Tables whose rows outlive what they speak of, or come from elsewhere: a key there is left out on purpose."""


@gathered
def _key(table: Relation, catalog: Catalog) -> tuple[str, str, str, str, int, int] | None:
    """Name, schema, dotted name and identifier of a table whose primary key is one column; its number and type."""
    key = table.primary_key if is_rules_table(table) else None
    column = table.column(key.columns[0]) if key is not None and len(key.columns) == 1 else None
    if column is None:
        return None
    kind = without_domain(catalog, column.type_oid, column.typmod)[0]
    return table.name, table.schema, table.qualified, column.name, column.number, kind


@dataclass(frozen=True, slots=True)
class Target:
    """A table that may be meant, with its key."""

    oid: int
    schema: str
    qualified: str
    key: str
    number: int
    type: int

    @property
    def id(self) -> str:
        """The table's object identifier."""
        return f"table:{self.qualified}"


@settled("types")
def targets(catalog: Catalog) -> Mapping[str, tuple[Target, ...]]:
    """Return tables with a primary key of one column, by name."""
    found: dict[str, list[Target]] = {}
    for oid, brought in sorted(_key(catalog).items(), key=lambda item: item[1][:2]):
        name, schema, qualified, column, number, kind = brought
        found.setdefault(name, []).append(Target(oid, schema, qualified, column, number, kind))
    return {name: tuple(tables) for name, tables in found.items()}


@lru_cache(maxsize=8192)
def _names(column: str) -> tuple[str, ...]:
    """Return the names that a table may have whose key a column holds."""
    return column[:-3], *plurals(column[:-3])


def target_of(table: Relation, column: Column, catalog: Catalog) -> Target | None:
    """Return the one table that a column names and whose key has its type; one of the same schema goes first."""
    known = targets(catalog)
    found = [t for name in _names(column.name) for t in known.get(name, ())]
    near = [t for t in found if t.schema == table.schema]
    chosen = near or found
    if len(chosen) != 1:
        return None
    target = chosen[0]
    if target.oid == table.oid and target.number == column.number:
        return None
    return target if _type_of(catalog, column) == target.type else None


def _type_of(catalog: Catalog, column: Column) -> int:
    return without_domain(catalog, column.type_oid, column.typmod)[0]


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for `<table>_id` columns of the type of that table's key that belong to no foreign key."""
    # Foreign keys are not inherited: the rule on inheritance speaks of such tables.
    if table.parents or not _LOGS.isdisjoint(words(table.name)[-1:]):
        return
    referring = None
    for column in [c for c in table.columns if c.name.endswith("_id")]:
        if referring is None:
            referring = foreign_key_columns(table)
        if column.number in referring:
            report.checked()
            continue
        target = target_of(table, column, facts.catalog)
        if target is not None and table.column_named(column.name[:-3] + "_type") is None:
            report.checked()
            _fail(table, column, target, report)


def _fail(table: Relation, column: Column, target: Target, report: Report) -> None:
    report.fail(
        table.column_id(column),
        f"{table.qualified}.{part(column.name)} is named for {target.qualified} and has the type of its key "
        f"{part(target.key)}, but no foreign key holds it",
        {"references": target.qualified, "key": target.key},
        related=(target.id,),
        fix=Fix(
            "add-foreign-key",
            {
                "table": table.qualified,
                "columns": (column.name,),
                "references": target.qualified,
                "foreign_columns": (target.key,),
            },
        ),
    )


RULE = Rule(
    id="missing-fk-constraint",
    title="Columns named for a table refer to it",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="A column <table>_id with the type of that table's primary key has a foreign key; pairs of <x>_id and "
    "<x>_type, and logs, histories, queues and imports, are not meant.",
    why="Without the constraint nothing stops rows that refer to what is not there, and none are removed with "
    "their parent. The planner does not learn that a join keeps every row, either.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_attribute (attname, atttypid), pg_constraint (conkey, confkey)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column is named for a table's key",
)
