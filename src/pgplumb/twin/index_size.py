"""How large an index would be if it were really built, from plain figures alone.

A B-tree is worked out as `nbtsort.c` would fill its pages, deduplication included; hash and BRIN as their build
routines allocate; GIN from the number of keys and the length of compressed posting lists; GiST and SP-GiST by the
width of an entry. Sources: https://www.postgresql.org/docs/current/btree.html (implementation, deduplication),
src/backend/access/{nbtree,hash,brin,gin}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, log2

from pgplumb.twin.btree_size import BLOCK, LINE_POINTER, USABLE, KeyColumn, aligned, btree, parts, tuple_width

__all__ = ["IndexSize", "KeyColumn", "deduplicates", "estimate_index_size"]

_TUPLE_HEADER = 8
_GIN_LONGEST = 2712
"""The most bytes of an entry whose rows are listed beside it (GinMaxItemSize)."""
_GIN_LEAF = 8000
_GIN_FILL = 0.60
"""How full sorted insertion leaves the pages of entries."""

_EQUAL_IMAGE_NAMES = (
    "int2 int4 int8 oid bool char date time timetz timestamp timestamptz uuid text varchar bpchar bytea name inet"
    " cidr macaddr macaddr8 money bit varbit xid8 pg_lsn tid"
)
_EQUAL_IMAGE = frozenset(_EQUAL_IMAGE_NAMES.split())
"""Types whose equal values are equal to the byte: those with an equalimage support function that says so."""


@dataclass(frozen=True, slots=True)
class IndexSize:
    """What a built index would have."""

    pages: int
    height: int
    """The level of a B-tree's root: 0 where it is a leaf, and for every other method."""

    @property
    def bytes(self) -> int:
        """Of the main fork."""
        return self.pages * BLOCK


def deduplicates(type_name: str, *, is_enum: bool = False, deterministic: bool = True) -> bool:
    """Whether a B-tree may merge equal keys of a type (by its typname; a domain's base type).

    Not for numeric, jsonb, floats, arrays, ranges and composites, nor under a nondeterministic collation.
    """
    return deterministic and (is_enum or type_name in _EQUAL_IMAGE)


def estimate_index_size(
    method: str,
    *,
    tuples: float,
    keys: Sequence[KeyColumn],
    included: Sequence[KeyColumn] = (),
    heap_pages: int = 0,
    selectivity: float = 1.0,
    distinct: float | None = None,
    fillfactor: int | None = None,
    server_version: int = 180000,
    keys_per_row: float | None = None,
    pages_per_range: int = 128,
    opclass: str = "",
    element_frequencies: Sequence[float] = (),
) -> IndexSize:
    """Return the size that CREATE INDEX would leave.

    `tuples` and `heap_pages` are the table's. `selectivity` is the share of its rows that a partial index holds.
    `distinct` is how many different keys of all columns together there are (CREATE STATISTICS ndistinct), where
    it is known. For GIN, `keys[0].distinct` counts different elements, `keys_per_row` those of one
    row, `element_frequencies` are the shares of rows of the most common ones (pg_stats.most_common_elem_freqs).
    """
    share = min(max(selectivity, 0.0), 1.0)
    rows = max(tuples, 0.0) * share
    if method == "hash":
        return IndexSize(_hash(rows, keys, fillfactor or 75), 0)
    if method == "brin":
        return IndexSize(_brin(heap_pages, keys, pages_per_range, opclass), 0)
    if method == "gin":
        return IndexSize(_gin(rows, heap_pages, keys[0], keys_per_row or 1.0, element_frequencies), 0)
    if method != "btree":
        return IndexSize(_boxes(method, rows, keys, included, server_version), 0)
    merges = not included and server_version >= 130000 and all(k.deduplicates for k in keys)
    divided = parts(max(tuples, 0.0), share, (*keys, *included), merges, distinct)
    return IndexSize(*btree(rows, divided, keys, fillfactor or 90))


