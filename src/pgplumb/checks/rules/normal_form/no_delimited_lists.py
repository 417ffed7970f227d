"""No list is kept in a text."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import STRINGS, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_LISTS = frozenset(("ids", "uuids", "csv", "list", "tags", "keywords"))


@lru_cache(maxsize=65536)
def names_a_list(name: str) -> bool:
    """Whether a column's name ends in a word for several values."""
    return not _LISTS.isdisjoint(words(name)[-1:])


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for columns named like lists: arrays and jsonb hold them, a text joins them with commas."""
    kinds = leaves(facts.catalog)
    for column in table.columns:
        if not names_a_list(column.name):
            continue
        report.checked()
        leaf = kinds[column.type_oid]
        if leaf.oid in STRINGS and not leaf.is_array and not column.generated:
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(column.name)} is named like a list and is one text: its parts have no "
                "foreign key, no type and no index",
                {"name": column.name},
                related=(table.id,),
            )


RULE = Rule(
    id="no-delimited-lists",
    title="Lists are not kept in a text",
    category=Category.NORMAL_FORM,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No text column has a name that ends in ids, uuids, csv, list, tags or keywords; rows are not read.",
    why="To find one part of a joined text every row is read and split, and nothing checks that the parts exist. An "
    "array with a GIN index, or a child table with foreign keys, does both.",
    source="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-SEARCHING",
    looks_at="pg_attribute (attname, atttypid)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column is named like a list",
)
