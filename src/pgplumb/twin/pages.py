"""Page images that make an empty relation look, to the planner, like a large one.

The planner asks a B-tree for the level of its root and a BRIN index for the length of its range map; both stand on
the index's first page. The images here are valid pages: a scan of such a tree descends to an empty leaf and ends.

Sources: src/include/storage/bufpage.h, access/nbtree.h, access/brin_page.h; the layouts are the same from 13 to 18.
Byte order is this machine's: the files belong to a server that runs here. The cluster must not have data checksums.
"""

from __future__ import annotations

import struct

BLOCK = 8192
"""Bytes of a page."""

_HEADER = 24
_LAYOUT = 4
"""PG_PAGE_LAYOUT_VERSION."""
_SPECIAL = BLOCK - 16
"""Where BTPageOpaqueData begins."""
_BTREE_MAGIC = 0x053162
_BRIN_MAGIC = 0xA8109CFA
_REVMAP_ITEMS = 1360
"""REVMAP_PAGE_MAXITEMS: block ranges whose summaries one page of the range map finds."""
_LEAF, _ROOT = 1, 2
_NORMAL_ITEM = 1
_PIVOT_OF_NO_ATTRIBUTES = 0x2000 | 8
"""INDEX_ALT_TID_MASK and the length: "minus infinity", which every key is above."""


class PageError(Exception):
    """A first page is not that of an empty index of the method that was named."""


def btree(meta: bytes, height: int) -> bytes:
    """Return the first pages of a B-tree whose root stands `height` levels above an empty leaf.

    `meta` is the first page of the empty index. A tree has `height` + 1 pages behind it; the rest of the file may
    be a hole. Raises PageError.
    """
    magic, version = struct.unpack_from("=II", meta, _HEADER)
    if len(meta) < BLOCK or magic != _BTREE_MAGIC:
        raise PageError("not the first page of a B-tree")
    if version < 3:
        raise PageError(f"a B-tree of version {version}, which PostgreSQL 11 and later do not make")
    root = height + 1
    page = bytearray(meta[:BLOCK])
    struct.pack_into("=IIII", page, _HEADER + 8, root, height, root, height)
    pages = [_btree_page(level, child=level, is_root=level == height) for level in range(height + 1)]
    return bytes(page) + b"".join(pages)


def brin(meta: bytes, heap_pages: int) -> bytes:
    """Return the first page of a BRIN index over a table of so many pages. Raises PageError."""
    magic, _version, pages_per_range, _last = struct.unpack_from("=IIII", meta, _HEADER)
    if len(meta) < BLOCK or magic != _BRIN_MAGIC or pages_per_range == 0:
        raise PageError("not the first page of a BRIN index")
    ranges = -(-heap_pages // pages_per_range)
    page = bytearray(meta[:BLOCK])
    struct.pack_into("=I", page, _HEADER + 12, max(-(-ranges // _REVMAP_ITEMS), 1))
    return bytes(page)


def _btree_page(level: int, child: int, is_root: bool) -> bytes:
    """Return the only page of a level, at block `level` + 1; one above the leaves points at `child`."""
    page = bytearray(BLOCK)
    lower, upper = _HEADER, _SPECIAL
    if level:
        lower, upper = _HEADER + 4, _SPECIAL - 8
        struct.pack_into("=I", page, _HEADER, upper | _NORMAL_ITEM << 15 | 8 << 17)
        struct.pack_into("=HHHH", page, upper, child >> 16, child & 0xFFFF, 0, _PIVOT_OF_NO_ATTRIBUTES)
    flags = (0 if level else _LEAF) | (_ROOT if is_root else 0)
    struct.pack_into("=HHHHHHI", page, 8, 0, 0, lower, upper, _SPECIAL, BLOCK | _LAYOUT, 0)
    struct.pack_into("=IIIHH", page, _SPECIAL, 0, 0, level, flags, 0)
    return bytes(page)
