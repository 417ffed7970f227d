"""Foreign keys are indexed."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import pages, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.key_cover import Visits, indexed, narrowest
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for each foreign key's columns, in any order, at the front of a full index, or for enough of them."""
    for key in declared(table):
        parent = facts.catalog.relations.get(key.foreign_relation)
        if parent is None or not key.enforced:
            continue
        report.checked()
        answer = indexed(key, table, facts)
        if isinstance(answer, Unread):
            report.unknown(answer.reason)
        elif not answer:
            _fail(key, table, parent, facts, report)


def _fail(key: Constraint, table: Relation, parent: Relation, facts: Facts, report: Report) -> None:
    columns = table.column_names(key.columns)
    count = rows(table, facts)
    evidence: dict[str, Value] = {
        "columns": columns,
        "rows": None if count is None else int(count),
        "pages": pages(table, facts),
    }
    lacks = f"without an index: each delete or key change there reads all of {table.qualified}"
    near = narrowest(key, table, facts)
    if isinstance(near, Visits):
        lacks = (
            f"with an index on a part of it, {part(near.index.name)}: each delete or key change there reads about "
            f"{near.average:,.0f} rows of {table.qualified}, and up to {near.most:,.0f}"
        )
        evidence |= {"rows_per_lookup": round(near.average, 1), "most_per_lookup": round(near.most, 1)}
    report.fail(
        table.constraint_id(key),
        f"{columns_of(table, key.columns)} references {parent.qualified} {lacks}",
        evidence,
        related=(parent.id,),
        fix=Fix("create-index", {"table": table.qualified, "columns": columns}),
    )


RULE = Rule(
    id="fk-columns-indexed",
    title="Foreign keys are indexed",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="The columns of every foreign key lead, in any order, a valid btree or hash index without a predicate, or "
    "with one that only asks for IS NOT NULL of them. Some of them are enough where they are unique, here or in what "
    "is referred to, or so selective that a look-up visits at most 100 rows (threshold fk-columns-indexed).",
    why="PostgreSQL does not index referencing columns by itself. Deleting a parent row or changing its key "
    "then reads the whole child table, once for each row, while the locks are held.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint.conkey, pg_index (indkey, indcollation, indpred, indisvalid), pg_am, pg_stats (n_distinct, "
    "null_frac, most_common_freqs)",
    each_table=check,
    reads=("statistics",),
    unknown_when="an index predicate could not be read because its table is locked, or an index leads with some of the "
    "columns and the table was never analysed",
    not_applicable_when="there is no foreign key",
)
