"""No column is twice in an index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a column again with the same operator class and collation, or again in INCLUDE."""
    report.checked(len(table.indexes))
    for index in table.indexes:
        columns = index.columns
        if len(columns) == len(set(columns)):
            continue
        keys = list(zip(index.key_columns, index.opclasses, index.collations, strict=False))
        repeated = {key[0] for at, key in enumerate(keys) if key[0] and key in keys[:at]}
        repeated |= {n for n in index.included if n in index.key_columns}
        if repeated:
            names = table.column_names(tuple(sorted(repeated)))
            report.fail(
                table.index_id(index),
                f"the index {part(index.name)} of {table.qualified} holds {listed(names)} twice",
                {"columns": table.column_names(columns), "repeated": names},
                related=(table.id,),
            )


RULE = Rule(
    id="index-no-repeated-column",
    title="No column is twice in an index",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No column is twice in an index; a second operator class or collation for it is meant.",
    why="The second copy makes every entry larger and finds nothing that the first does not. It is mostly a typing "
    "error for another column, whose searches then have no index.",
    source="https://www.postgresql.org/docs/current/sql-createindex.html",
    looks_at="pg_index (indkey, indclass, indcollation)",
    each_table=check,
    not_applicable_when="there is no index",
)
