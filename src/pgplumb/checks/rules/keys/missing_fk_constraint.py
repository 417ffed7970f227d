"""Columns that name another table's key refer to it."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
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


class Names:
    """Tables with a primary key of one column, by the names that a reference to them may have."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._by_name: dict[str, list[tuple[Relation, Column]]] = {}
        self._found: dict[str, list[tuple[Relation, Column]]] = {}
        for table in catalog.tables:
            key = table.primary_key
            if key is not None and len(key.columns) == 1:
                column = table.column(key.columns[0])
                if column is not None:
                    self._by_name.setdefault(table.name, []).append((table, column))

    def target(self, table: Relation, column: Column) -> tuple[Relation, Column] | None:
        """Return the one table that a column names and whose key has its type; one of the same schema goes first."""
        found = self._found.get(column.name)
        if found is None:
            base = column.name[:-3]
            found = [t for name in (base, *plurals(base)) for t in self._by_name.get(name, ())]
            self._found[column.name] = found
        if not found:
            return None
        near = [t for t in found if t[0].schema == table.schema]
        chosen = near or found
        if len(chosen) != 1:
            return None
        target, key = chosen[0]
        if target.oid == table.oid and key.number == column.number:
            return None
        return chosen[0] if _type_of(self._catalog, column) == _type_of(self._catalog, key) else None


def _type_of(catalog: Catalog, column: Column) -> int:
    return without_domain(catalog, column.type_oid, column.typmod)[0]


def check(facts: Facts, report: Report) -> None:
    """Look for `<table>_id` columns of the type of that table's key that belong to no foreign key."""
    names = Names(facts.catalog)
    for table in facts.catalog.tables:
        # Foreign keys are not inherited: the rule on inheritance speaks of such tables.
        if table.parents or not _LOGS.isdisjoint(words(table.name)[-1:]):
            continue
        referring = None
        for column in [c for c in table.columns if c.name.endswith("_id")]:
            name = column.name
            if referring is None:
                referring = foreign_key_columns(table)
            if column.number in referring:
                report.checked()
                continue
            found = names.target(table, column)
            if found is not None and table.column_named(name[:-3] + "_type") is None:
                report.checked()
                _fail(table, column, *found, report)


def _fail(table: Relation, column: Column, target: Relation, key: Column, report: Report) -> None:
    report.fail(
        table.column_id(column),
        f"{table.qualified}.{part(column.name)} is named for {target.qualified} and has the type of its key "
        f"{part(key.name)}, but no foreign key holds it",
        {"references": target.qualified, "key": key.name},
        related=(target.id,),
        fix=Fix(
            "add-foreign-key",
            {
                "table": table.qualified,
                "columns": (column.name,),
                "references": target.qualified,
                "foreign_columns": (key.name,),
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
    whole=check,
    reads=("catalog.relations", "catalog.types"),
    not_applicable_when="no column is named for a table's key",
)
