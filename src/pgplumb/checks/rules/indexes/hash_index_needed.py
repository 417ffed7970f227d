"""Hash indexes are for long keys."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of, index_name
from pgplumb.foundation.names import part

_WIDTH = 32


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the width of what is hashed."""
    if table.kind not in "rpm":
        return
    for index in table.indexes:
        if index.method != "hash" or index.parent or index.is_exclusion:
            continue
        report.checked()
        column = table.column(index.key_columns[0])
        kind = facts.catalog.types.get(column.type_oid) if column else None
        if column is None or kind is None:
            continue
        width: float = kind.length
        if kind.length < 0:
            found = column_statistics(table, column.number, facts)
            if found is None:
                continue
            if isinstance(found, Unread):
                report.unknown(found.reason)
                continue
            width = found.average_width
        if width > facts.profile.threshold("hash-index-needed", _WIDTH):
            continue
        where: dict[str, Value] = {"table": table.qualified, "columns": (column.name,), "method": "btree"}
        if table.kind == "r":
            where["replaces"] = index_name(table, index)
        report.fail(
            table.index_id(index),
            f"the hash index {part(index.name)} on {columns_of(table, index.key_columns)} serves equality alone, and a "
            f"key of {width:.0f} bytes is as short in a btree",
            {"width": round(width, 1)},
            related=(table.id,),
            fix=Fix("create-index", where) if table.kind == "r" and not index.has_predicate else None,
        )


RULE = Rule(
    id="hash-index-needed",
    title="Hash indexes are for long keys",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="The keys of hash indexes are wider than 32 bytes on average (threshold hash-index-needed).",
    why="A hash index finds equal values and nothing else: no range, no order, no uniqueness, no second column. It "
    "stores four bytes whatever the key's length, which pays for long texts; short keys a btree holds as well.",
    source="https://www.postgresql.org/docs/current/hash-intro.html",
    looks_at="pg_index, pg_am, pg_type.typlen, pg_stats.avg_width",
    each_relation=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a large table was never analysed, or its pg_stats rows are hidden",
    not_applicable_when="there is no hash index",
)
