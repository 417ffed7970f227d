"""No index is there twice."""

from __future__ import annotations

from collections.abc import Hashable

from pgplumb.catalog.held import held_index_pages
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.index_key import shape, texts
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Group valid indexes by everything that tells them apart; of partitions report only what is theirs alone."""
    if relation.kind not in "rpm":
        return
    indexes = [i for i in relation.indexes if i.is_valid]
    report.checked(sum(not i.parent for i in indexes))
    if len({i.key_columns for i in indexes}) == len(indexes):
        return
    shapes: dict[Hashable, list[Index]] = {}
    for index in indexes:
        shapes.setdefault(shape(index), []).append(index)
    for alike in shapes.values():
        if len(alike) < 2:
            continue
        groups: dict[Hashable, list[Index]] = {}
        for index in alike:
            text = texts(index)
            if isinstance(text, Unread):
                report.unknown(
                    f"an expression of an index on {relation.qualified} is not known: {text.reason}"
                )
            else:
                groups.setdefault(text, []).append(index)
        for group in groups.values():
            if len(group) > 1:
                _judge(relation, group, facts, report)


def _judge(table: Relation, group: list[Index], facts: Facts, report: Report) -> None:
    """Keep what enforces most, and report the others as far as the kept one does all that they do."""
    owners = {c.index: c for c in table.constraints if c.kind in "pux"}
    targets = {key.index for _, key in facts.catalog.referencing.get(table.oid, ())}

    def rank(index: Index) -> tuple[bool, ...]:
        return (
            not index.is_primary,
            index.oid not in owners,
            not index.is_unique,
            not index.is_replica_identity,
            not index.is_clustered,
            not index.parent,
        )

    keep, *others = sorted(group, key=lambda index: (*rank(index), index.oid))
    for index in others:
        if index.parent or index.is_exclusion or index.oid in targets or index.is_replica_identity:
            continue
        owner = owners.get(index.oid)
        if not index.is_unique:
            _drop(table, index, keep, facts, report)
        elif _enforces_the_same(index, keep, owner, owners.get(keep.oid)):
            if owner is None:
                _drop(table, index, keep, facts, report)
            else:
                _drop_constraint(table, index, owner, keep, facts, report)


def _enforces_the_same(
    index: Index, keep: Index, owner: Constraint | None, keeper: Constraint | None
) -> bool:
    """Whether the kept index keeps out all that a unique one does, at the same moment."""
    late = [c is not None and c.deferrable for c in (owner, keeper)]
    return keep.is_unique and keep.nulls_not_distinct == index.nulls_not_distinct and late[0] == late[1]


def _evidence(table: Relation, index: Index, keep: Index, catalog: Catalog) -> dict[str, Value]:
    columns = table.column_names(index.key_columns)
    pages, kept = (held_index_pages(one, table, catalog) for one in (index, keep))
    return {"columns": columns, "method": index.method, "pages": pages, "kept_pages": kept}


def _drop(table: Relation, index: Index, keep: Index, facts: Facts, report: Report) -> None:
    report.fail(
        table.index_id(index),
        f"the index {part(index.name)} of {table.qualified} is the same as {part(keep.name)}: it is written twice and "
        "read once",
        _evidence(table, index, keep, facts.catalog),
        related=(table.index_id(keep), table.id),
        fix=Fix("drop-index", {"index": index_name(table, index)}),
    )


def _drop_constraint(
    table: Relation, index: Index, owner: Constraint, keep: Index, facts: Facts, report: Report
) -> None:
    report.fail(
        table.constraint_id(owner),
        f"the unique constraint {part(owner.name)} of {table.qualified} says what {part(keep.name)} says already, with "
        "an index of its own",
        _evidence(table, index, keep, facts.catalog),
        related=(table.index_id(keep), table.id),
        fix=Fix("drop-constraint", {"table": table.qualified, "constraint": owner.name}),
    )


RULE = Rule(
    id="no-duplicate-index",
    title="No index is there twice",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No two valid indexes of a table have the same method, key, operator classes, collations, order, INCLUDE "
    "columns, expressions and predicate; of two, the one that enforces something stays.",
    why="Each copy is written on every insert and most updates, vacuumed, cached and backed up. No query is faster "
    "for it.",
    source="https://www.postgresql.org/docs/current/catalog-pg-index.html",
    looks_at="pg_index (indkey, indnkeyatts, indclass, indcollation, indoption, indexprs, indpred, indisunique), pg_am",
    each_relation=check,
    unknown_when="two indexes may be equal and an expression could not be read because the table is locked",
    not_applicable_when="there is no index",
)
