"""What a partition holds: `FOR VALUES ...` as the server prints it, read into values that can be compared.

Source: https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.sql.lexer import significant

MINVALUE = "MINVALUE"
MAXVALUE = "MAXVALUE"

_ENDS = {MINVALUE: -2, "-infinity": -1, "infinity": 1, MAXVALUE: 2}


@dataclass(frozen=True, slots=True)
class Range:
    """`FROM (...) TO (...)`: texts of the values, or MINVALUE and MAXVALUE."""

    low: tuple[str, ...]
    high: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of a range-partitioned table with its range."""

    relation: Relation
    range: Range


@lru_cache(maxsize=16384)
def read_range(text: str) -> Range | None:
    """Read `FOR VALUES FROM (...) TO (...)`; None for every other bound."""
    lists: list[list[str]] = []
    inside = False
    previous = ""
    for token in significant(text):
        if token.text == "(":
            inside = previous in ("from", "to")
            if inside:
                lists.append([])
        elif token.text == ")":
            inside = False
        elif inside and token.text == "-":
            lists[-1].append("-")
        elif inside and token.kind in ("string", "number", "word"):
            value = token.text[1:-1].replace("''", "'") if token.kind == "string" else token.text
            if lists[-1] and lists[-1][-1] == "-":
                lists[-1][-1] += value
            else:
                lists[-1].append(value)
        previous = token.lower
    if len(lists) != 2 or not lists[0] or len(lists[0]) != len(lists[1]):
        return None
    return Range(tuple(lists[0]), tuple(lists[1]))


def ranges(parent: Relation, catalog: Catalog) -> list[Partition] | Unread:
    """Return the partitions of a range-partitioned table that have a range, the default one left out."""
    found = []
    for child in catalog.children.get(parent.oid, ()):
        if not child.is_partition or child.partition_bound is None or child.partition_bound == "DEFAULT":
            continue
        if isinstance(child.partition_bound, Unread):
            return child.partition_bound
        bound = read_range(child.partition_bound)
        if bound is None:
            return Unread(f"the bound of {child.qualified} could not be read")
        found.append(Partition(child, bound))
    return found


def range_parents(root: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield the range-partitioned tables of a tree, its root first."""
    key = root.partition_key
    if key is None:
        return
    if key.strategy == "r":
        yield root
    for child in catalog.children.get(root.oid, ()):
        if child.kind == "p":
            yield from range_parents(child, catalog)


@lru_cache(maxsize=16384)
def read_time(value: str) -> datetime | None:
    """Return a date or time stamp as ISO output prints it, UTC where it names no zone; None for anything else."""
    if len(value) < 10 or value[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


Point = tuple[int, float]


def point(value: str) -> Point | None:
    """Return a bound's value as something that sorts; None for texts, which sort by their collation."""
    if value in _ENDS:
        return (_ENDS[value], 0.0)
    time = read_time(value)
    if time is not None:
        return (0, time.timestamp())
    try:
        return (0, float(value))
    except ValueError:
        return None


def ordered(parts: list[Partition]) -> list[Partition] | None:
    """Return partitions by their lower bound, or None where that order is not known."""
    keys = {id(p): tuple(point(v) for v in p.range.low) for p in parts}
    if any(None in key for key in keys.values()):
        return None
    return sorted(parts, key=lambda p: tuple(k for k in keys[id(p)] if k is not None))


def next_bound(part: Range, steps: int = 1) -> tuple[str, str] | None:
    """Return FROM and TO of the range that would follow one over time: as many months, or as long, each step."""
    if len(part.low) != 1:
        return None
    low, high = read_time(part.low[0]), read_time(part.high[0])
    if low is None or high is None or high <= low:
        return None
    if low.day == high.day == 1 and low.time() == high.time():
        months = (high.year - low.year) * 12 + high.month - low.month
        month = high.month - 1 + months * steps
        after = high.replace(year=high.year + month // 12, month=month % 12 + 1)
    else:
        after = high + timedelta(seconds=(high - low).total_seconds() * steps)
    text = part.high[0]
    shown = after.date().isoformat() if len(text) == 10 else after.isoformat(sep=" ")
    if len(text) > 10 and not text[10:].count("+") and not text[11:].count("-"):
        shown = after.replace(tzinfo=None).isoformat(sep=" ")
    return text, shown
