"""How many pages a build of a B-tree fills, as `nbtsort.c` fills them, deduplication included.

Sources: https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION, src/backend/access/nbtree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp

BLOCK = 8192
USABLE = BLOCK - 24 - 16
"""Without the page's header and the special space at its end."""
LINE_POINTER = 4
_TUPLE_HEADER = 8
_NULL_BITMAP = 8
"""What a tuple with a null carries besides its header, aligned."""
_TID = 6
_POSTING_LIMIT = (BLOCK * 10 // 100 // 8 * 8 - LINE_POINTER) // 8 * 8
"""The most bytes of a tuple with a posting list that a build makes (nbtsort.c)."""

Part = tuple[float, float, float | None]
"""Rows, the width of one's tuple, and how many different keys they have; None where equal keys stay apart."""


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """What the size depends on of one column or expression, as pg_stats and pg_type say it."""

    width: float
    """Average width in bytes of a value that is not null (pg_stats.avg_width)."""
    distinct: float
    """How many different values, as a count: 1 or more."""
    null_fraction: float = 0.0
    length: int = -1
    """pg_type.typlen: -1 for a variable length."""
    align: str = "i"
    """pg_type.typalign: c, s, i or d."""
    deduplicates: bool = True
    """Whether equal values are equal to the byte: see `deduplicates`."""
    common: float = 0.0
    """The share of rows that have the most common value (the first of most_common_freqs); 0 where none stands out."""


def btree(
    rows: float,
    divided: Sequence[Part],
    keys: Sequence[KeyColumn],
    fillfactor: int,
) -> tuple[int, int]:
    """Fill leaves, then the levels above them: pages in all, and the root's level."""
    leaves = sum(_leaves(n, width, count, fillfactor) for n, width, count in divided if n > 0)
    level = max(ceil(leaves), 1) if rows >= 1 else 0
    pages = level
    height = 0
    # Only as many leading columns as tell two leaves apart are kept above them, and the heap's place for duplicates.
    groups = [count for _, _, count in divided if count is not None]
    separator = tuple_width(keys) + (8 if groups and sum(groups) < rows / 2 else 0)
    fanout = max((USABLE * 0.70) / (separator + LINE_POINTER), 2.0)
    while level > 1:
        level = ceil(level / fanout)
        pages += level
        height += 1
    return pages + 1, height


def parts(
    tuples: float,
    share: float,
    columns: Sequence[KeyColumn],
    merges: bool,
    distinct: float | None,
) -> list[Part]:
    """Divide the rows by which columns are null in them."""
    found = []
    nullable = [i for i, c in enumerate(columns) if c.null_fraction > 0.001][:3]
    for mask in range(2 ** len(nullable)):
        absent = {i for bit, i in enumerate(nullable) if mask >> bit & 1}
        part = tuples
        for i in nullable:
            part *= columns[i].null_fraction if i in absent else 1 - columns[i].null_fraction
        present = [c for i, c in enumerate(columns) if i not in absent]
        if not merges:
            count = None
        elif distinct is not None and not absent:
            count = _sampled(distinct, part, share)
        else:
            count = _combinations(part, present, share)
        found.append((part * share, tuple_width(present, nulls=bool(absent)), count))
    return found


def _leaves(rows: float, width: float, groups: float | None, fillfactor: int) -> float:
    """How many leaf pages a build fills with so many rows of so many different keys."""
    keep_free = BLOCK * (100 - fillfactor) / 100
    if groups is None or groups >= rows * 0.999:
        item = width + LINE_POINTER
        return rows * item / _capacity(item, 0.0, keep_free)
    each = rows / groups
    most = max(int((_POSTING_LIMIT - width) // _TID), 1)
    if each > 10 * most:
        item = min(aligned(width + most * _TID), _POSTING_LIMIT) + LINE_POINTER
        return (rows / most + groups / 2) * item / _capacity(item, item - width, keep_free)
    if each > 8:
        lists = each / most + 0.5 if each > most / 2 else 1.0
        one = lists * (width + LINE_POINTER) + each * _TID + 3
    else:
        lists, one = 1.0, _few(each, width) + LINE_POINTER
    item = one / lists
    return groups * one / _capacity(item, max(item - width - LINE_POINTER, 0.0), keep_free)


def _few(mean: float, width: float) -> float:
    """The average bytes of a key that comes `mean` times, values being drawn at random: alone it has no list."""
    rate = mean
    for _ in range(40):
        rate = mean * (1 - exp(-rate))
    if rate < 1e-6:
        return width
    chance = rate * exp(-rate) / (1 - exp(-rate))
    total, left = chance * width, 1 - chance
    for times in range(2, 40):
        chance *= rate / times
        left -= chance
        total += chance * (width + aligned(times * _TID))
    return total + max(left, 0.0) * (width + aligned(40 * _TID))


def _capacity(item: float, list_bytes: float, keep_free: float) -> float:
    """How many bytes of items one leaf takes: the last one moves on and leaves its key as the page's bound.

    A page is closed when less than `keep_free` would be free after its last item's posting list has been cut off.
    """
    room = USABLE - LINE_POINTER
    if item >= 400:
        free, count = float(room), 0
        while free >= item + 4 and (count < 2 or free + list_bytes >= keep_free):
            free -= item
            count += 1
        return max(count - 1, 1) * item
    closed_at = max(keep_free - list_bytes, item)
    return max(room - closed_at + item / 2 - item, item)


def _combinations(tuples: float, keys: Sequence[KeyColumn], share: float) -> float:
    """How many different keys columns give together, taken as independent, in a share of the rows."""
    total = 1.0
    for count, common in sorted(((max(k.distinct, 1.0), k.common) for k in keys), reverse=True):
        # A value of the columns before comes in `each` rows; so many different ones of this column are with it.
        each = tuples / total
        if total == 1.0:
            total = min(count, max(tuples, 1.0))
        elif count > 1:
            # The most common value may fill the most of it.
            common = min(max(common, 1 / count), 0.999)
            others = (1 - common) / max(count - 1, 1.0)
            total *= (1 - (1 - common) ** each) + (count - 1) * (1 - (1 - others) ** each)
    return max(_sampled(total, tuples, share), 1.0)


def _sampled(distinct: float, tuples: float, share: float) -> float:
    """How many different values of a column are left in a share of its rows."""
    distinct = max(min(distinct, tuples), 1.0)
    return distinct * (1 - (1 - min(share, 1.0)) ** (tuples / distinct)) if share < 1 else distinct


def tuple_width(columns: Sequence[KeyColumn], *, nulls: bool = False) -> float:
    """The average width of one index tuple, with its header, aligned to eight bytes."""
    offset = float(_TUPLE_HEADER + (_NULL_BITMAP if nulls else 0))
    # What the offset is known to be a multiple of; where widths vary it may be any number up to there.
    known = 8
    for column in columns:
        if column.length == -1:
            # Up to 126 bytes a value has a header of one byte and no alignment.
            offset += column.width if column.width <= 127 else column.width + 3
            known = 1
        else:
            step = {"c": 1, "s": 2, "i": 4, "d": 8}.get(column.align, 4)
            offset = -(-offset // step) * step if known == 8 else offset + max(step - known, 0) / 2
            known = known if known == 8 else max(known, step)
            offset += max(column.length if column.length > 0 else column.width, 1)
            known = known if known == 8 and all(c.length != -1 for c in columns) else min(known, step)
    return aligned(offset) if all(c.length != -1 for c in columns) else offset + (8 - known) / 2


def aligned(width: float) -> float:
    """Round up to a multiple of eight."""
    return float(-(-width // 8) * 8)
