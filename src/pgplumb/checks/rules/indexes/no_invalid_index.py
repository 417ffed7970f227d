"""No index is invalid."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.index_builds import being_built, is_copy
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for invalid indexes that hold entries; one of a partitioned table waits for its parts."""
    if relation.kind not in "rpm":
        return
    for index in relation.indexes:
        if index.is_partitioned:
            continue
        # A part is spoken for by its parent as long as nothing is wrong with it.
        if not index.parent or not index.is_valid:
            report.checked()
        if index.is_valid and index.is_live:
            continue
        building = being_built(index, relation, facts)
        if isinstance(building, Unread):
            report.unknown(f"{part(index.name)} of {relation.qualified} is invalid; {building.reason}")
        elif not building:
            _fail(relation, index, report)


def _fail(table: Relation, index: Index, report: Report) -> None:
    backs = any(c.index == index.oid and c.kind in "pux" for c in table.constraints)
    left_over = is_copy(index) and not backs
    # What a unique one was to keep out is there already, or it would have been built.
    drop = not backs and (left_over or index.is_unique)
    report.fail(
        table.index_id(index),
        f"the index {part(index.name)} of {table.qualified} is invalid: every write keeps it up to date, no query "
        "may use it" + (", and REINDEX CONCURRENTLY left it behind" if left_over else ""),
        {"unique": index.is_unique, "ready": index.is_ready, "pages": index.pages},
        related=(table.id,),
        fix=Fix("drop-index" if drop else "reindex", {"index": index_name(table, index)}),
    )


RULE = Rule(
    id="no-invalid-index",
    title="No index is invalid",
    category=Category.INDEXES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every index is valid, but for those that are being built at this moment and those of a partitioned table "
    "that wait for their parts.",
    why="CREATE INDEX CONCURRENTLY that failed leaves an index that costs as much as any and helps no query. With "
    "IF NOT EXISTS the next attempt then skips it for ever, and a unique one does not keep duplicates out.",
    source="https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    looks_at="pg_index (indisvalid, indisready, indislive), pg_class.relkind, pg_stat_activity.query",
    each_relation=check,
    reads=("activity",),
    unknown_when="an index is invalid and other sessions' statements cannot be seen",
    not_applicable_when="there is no index",
)
