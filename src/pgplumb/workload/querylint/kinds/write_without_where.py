"""UPDATE or DELETE of a whole table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import numbers, sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at UPDATE and DELETE without a condition or another table."""
    for block in query.blocks:
        if (
            not isinstance(block.node, exp.Update | exp.Delete)
            or block.where is not None
            or len(block.sources) != 1
        ):
            continue
        relation = block.sources[0].relation
        if relation is None or not relation.is_table:
            continue
        tuples = context.tuples(relation)
        if tuples is not None and tuples <= 1:
            continue
        verb = "UPDATE" if isinstance(block.node, exp.Update) else "DELETE"
        yield Found(
            f"{verb} of every row of {sized(context, relation)}: all of them are locked and written anew"
            if verb == "UPDATE"
            else f"DELETE of every row of {sized(context, relation)}: all of them are locked and left for VACUUM",
            {**numbers(context, relation), "command": verb},
            (relation.id,),
        )


KIND = Kind(
    id="write-without-where",
    title="A whole table is changed at once",
    severity="warning",
    why="Each row is locked until the transaction ends, and each leaves a dead version behind. Batches by key keep "
    "others going, and TRUNCATE empties a table without a trace.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY",
    look=look,
)
