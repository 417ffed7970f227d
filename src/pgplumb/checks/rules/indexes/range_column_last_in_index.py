"""Times come last in an index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.key_cover import supports_foreign_key
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.soft_delete import TIMES
from pgplumb.checks.wording import columns_of, index_name
from pgplumb.foundation.names import part

_TIMES = frozenset((DATE, TIMESTAMP, TIMESTAMPTZ))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a time before a column that is more likely compared by equality."""
    kinds = leaves(facts.catalog)
    key = set(table.primary_key.columns) if table.primary_key else set()
    for index in table.indexes:
        if index.method != "btree" or index.parent or index.enforces or index.key_count < 2:
            continue
        columns = [table.column(n) for n in index.key_columns]
        report.checked()
        times = [
            c is not None
            and kinds[c.type_oid].oid in _TIMES
            and not kinds[c.type_oid].is_array
            and c.name not in TIMES
            for c in columns
        ]
        if True not in times:
            continue
        first = times.index(True)
        after = index.key_columns[first + 1 :]
        # (at, id) is what pages by key are read with, and (at, ...) of a foreign key may be meant for it.
        if not after or set(after) <= key or any(times[first + 1 :]) or any(index.options):
            continue
        if 0 in index.key_columns or supports_foreign_key(index, table, facts):
            continue
        order = (*index.key_columns[:first], *after, index.key_columns[first])
        plain = not index.has_predicate and not index.included and table.kind == "r"
        report.fail(
            table.index_id(index),
            f"{part(index.name)} on {columns_of(table, index.key_columns)} has a time before other columns: a range of "
            "times reads all that lies in it, whatever the rest says",
            {"columns": table.column_names(index.key_columns), "better": table.column_names(order)},
            related=(table.id,),
            fix=Fix(
                "create-index",
                {
                    "table": table.qualified,
                    "columns": table.column_names(order),
                    "replaces": index_name(table, index),
                },
            )
            if plain
            else None,
        )


RULE = Rule(
    id="range-column-last-in-index",
    title="Times come last in an index",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="In btrees that enforce nothing no date or time stamp stands before another column, but for those of the "
    "primary key after it, which paging by key needs, for deletion times and for indexes with an order of their own.",
    why="A btree narrows down by columns compared with = and by the first one compared as a range; those after it only "
    "filter what was read. Before 18, which can skip along few values, the order decides alone.",
    source="https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    looks_at="pg_index (indkey, indoption), pg_attribute.atttypid",
    each_table=check,
    reads=("statistics", "catalog.types"),
    not_applicable_when="no btree has several columns",
)
