"""Large logs are indexed in little space."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ, leaves
from pgplumb.checks.estimates import counters, pages
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of, index_name
from pgplumb.foundation.names import part
from pgplumb.foundation.text import size

_TIMES = frozenset((DATE, TIMESTAMP, TIMESTAMPTZ))
_PAGES = 131_072
_CORRELATION = 0.99
_CHANGED = 0.01


def _candidates(table: Relation, facts: Facts) -> list[Index]:
    """Return the btrees over one time alone that enforce nothing, where no BRIN index is beside them."""
    kinds = leaves(facts.catalog)
    summarised = {n for i in table.indexes if i.method == "brin" for n in i.key_columns}
    found = []
    for index in table.indexes:
        if index.method != "btree" or index.enforces or index.key_count != 1 or index.has_predicate:
            continue
        column = table.column(index.key_columns[0])
        if column is not None and kinds[column.type_oid].oid in _TIMES and column.number not in summarised:
            found.append(index)
    return found


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at large ordinary tables whose rows lie in the order of a time and never change."""
    if table.kind != "r" or pages(table, facts) < facts.profile.threshold(
        "brin-for-append-only-pages", _PAGES
    ):
        return
    counted = counters(table, facts)
    for index in _candidates(table, facts):
        report.checked()
        if counted is None or not counted.inserted:
            report.unknown(
                f"whether rows of {table.qualified} are only added is not known: nothing was counted"
            )
            continue
        if counted.updated + counted.deleted > _CHANGED * counted.inserted:
            continue
        found = column_statistics(table, index.key_columns[0], facts)
        if found is None or isinstance(found, Unread):
            report.unknown(found.reason if found else f"{table.qualified} was never analysed")
        elif found.correlation is not None and abs(found.correlation) >= _CORRELATION:
            report.fail(
                table.index_id(index),
                f"{part(index.name)} takes {size(index.pages * 8192)} for {columns_of(table, index.key_columns)}, by "
                "which the rows lie in order: a BRIN index would take a thousandth",
                {
                    "correlation": round(found.correlation, 4),
                    "pages": index.pages,
                    "inserted": counted.inserted,
                },
                related=(table.id,),
                fix=Fix(
                    "create-index",
                    {
                        "table": table.qualified,
                        "columns": table.column_names(index.key_columns),
                        "method": "brin",
                        "replaces": index_name(table, index),
                    },
                ),
            )


RULE = Rule(
    id="brin-for-append-only",
    title="Large logs are indexed by block ranges",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="Tables from 1 GB on (threshold brin-for-append-only-pages), of whose rows at most 1 % were changed, have "
    "no btree over a time alone by which their rows lie in order (correlation from 0.99 on).",
    why="A BRIN index keeps the smallest and largest value of each range of blocks: for rows in order of time it finds "
    "a range of hours almost as fast, in a thousandth of the space. Single rows a btree finds faster.",
    source="https://www.postgresql.org/docs/current/brin-intro.html",
    looks_at="pg_index, pg_stats.correlation, pg_class.relpages, pg_stat_all_tables (n_tup_ins, n_tup_upd, n_tup_del)",
    each_table=check,
    reads=("catalog.types", "statistics"),
    unknown_when="the table was never analysed, or nothing was counted since the reset",
    not_applicable_when="no table is so large and has a btree over a time alone",
)