def _hash(rows: float, keys: Sequence[KeyColumn], fillfactor: int) -> int:
    """Buckets come in quarters of powers of two; long chains take overflow pages."""
    item = 16 + LINE_POINTER
    rows *= 1 - keys[0].null_fraction
    per_bucket = max(BLOCK * fillfactor // 100 // item, 10)
    wanted = max(rows / per_bucket, 2.0)
    power = ceil(log2(wanted))
    buckets = 2.0**power
    if power >= 10:
        half = 2.0 ** (power - 1)
        buckets = half + ceil((wanted - half) / (half / 4)) * half / 4
    per_page = USABLE // item
    distinct = max(min(keys[0].distinct, rows), 1.0)
    used = buckets * (1 - exp(-distinct / buckets))
    load = rows / used if used else 0.0
    # Buckets differ: by chance where the values are many, by the values where they are few.
    spread = (rows / buckets * (1 + rows / distinct)) ** 0.5
    over = max(load + spread / 3 - per_page, 0.0) / per_page
    return int(buckets + used * (ceil(over) if load > 2 * per_page else over)) + 2


def _brin(heap_pages: int, keys: Sequence[KeyColumn], pages_per_range: int, opclass: str) -> int:
    """One summary for each range of heap pages, and the map that finds them."""
    ranges = max(ceil(heap_pages / pages_per_range), 1)
    values = 32 if "multi" in opclass else 2
    width = sum(k.width * values for k in keys)
    if "bloom" in opclass:
        width = 4400.0 * len(keys)
    summary = aligned(8 + width) + LINE_POINTER
    per_page = max(int(8152 // summary), 1)
    return 1 + ceil(ranges / 1360) + ceil(ranges / per_page)


def _gin(
    rows: float,
    heap_pages: float,
    key: KeyColumn,
    keys_per_row: float,
    frequencies: Sequence[float],
) -> int:
    """Entries in key order, each with its rows as a list of varying bytes, or a tree of them where it is long."""
    rows *= 1 - key.null_fraction
    # The width is the column's: a key is one of a row's.
    width = key.length if key.length > 0 else max(key.width / max(keys_per_row, 1.0), 4.0)
    entry = aligned(_TUPLE_HEADER + width)
    rest = max(keys_per_row - sum(frequencies), 0.0) * rows
    kinds = [(1.0, rows * f) for f in frequencies]
    others = max(min(key.distinct - len(kinds), rest), 0.0)
    if others >= 1:
        kinds.append((others, rest / others))
    entries = trees = 0.0
    for count, each in kinds:
        places = (each - 1) * _place(heap_pages / max(each, 1.0)) + 8 if each > 1 else 0.0
        if entry + places > _GIN_LONGEST:
            leaves = places / _GIN_LEAF
            trees += count * (1 if leaves <= 0.9 else leaves + 1.5)
            places = 8.0
        entries += count * (entry + places + 6 + LINE_POINTER)
    return ceil(entries / (8152 * _GIN_FILL)) + ceil(trees) + 2


def _place(apart: float) -> float:
    """Bytes of one row in a posting list: its distance (pages * 2048 + offset) in groups of seven bits."""
    each_page = 1 / max(apart, 1e-6)
    crosses = (1 - exp(-each_page)) / each_page
    return (1 - crosses) + crosses * (2 + exp(-8 / max(apart, 1e-6)) + exp(-1024 / max(apart, 1e-6)))


def _boxes(
    method: str, rows: float, keys: Sequence[KeyColumn], included: Sequence[KeyColumn], version: int
) -> int:
    """GiST and SP-GiST: pages as full as splits leave them. GiST keeps a point as a box."""
    fill = 0.67
    if method == "spgist":
        fill = 0.75
        keys = [KeyColumn(k.width + 8, k.distinct, 0, k.length and k.length + 8, "d") for k in keys]
    elif all(k.length > 8 for k in keys):
        keys = [KeyColumn(2 * k.width, k.distinct, 0, 2 * k.length, k.align) for k in keys]
    elif all(k.length == -1 for k in keys):
        # Ranges: from 18 on they are sorted first.
        fill = 0.98 if version >= 180000 else 0.5
    item = tuple_width((*keys, *included)) + LINE_POINTER
    return max(ceil(rows * item / (USABLE * fill)), 1) + 1
