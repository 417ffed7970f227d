"""Where there is a start and an end, the start comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import DATE, INTEGERS, NUMERIC, TIMESTAMP, TIMESTAMPTZ, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

_TIMES = frozenset((DATE, TIMESTAMP, TIMESTAMPTZ))
_NUMBERS = INTEGERS | {NUMERIC}

_ENDS = {
    "start": ("end", "finish", "stop"),
    "starts": ("ends", "finishes", "stops"),
    "started": ("ended", "finished", "stopped"),
    "begin": ("end",),
    "begins": ("ends",),
    "began": ("ended",),
    "from": ("to", "until", "till", "thru", "through"),
    "since": ("until",),
}
"""A word for the start to those for its end."""

_OPENING = re.compile(r"(?:^|_)(start|starts|started|begin|begins|began|from|since)(?=_|$)")


@lru_cache(maxsize=16384)
def ends_of(name: str) -> tuple[str, ...]:
    """Return the names that the end of a start column may have; none where the name is no start."""
    match = _OPENING.search(name)
    if match is None:
        return ()
    before, after = name[: match.start(1)], name[match.end(1) :]
    return tuple(before + word + after for word in _ENDS[match[1]])


def pairs(table: Relation, facts: Facts) -> Iterator[tuple[Column, Column]]:
    """Yield the start and end columns of one comparable type; hours of a day may go past midnight."""
    by_name: dict[str, Column] | None = None
    kinds = leaves(facts.catalog)
    for column in table.columns:
        candidates = ends_of(column.name)
        if not candidates:
            continue
        if by_name is None:
            by_name = {c.name: c for c in table.columns}
        for name in candidates:
            other = by_name.get(name)
            if other is None or other.type_oid != column.type_oid:
                continue
            leaf = kinds[column.type_oid]
            # from_account_id and to_account_id are no range.
            counted = leaf.oid in _NUMBERS and "from" not in column.name and not column.name.endswith("_id")
            if not leaf.is_array and (leaf.oid in _TIMES or counted):
                yield column, other
                break


def ordered(text: str, start: str, end: str) -> bool:
    """Whether an expression compares both columns with < or <=, or makes a range of them, which must be ordered."""
    one, other = (rf'(?<![\w"$])(?:"{re.escape(n)}"|{re.escape(n)})(?![\w"$])' for n in (start, end))
    between = r"(?:(?! AND | OR )[^<>])*"
    forward = rf"{one}{between}<=?(?!>){between}{other}"
    backward = rf"{other}{between}(?<!<)>=?{between}{one}"
    made = rf"range\((?:(?! AND | OR ).)*?{one}.*?,.*?{other}"
    return any(re.search(pattern, text) for pattern in (forward, backward, made))


def _texts(table: Relation, numbers: set[int]) -> Iterator[str | Unread]:
    """Yield the expressions that may hold two columns in order: checks, range indexes, generated ranges."""
    for constraint in table.constraints:
        if constraint.kind == "c" and constraint.expression and numbers.issubset(constraint.columns):
            yield constraint.expression
    for index in table.indexes:
        if index.expressions is not None:
            yield index.expressions
    for column in table.columns:
        if column.generated and column.default is not None:
            yield column.default


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a CHECK on each pair, or for anything that fails on a range turned round."""
    for start, end in pairs(table, facts):
        report.checked()
        unread = None
        for text in _texts(table, {start.number, end.number}):
            if isinstance(text, Unread):
                unread = text
            elif ordered(text, start.name, end.name):
                break
        else:
            if unread is not None:
                report.unknown(f"an expression of {table.qualified} is not known: {unread.reason}")
                continue
            columns = (start.name, end.name)
            report.fail(
                table.column_id(start),
                f"nothing keeps {part(start.name)} before {part(end.name)} in {table.qualified}",
                {"columns": columns},
                related=(table.column_id(end), table.id),
                fix=Fix(
                    "add-check",
                    {
                        "table": table.qualified,
                        "columns": columns,
                        "expression": " <= ".join(map(quote_identifier, columns)),
                    },
                ),
            )


RULE = Rule(
    id="range-pair-ordered",
    title="Starts come before ends",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="For each pair of columns named as start and end, of one date, time stamp or number type, a CHECK compares "
    "them or a range is made of them.",
    why="A row that ends before it starts is never wanted and breaks every query for overlaps. A CHECK costs next "
    "to nothing; cleaning up later does not.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    looks_at="pg_attribute (attname, atttypid), pg_constraint (contype c and x), pg_index.indexprs",
    each_table=check,
    reads=("catalog.types",),
    unknown_when="an expression could not be read because its table is locked",
    not_applicable_when="no table has a pair of start and end columns",
)
