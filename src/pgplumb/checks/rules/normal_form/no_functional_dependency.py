"""No column follows from another one that is no key."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.statistics import ColumnStatistics, Dependency
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_DEGREE = 0.99
_GROUP = 10
"""Rows of one determinant, on average, below which agreement is no evidence."""
_MOST_COMMON = 0.9
"""A column that nearly always has one value seems to follow from every other."""


def keys(table: Relation) -> list[frozenset[int]]:
    """Return the columns of each key that identifies a row, those of one that allows NULL too."""
    return [frozenset(i.key_columns) for i in table.indexes if i.is_unique and not i.has_predicate]


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge what ANALYZE found for extended statistics, and what samples showed where they were asked for."""
    found = _found(table, facts, report)
    if found is None:
        return
    report.checked()
    said: set[int] = set()
    turned: set[tuple[tuple[int, ...], int]] = set()
    for one in sorted(found, key=lambda d: (len(d.determinants), d.determinants, d.dependent)):
        dependent = table.column(one.dependent)
        if dependent is None or one.dependent in said or (one.determinants, one.dependent) in turned:
            continue
        if not _counts(table, one, dependent, facts):
            continue
        # Of two columns that follow from each other, one is enough to say.
        said.add(one.dependent)
        turned.update(((one.dependent,), number) for number in one.determinants)
        names = table.column_names(one.determinants)
        evidence: dict[str, str | int | float | tuple[str, ...]] = {
            "determinants": names,
            "agreeing": round(one.degree, 4),
        }
        if one.rows is not None and facts.sampled is not None:
            evidence |= {"sampled_rows": one.rows, "statement": facts.sampled.statements.get(table.oid, "")}
        looked = "those that ANALYZE sampled" if one.rows is None else f"{one.rows:,} sampled ones"
        report.fail(
            table.column_id(dependent),
            f"{table.qualified}.{part(dependent.name)} follows from {', '.join(map(part, names))}, which is no key: in "
            f"{one.degree:.1%} of the rows, {looked}",
            evidence,
            related=tuple(table.column_id(c) for n in one.determinants if (c := table.column(n)) is not None),
        )


def _found(table: Relation, facts: Facts, report: Report) -> tuple[Dependency, ...] | None:
    """Return what is known of a table, or None where nobody looked."""
    statistics = facts.statistics
    known = Unread(statistics.reason) if isinstance(statistics, Unread) else statistics.dependencies
    asked = facts.catalog.statistics_objects
    objects = [o for o in asked if o.relation == table.oid and "f" in o.kinds]
    found: tuple[Dependency, ...] | None = None
    if objects and isinstance(known, Unread):
        report.unknown(f"extended statistics: {known.reason}")
    elif objects and not isinstance(known, Unread):
        found = known.get(table.oid)
        if found is None:
            report.unknown(f"{objects[0].schema}.{objects[0].name} was not analysed yet, or may not be read")
    if facts.sampled is not None:
        if table.oid in facts.sampled.refused:
            report.unknown(f"{table.qualified} could not be sampled: {facts.sampled.refused[table.oid]}")
        elif table.oid in facts.sampled.dependencies:
            found = (*(found or ()), *facts.sampled.dependencies[table.oid])
    return found


def _counts(table: Relation, one: Dependency, dependent: Column, facts: Facts) -> bool:
    """Whether a dependency breaks third normal form, and the figures are no accident."""
    if one.degree < facts.profile.threshold("no-functional-dependency", _DEGREE) or dependent.generated:
        return False
    if one.dependent in one.determinants or facts.tenancy.column_of.get(table.oid) == dependent.name:
        return False
    if any((column := table.column(number)) is None or column.generated for number in one.determinants):
        return False
    left = frozenset(one.determinants)
    unique = keys(table)
    if any(key <= left or one.dependent in key for key in unique):
        return False
    # A foreign key over all of them keeps them in step.
    if any({*left, one.dependent} <= set(key.columns) for key in table.foreign_keys):
        return False
    count = rows(table, facts)
    figures = [column_statistics(table, number, facts) for number in (*one.determinants, one.dependent)]
    if count is None or not all(isinstance(f, ColumnStatistics) for f in figures):
        return False
    *before, last = (f for f in figures if isinstance(f, ColumnStatistics))
    if any(_distinct(f, count) * _GROUP > count for f in before):
        return False
    common = last.most_common_frequency or 0.0
    return _distinct(last, count) >= 2 and common <= _MOST_COMMON and last.null_fraction <= _MOST_COMMON


def _distinct(figures: ColumnStatistics, count: float) -> float:
    return figures.distinct if figures.distinct >= 0 else -figures.distinct * count


RULE = Rule(
    id="no-functional-dependency",
    title="No column follows from one that is no key",
    category=Category.NORMAL_FORM,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No column of a table with extended statistics (dependencies) follows from columns that are no key in 99 % "
    "of the rows (threshold no-functional-dependency), nor in a sample where `pgplumb check --sample-rows` took one; "
    "columns of keys, tenant columns, generated ones and those that one foreign key holds together are left out.",
    why="What follows from another column is stored once for each row and changed in each, or not in all. Put into a "
    "table of its own, keyed by what it follows from, it cannot contradict itself.",
    source="https://www.postgresql.org/docs/current/planner-stats.html#PLANNER-STATS-EXTENDED-FUNCTIONAL-DEPS",
    looks_at="pg_stats_ext.dependencies, pg_statistic_ext, pg_stats, and rows only where asked for",
    each_table=check,
    reads=("statistics", "sampled", "catalog.statistics_objects", "catalog.types"),
    unknown_when="extended statistics were never filled, or may not be read",
    not_applicable_when="no table has extended statistics of dependencies; --sample-rows looks at samples of rows",
)
