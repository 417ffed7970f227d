"""Deleting one row does not delete a million others."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.derived import gathered
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of

_ROWS = 100_000
_DEEPEST = 12


@gathered
def cascading(table: Relation, catalog: Catalog) -> tuple[tuple[int, str], ...] | None:
    """Return to which tables rows are tied by ON DELETE CASCADE: a cascade hangs on keys far below its first table."""
    keys = (c for c in table.constraints if c.kind == "f" and c.on_delete == "c" and not c.parent)
    return tuple((key.foreign_relation, key.name) for key in keys) or None


def cascades(parent: Relation, facts: Facts) -> Iterator[tuple[Relation, Constraint]]:
    """Yield the keys by which rows go with those of a table; keys that stand for partitions are left out."""
    for table, key in facts.catalog.referencing.get(parent.oid, ()):
        if key.on_delete == "c" and not key.parent:
            yield table, key


def each(table: Relation, key: Constraint, facts: Facts) -> float | Unread:
    """Return how many rows of a table refer to one row of the other on average."""
    count = rows(table, facts)
    if count is None:
        return Unread(f"{table.qualified} was never analysed")
    distinct = 1.0
    for number in key.columns:
        found = column_statistics(table, number, facts)
        if isinstance(found, Unread):
            return found
        if found is None:
            parent = facts.catalog.relations.get(key.foreign_relation)
            known = rows(parent, facts) if parent is not None else None
            distinct = max(distinct, known or 1.0)
        else:
            distinct = max(distinct, found.distinct if found.distinct >= 0 else -found.distinct * count)
    return count / distinct


def blast(table: Relation, key: Constraint, facts: Facts, above: tuple[int, ...] = ()) -> float | Unread:
    """Return how many rows go with one row by a key and by all keys below it; circles are walked once."""
    own = each(table, key, facts)
    if isinstance(own, Unread) or table.oid in above or len(above) >= _DEEPEST:
        return own
    total = own
    for child, below in cascades(table, facts):
        further = blast(child, below, facts, (*above, table.oid))
        if isinstance(further, Unread):
            return further
        total += own * further
    return total


def check(parent: Relation, facts: Facts, report: Report) -> None:
    """Add up what goes with one row of the table, key by key."""
    if not cascading(facts.catalog):
        return
    limit = facts.profile.threshold("fk-on-delete-cascade-blast", _ROWS)
    for table, key in cascades(parent, facts):
        report.checked()
        gone = blast(table, key, facts, (parent.oid,))
        if isinstance(gone, Unread):
            report.unknown(gone.reason)
        elif gone > limit:
            report.fail(
                table.constraint_id(key),
                f"deleting one row of {parent.qualified} deletes about {gone:,.0f} rows by way of "
                f"{columns_of(table, key.columns)}, in one transaction",
                {"rows": int(gone), "parent": parent.qualified, "on_delete": "CASCADE"},
                related=(parent.id, table.id),
            )


RULE = Rule(
    id="fk-on-delete-cascade-blast",
    title="No cascade deletes a flood of rows",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.SCALE,
    passes="By each foreign key with ON DELETE CASCADE, and by those below it, one deleted row takes at most 100,000 "
    "others with it on average (threshold fk-on-delete-cascade-blast).",
    why="A cascade runs inside the DELETE: it locks every row it removes, writes all of them to the WAL and cannot "
    "be paused. Past some size rows are better deleted in batches, children first.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (confdeltype, conkey), pg_class.reltuples, pg_stats.n_distinct",
    each_table=check,
    reads=("statistics",),
    unknown_when="a table of the cascade was never analysed, or its pg_stats rows are hidden",
    not_applicable_when="no foreign key has ON DELETE CASCADE",
)
