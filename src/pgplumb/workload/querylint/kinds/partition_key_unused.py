"""A partitioned table read without its partition key."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.blocks import Block, Source
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import by_size, numbers, sized

MANY = 4
"""Partitions from which on reading all of them is worth a word."""


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for conditions that name no column of the key, so that no partition can be left out."""
    for block in query.blocks:
        for source in block.sources:
            relation = source.relation
            if relation is None or relation.partition_key is None or 0 in relation.partition_key.columns:
                continue
            count = len(context.leaves(relation))
            if count < MANY or not any(True for _ in block.tests):
                continue
            if _names_key(query, block, source):
                continue
            names = ", ".join(relation.column_names(relation.partition_key.columns))
            yield Found(
                f"no condition names {names}, by which {sized(context, relation)} is divided: all {count} partitions "
                "are read or probed",
                {**numbers(context, relation), "partitions": count, "key": names},
                (relation.id,),
                severity=by_size(context, relation),
            )


def _names_key(query: Query, block: Block, source: Source) -> bool:
    """Whether a condition names a column of the key, or one that is not known."""
    key = source.relation.partition_key if source.relation else None
    for test in block.tests:
        for column in test.find_all(exp.Column):
            found = query.resolve(column)
            if found is None or (
                key is not None and found.source is source and found.column.number in key.columns
            ):
                return True
    return any(join.args.get("using") or join.method for join in block.joins)


KIND = Kind(
    id="partition-key-unused",
    title="Every partition is read",
    severity="info",
    why="Partitions are left out only by conditions on the partition key. Without one the query plans, locks and reads "
    "each of them.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITION-PRUNING",
    look=look,
)
