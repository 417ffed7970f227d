"""Foreign keys are indexed."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.key_cover import indexed
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for each foreign key's columns, in any order, at the front of a full index."""
    catalog = facts.catalog
    for key in declared(table):
        parent = catalog.relations.get(key.foreign_relation)
        if parent is None or not key.enforced:
            continue
        report.checked()
        answer = indexed(key, table, catalog)
        if isinstance(answer, Unread):
            report.unknown(answer.reason)
        elif not answer:
            columns = table.column_names(key.columns)
            report.fail(
                table.constraint_id(key),
                f"{columns_of(table, key.columns)} references {parent.qualified} without an index: "
                f"each delete or key change there reads all of {table.qualified}",
                {"columns": columns, "rows": int(max(table.tuples, 0)), "pages": table.pages},
                related=(parent.id,),
                fix=Fix("create-index", {"table": table.qualified, "columns": columns}),
            )


RULE = Rule(
    id="fk-columns-indexed",
    title="Foreign keys are indexed",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="The columns of every foreign key lead, in any order, a valid btree or hash index without a "
    "predicate, or with one that only asks for IS NOT NULL of them.",
    why="PostgreSQL does not index referencing columns by itself. Deleting a parent row or changing its key "
    "then reads the whole child table, once for each row, while the locks are held.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint.conkey, pg_index (indkey, indcollation, indpred, indisvalid), pg_am",
    each_table=check,
    unknown_when="an index predicate could not be read because its table is locked",
    not_applicable_when="there is no foreign key",
)
