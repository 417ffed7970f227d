"""Columns with few allowed values say which."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.statistics import ColumnStatistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import FLOAT4, FLOAT8, INTEGERS, NUMERIC, STRINGS, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

FEW = 20
_KINDS = frozenset(("status", "state", "type", "kind", "phase", "stage", "severity", "priority"))
_SHARES = frozenset(("percent", "percentage", "pct"))
_AMOUNTS = frozenset(("amount",))
_NUMBERS = INTEGERS | {NUMERIC, FLOAT4, FLOAT8}


@lru_cache(maxsize=16384)
def meaning(name: str) -> str | None:
    """Return what a name promises: a "code" of few values, a "share" or an "amount"; by its last word."""
    last = words(name)[-1:]
    for meant, found in (("code", _KINDS), ("share", _SHARES), ("amount", _AMOUNTS)):
        if not found.isdisjoint(last):
            return meant
    return None


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a CHECK, enum, domain or foreign key; texts count only where few values were seen."""
    held: set[int] | None = None
    kinds = leaves(facts.catalog)
    for column in table.columns:
        meant = meaning(column.name)
        if meant is None:
            continue
        leaf = kinds[column.type_oid]
        if (
            leaf.is_array
            or column.generated
            or leaf.oid not in (STRINGS | INTEGERS if meant == "code" else _NUMBERS)
        ):
            continue
        if held is None:
            held = {n for c in table.constraints if c.kind in "cf" for n in c.columns}
        if leaf.is_domain or column.number in held:
            report.checked()
        elif meant != "code":
            report.checked()
            _fail(table, column, meant, None, report)
        elif not _polymorphic(table, column.name):
            _judge_code(table, column, facts, report)


def _polymorphic(table: Relation, name: str) -> bool:
    """Whether the column names the table that a neighbour refers to: commentable_type beside commentable_id."""
    base, _, last = name.rpartition("_")
    return last == "type" and table.column_named(f"{base}_id") is not None


def _judge_code(table: Relation, column: Column, facts: Facts, report: Report) -> None:
    found = column_statistics(table, column.number, facts)
    if found is None:
        return
    report.checked()
    if isinstance(found, Unread):
        report.unknown(found.reason)
    elif 0 < found.distinct <= facts.profile.threshold("few-values", FEW):
        _fail(table, column, "code", found, report)


def _fail(
    table: Relation, column: Column, meant: str, found: ColumnStatistics | None, report: Report
) -> None:
    fix = None
    if found is not None:
        seen = f"holds {found.distinct:.0f} values, and nothing says which are allowed"
    else:
        seen = "takes any number" if meant == "share" else "takes any amount, negative ones included"
        quoted = quote_identifier(column.name)
        limits = f"{quoted} BETWEEN 0 AND 100" if meant == "share" else f"{quoted} >= 0"
        fix = Fix("add-check", {"table": table.qualified, "columns": (column.name,), "expression": limits})
    report.fail(
        table.column_id(column),
        f"{table.qualified}.{part(column.name)} {seen}",
        {"meaning": meant, "distinct": found.distinct if found else None},
        related=(table.id,),
        fix=fix,
    )


RULE = Rule(
    id="check-constraints-on-domains",
    title="Codes, shares and amounts are limited",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Columns named status, state, type or kind in which at most 20 values were seen (few-values), and columns "
    "named percent or amount, have a CHECK, an enum, a domain or a foreign key.",
    why="The first misspelled status stays until somebody wonders why a report is short. A constraint also tells "
    "readers and the planner what can be there.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    looks_at="pg_attribute (attname, atttypid), pg_constraint.conkey, pg_stats.n_distinct",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a table was never analysed, or its statistics may not be read",
    not_applicable_when="no column is named so, or their tables have too few rows",
)
