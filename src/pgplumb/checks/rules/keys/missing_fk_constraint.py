"""Columns that name another table's key refer to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pgplumb.catalog.model import Catalog, is_rules_table
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.name_words import plurals, singulars, vocabulary, words
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Tier
from pgplumb.foundation.names import object_id, part

_LOGS = vocabulary(
    """log logs audit audits history histories event events archive archives outbox inbox queue queues staging
    raw import imports backup backups snapshot snapshots tmp temp"""
)
"""Tables whose rows outlive what they speak of, or come from elsewhere: a key there is left out on purpose."""


class Brought(NamedTuple):
    """A column that is a table's whole key, or one that is called `<table>_id`."""

    is_key: bool
    number: int
    name: str
    type: int
    held: bool = False
    """Whether a foreign key has it."""
    either: bool = False
    """Whether a column beside it says of which table the key is."""


@lru_cache(maxsize=8192)
def _meant(table: str) -> tuple[str, ...]:
    """Return for which words a table of this name may be meant: itself, and what it may be the plural of."""
    return tuple(dict.fromkeys((table, *(word for word in singulars(table) if table in plurals(word)))))


def collect(table: Relation, facts: Facts) -> Iterator[tuple[str, Brought]]:
    """Yield the key of a table under each word that its name may stand for, and columns under the word before _id."""
    if not is_rules_table(table):
        return
    catalog = facts.catalog
    primary = table.primary_key
    key = table.column(primary.columns[0]) if primary is not None and len(primary.columns) == 1 else None
    if key is not None:
        for word in _meant(table.name):
            yield word, Brought(True, key.number, key.name, _type_of(catalog, key))
    # Foreign keys are not inherited: the rule on inheritance speaks of such tables.
    if table.parents or not _LOGS.isdisjoint(words(table.name)[-1:]):
        return
    columns = [column for column in table.columns if column.name.endswith("_id")]
    referring = foreign_key_columns(table) if columns else set()
    for column in columns:
        word = column.name[:-3]
        held, either = column.number in referring, table.column_named(f"{word}_type") is not None
        yield word, Brought(False, column.number, column.name, _type_of(catalog, column), held, either)


def _type_of(catalog: Catalog, column: Column) -> int:
    return without_domain(catalog, column.type_oid, column.typmod)[0]


def judge(_: str, members: Mapping[int, Sequence[Brought]], facts: Facts, report: Report) -> None:
    """Look for columns of the type of the one key that they name, which belong to no foreign key."""
    relations = facts.catalog.relations
    keys = [(relations[oid], one) for oid, several in members.items() for one in several if one.is_key]
    for oid, several in members.items():
        for column in several:
            if column.is_key:
                continue
            if column.held:
                report.checked()
                continue
            meant = _meant_by(relations[oid], column, keys)
            if meant is not None and not column.either:
                report.checked()
                _fail(relations[oid], column, *meant, report)


def _meant_by(
    table: Relation, column: Brought, keys: Sequence[tuple[Relation, Brought]]
) -> tuple[Relation, Brought] | None:
    """Return the one table that a column names and whose key has its type; one of the same schema goes first."""
    near = [pair for pair in keys if pair[0].schema == table.schema]
    chosen = near or keys
    if len(chosen) != 1:
        return None
    target, key = chosen[0]
    if target.oid == table.oid and key.number == column.number:
        return None
    return (target, key) if key.type == column.type else None


def _fail(table: Relation, column: Brought, target: Relation, key: Brought, report: Report) -> None:
    report.fail(
        object_id("column", table.schema, table.name, column.name),
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
    each_group=Groups(collect, judge),
    reads=("catalog.types",),
    not_applicable_when="no column is named for a table's key",
)
