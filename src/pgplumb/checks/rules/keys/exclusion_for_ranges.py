"""What must not overlap cannot."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.keys.range_pair_ordered import pairs
from pgplumb.checks.wording import listed
from pgplumb.sql.quote import quote_identifier

_ALONE = vocabulary(
    """booking bookings reservation reservations rental rentals lease leases appointment appointments shift shifts
    tenancy tenancies occupancy occupancies"""
)
"""Tables whose rows claim something for a while that only one can have."""
_VALID = frozenset(("valid_from", "effective_from", "valid_since", "effective_start"))
"""Starts of the time in which a version of something holds."""
_RANGES = {DATE: "daterange", TIMESTAMP: "tsrange", TIMESTAMPTZ: "tstzrange"}


def _spans(table: Relation, facts: Facts) -> Iterator[tuple[tuple[Column, ...], str]]:
    """Yield the columns that make a span of time and the range over them as SQL."""
    claimed = not _ALONE.isdisjoint(words(table.name))
    kinds = leaves(facts.catalog)
    for start, end in pairs(table, facts):
        leaf = kinds[start.type_oid]
        if leaf.oid in _RANGES and (claimed or start.name in _VALID):
            yield (
                (start, end),
                f"{_RANGES[leaf.oid]}({quote_identifier(start.name)}, {quote_identifier(end.name)})",
            )
    for column in table.columns:
        found = facts.catalog.types.get(column.type_oid)
        if found is not None and found.kind == "r" and kinds[column.type_oid].oid in _RANGES and claimed:
            yield (column,), quote_identifier(column.name)


def _overlap_is_meant(table: Relation, columns: tuple[Column, ...]) -> bool:
    return any("overlap" in (text or "").lower() for text in (table.comment, *(c.comment for c in columns)))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for an exclusion constraint, or a key WITHOUT OVERLAPS, where a table claims spans of time."""
    if table.parents:
        return
    for columns, text in _spans(table, facts):
        numbers = {c.number for c in columns}
        owners = [k for k in declared(table) if len(k.columns) == 1 and numbers.isdisjoint(k.columns)]
        if not owners:
            continue
        report.checked()
        if any(index.is_exclusion for index in table.indexes) or _overlap_is_meant(table, columns):
            continue
        ready = any(e.name == "btree_gist" for e in facts.catalog.extensions.values())
        # Which of several references owns the span, the catalog does not say.
        owner = table.column_names(owners[0].columns)[0] if len(owners) == 1 else None
        report.fail(
            table.id,
            f"two rows of {table.qualified} may overlap in {listed(c.name for c in columns)}: an exclusion "
            "constraint would refuse them" + ("" if ready else " (needs the extension btree_gist)"),
            {"columns": tuple(c.name for c in columns), "btree_gist": ready},
            related=tuple(table.column_id(c) for c in columns),
            fix=Fix(
                "add-exclusion-constraint",
                {
                    "table": table.qualified,
                    "elements": f"{quote_identifier(owner)} WITH =, {text} WITH &&",
                },
            )
            if ready and owner and (table.kind == "r" or facts.catalog.server_version >= 170000)
            else None,
        )


RULE = Rule(
    id="exclusion-for-ranges",
    title="Bookings and validities cannot overlap",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="A table of bookings, reservations, rentals, leases, appointments or shifts with a span of time, and any "
    "with valid_from and its end, that refers to what is claimed has an exclusion constraint or a key WITHOUT "
    "OVERLAPS, or a comment that says that rows may overlap.",
    why="A look before the INSERT does not keep two sessions from booking the same hour at the same moment. An "
    "exclusion constraint does, whatever the isolation level.",
    source="https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-CONSTRAINT",
    looks_at="pg_attribute (attname, atttypid), pg_constraint (contype f, x), pg_index.indisexclusion, pg_description",
    each_table=check,
    reads=("catalog.types", "catalog.extensions"),
    not_applicable_when="no table claims spans of time for what it refers to",
)
