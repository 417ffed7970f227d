"""Counters start by themselves."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import INTEGERS, leaves, rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_COUNTERS = vocabulary("count counter attempts retries failures hits views likes tries")
_NO_COUNTERS = vocabulary("max min maximum minimum limit expected target total")


@lru_cache(maxsize=16384)
def counts(name: str) -> bool:
    """Whether a name says that a column begins at nought and is counted up: retry_count, but not max_retries."""
    found = words(name)
    if name in ("lock_version", "row_version"):
        return True
    return not _COUNTERS.isdisjoint(found[-1:]) and _NO_COUNTERS.isdisjoint(found)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for NOT NULL counters without a default."""
    columns = [c for c in table.columns if counts(c.name)]
    if not columns:
        return
    kinds = leaves(facts.catalog)
    keyed = foreign_key_columns(table) | set(table.primary_key.columns if table.primary_key else ())
    for column in columns:
        leaf = kinds[column.type_oid]
        if leaf.oid not in INTEGERS or leaf.is_array or leaf.is_domain or column.number in keyed:
            continue
        if not rejects_null(facts.catalog, column) or column.identity or column.generated:
            continue
        report.checked()
        if not column.has_default:
            report.fail(
                table.column_id(column),
                f"the counter {table.qualified}.{part(column.name)} is NOT NULL and has no default, so every INSERT "
                "has to begin it",
                {"column": column.name},
                related=(table.id,),
                fix=Fix("set-default", {"table": table.qualified, "column": column.name, "default": "0"}),
            )


RULE = Rule(
    id="required-columns-have-default",
    title="Counters start by themselves",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="NOT NULL integers named as counters (count, attempts, retries, hits, lock_version) have a default. "
    "Booleans and time stamps have rules of their own.",
    why="A counter that every client must begin is one that the next client forgets, and its INSERT fails. Adding the "
    "default changes the catalog alone.",
    source="https://www.postgresql.org/docs/current/ddl-default.html",
    looks_at="pg_attribute (attname, atttypid, attnotnull, atthasdef)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no NOT NULL integer is named as a counter",
)
