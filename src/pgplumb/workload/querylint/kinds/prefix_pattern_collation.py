"""LIKE 'abc%' on a column whose index is ordered by a language's rules."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.catalog.relation import Index
from pgplumb.workload.querylint.access import led_by, single_row, with_opclass
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.kinds.leading_wildcard import TRIGRAMS
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.wording import by_size, column_id, named, numbers

_PATTERN_OPS = ("text_pattern_ops", "varchar_pattern_ops", "bpchar_pattern_ops")
_DEFAULT_COLLATION = 100
_C = ("C", "POSIX", "ucs_basic")
_BUILTIN_VERSION = "1"
"""pg_database.datcollversion of a database with the builtin provider (17 and later), which orders by bytes."""


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at patterns with a fixed beginning on columns with an ordinary btree index."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            found = (
                own_column(query, block, comparison.left)
                if comparison.operator == "like" and comparison.searchable
                else None
            )
            pattern = comparison.others[0] if comparison.others else None
            if found is None or not isinstance(pattern, exp.Literal) or not pattern.is_string:
                continue
            text = pattern.name
            if query.readable.parameter(text) is not None or text[:1] in ("%", "_", "") or not _open(text):
                continue
            number = found.column.number
            indexes = [i for i in led_by(found.relation, number) if i.method == "btree"]
            if not indexes or any(_sorted_by_bytes(context, i) for i in indexes):
                continue
            if with_opclass(found.relation, number, context, (*_PATTERN_OPS, *TRIGRAMS)):
                continue
            if not single_row(query, context, block, found.source):
                yield _found(context, found, indexes[0])


def _found(context: LintContext, found: Resolved, index: Index) -> Found:
    collation = context.catalog.collations.get(index.collations[0])
    named_so = context.catalog.database.collate if _is_default(index) or collation is None else collation.name
    return Found(
        f"index {index.name} on {named(found)} is ordered by collation {named_so}: LIKE with a fixed beginning "
        'cannot use it; one with text_pattern_ops or collation "C" can',
        {
            **numbers(context, found.relation),
            "column": found.column.name,
            "collation": named_so,
            "index": index.name,
        },
        (column_id(found), found.relation.index_id(index)),
        severity=by_size(context, found.relation),
        ask="advise",
    )


def _open(pattern: str) -> bool:
    return "%" in pattern or "_" in pattern


def _is_default(index: Index) -> bool:
    return index.collations[0] == _DEFAULT_COLLATION


def _sorted_by_bytes(context: LintContext, index: Index) -> bool:
    """Whether an index is ordered by bytes; also where its collation is not known."""
    if _is_default(index):
        database = context.catalog.database
        return database.collate in _C or database.collation_version == _BUILTIN_VERSION
    collation = context.catalog.collations.get(index.collations[0])
    return collation is None or collation.name in _C or collation.provider == "b"


KIND = Kind(
    id="prefix-pattern-collation",
    title="The index's collation does not serve LIKE",
    severity="warning",
    why="Only an index ordered by bytes has all values with one beginning side by side: collation C, or an operator "
    "class for patterns. In other collations LIKE 'abc%' tests every row.",
    source="https://www.postgresql.org/docs/current/indexes-opclass.html",
    look=look,
)
