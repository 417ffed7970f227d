"""The stored forms of extended statistics, which are the same from version 13 to 18.

Source: PostgreSQL's src/backend/statistics: mvdistinct.c, dependencies.c and mcv.c. Numbers have the byte order of the
machine that wrote them and no alignment; what comes from here has this machine's.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NDISTINCT_MAGIC = 0xA352BFA4
DEPENDENCIES_MAGIC = 0xB4549A2C
MCV_MAGIC = 0xE1A651C2

_HERE = "<" if sys.byteorder == "little" else ">"
_SCALES_FROM = 0.1
"""ANALYZE takes a count of distinct values above this share of the rows for one that grows with the table."""


class StoredError(ValueError):
    """Bytes are not what they should be; the text says how."""


def ndistinct(stored: bytes, numbers: Mapping[int, int], rows: float = 0, scale: float = 1) -> bytes:
    """Return a pg_ndistinct with other attribute numbers, and with the counts that grow with the table multiplied.

    `rows` is how many the table had when the counts were made. Raises StoredError.
    """
    order, items = _header(stored, NDISTINCT_MAGIC)
    written = [struct.pack(_HERE + "III", NDISTINCT_MAGIC, 1, items)]
    at = 12
    for _ in range(items):
        count = _float(order, stored, at)
        (attributes,) = _unpack(order + "i", stored, at + 8)
        at += 12
        members = _unpack(f"{order}{attributes}h", stored, at)
        at += 2 * attributes
        if scale != 1 and count > rows * _SCALES_FROM:
            count *= scale
        written.append(struct.pack(_HERE + "di", count, attributes))
        written.append(struct.pack(f"{_HERE}{attributes}h", *_renumbered(members, numbers)))
    return b"".join(written)


def dependencies(stored: bytes, numbers: Mapping[int, int]) -> bytes:
    """Return a pg_dependencies with other attribute numbers. Raises StoredError."""
    order, items = _header(stored, DEPENDENCIES_MAGIC)
    written = [struct.pack(_HERE + "III", DEPENDENCIES_MAGIC, 1, items)]
    at = 12
    for _ in range(items):
        degree = _float(order, stored, at)
        (attributes,) = _unpack(order + "h", stored, at + 8)
        at += 10
        members = _unpack(f"{order}{attributes}h", stored, at)
        at += 2 * attributes
        written.append(struct.pack(_HERE + "dh", degree, attributes))
        written.append(struct.pack(f"{_HERE}{attributes}h", *_renumbered(members, numbers)))
    return b"".join(written)


@dataclass(frozen=True, slots=True)
class Item:
    """A combination of values of a most common values list."""

    frequency: float
    base_frequency: float
    """As if the columns were independent."""


def mcv(stored: bytes, order: Sequence[int], items: Sequence[Item]) -> bytes:
    """Return a pg_mcv_list of this machine with its items in another order and with other frequencies.

    `order` has for each new item the place of the old one. Raises StoredError.
    """
    _, count = _header(stored, MCV_MAGIC)
    (dimensions,) = _unpack("=h", stored, 12)
    size = dimensions * 3 + 16
    start = len(stored) - count * size
    if sorted(order) != list(range(count)) or len(items) != count:
        raise StoredError(f"the list has {count} items, not {len(items)}")
    written = [stored[:start]]
    for place, item in zip(order, items, strict=True):
        old = stored[start + place * size : start + (place + 1) * size]
        frequencies = struct.pack("=dd", item.frequency, item.base_frequency)
        written += [old[:dimensions], frequencies, old[dimensions + 16 :]]
    return b"".join(written)


def _header(stored: bytes, magic: int) -> tuple[str, int]:
    """Return the byte order and the number of items."""
    for order in "<>":
        found, kind, items = _unpack(order + "III", stored, 0)
        if found == magic and kind == 1:
            return order, items
    raise StoredError("these extended statistics are stored in a form that is not known")


def _unpack(form: str, stored: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, stored, at)
    except struct.error:
        raise StoredError("the stored form of these extended statistics ends too early") from None


def _float(order: str, stored: bytes, at: int) -> float:
    try:
        return float(struct.unpack_from(order + "d", stored, at)[0])
    except struct.error:
        raise StoredError("the stored form of these extended statistics ends too early") from None


def _renumbered(members: Sequence[int], numbers: Mapping[int, int]) -> list[int]:
    """Return other numbers for columns; expressions have negative ones, which stay."""
    try:
        return [numbers[member] if member > 0 else member for member in members]
    except KeyError:
        raise StoredError("these extended statistics name a column that they are not of") from None
