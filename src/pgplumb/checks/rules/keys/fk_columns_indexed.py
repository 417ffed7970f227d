"""Foreign keys are indexed."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def serves(index: Index, key: Constraint, table: Relation) -> bool | None:
    """Whether an index finds the rows of a referenced key; None where its predicate could not be read."""
    wanted = set(key.columns)
    leading = index.key_columns[: len(wanted)]
    if index.method not in ("btree", "hash") or not index.is_valid or set(leading) != wanted:
        return False
    if not index.has_predicate:
        return True
    if isinstance(index.predicate, Unread) or index.predicate is None:
        return None
    tests = {f"({name} IS NOT NULL)" for name in table.column_names(key.columns)}
    return index.predicate in tests if len(wanted) == 1 else False


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for each foreign key's columns, in any order, at the front of a full index."""
    for key in table.foreign_keys:
        if key.foreign_relation not in facts.catalog.relations:
            continue
        report.checked()
        answers = [serves(index, key, table) for index in table.indexes]
        if True in answers:
            continue
        if None in answers:
            report.unknown(f"the predicate of an index on {table.qualified} could not be read")
            continue
        columns = table.column_names(key.columns)
        parent = facts.catalog.relations[key.foreign_relation]
        report.fail(
            table.constraint_id(key),
            f"{table.qualified} ({', '.join(columns)}) references {parent.qualified} without an index: "
            f"each delete or key update there reads all of {table.qualified}",
            {"columns": columns, "rows": max(table.tuples, 0), "pages": table.pages},
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
    "predicate (or with IS NOT NULL on the one column).",
    why="PostgreSQL does not index referencing columns by itself. Deleting a parent row or changing its key "
    "then reads the whole child table, once for each row, while the locks are held.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint.conkey, pg_index (indkey, indpred, indisvalid), pg_am",
    each_table=check,
    unknown_when="an index predicate could not be read because its table is locked",
    not_applicable_when="there is no foreign key",
)
