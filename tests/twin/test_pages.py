"""Page images: what the planner reads of them, and that a scan of them ends."""

from __future__ import annotations

import struct

import pytest

from pgplumb.twin.height import btree_height
from pgplumb.twin.pages import BLOCK, PageError, brin, btree


def _meta(magic: int, *fields: int) -> bytes:
    page = bytearray(BLOCK)
    struct.pack_into(f"={1 + len(fields)}I", page, 24, magic, *fields)
    return bytes(page)


def test_a_tree_has_a_page_for_each_level_and_one_before() -> None:
    assert len(btree(_meta(0x053162, 4, 0, 0, 0, 0), 3)) == 5 * BLOCK


def test_the_first_page_names_the_root_twice() -> None:
    image = btree(_meta(0x053162, 4, 0, 0, 0, 0), 2)
    assert struct.unpack_from("=IIII", image, 32) == (3, 2, 3, 2)


def test_the_rest_of_the_first_page_is_left_as_it_was() -> None:
    meta = bytearray(_meta(0x053162, 4, 0, 0, 0, 0))
    meta[64] = 1
    assert btree(bytes(meta), 1)[64] == 1


@pytest.mark.parametrize("page", [b"\0" * BLOCK, _meta(0x053162, 2, 0), _meta(0xA8109CFA, 1, 128, 1)])
def test_what_is_no_tree_is_not_patched(page: bytes) -> None:
    with pytest.raises(PageError):
        btree(page, 1)


def test_a_range_map_has_a_page_for_every_1360_ranges() -> None:
    image = brin(_meta(0xA8109CFA, 1, 128, 1), 128 * 1360 * 2 + 1)
    assert struct.unpack_from("=I", image, 36) == (3,)


@pytest.mark.parametrize(
    ("pages", "key", "height"),
    [
        (1, 8, 0),
        (2, 8, 0),
        (3, 8, 1),
        (200, 8, 1),
        (2000, 8, 2),
        (50_000, 8, 2),
        (200_000, 8, 3),
        (4000, 60, 2),
    ],
)
def test_a_tree_is_as_high_as_a_built_one(pages: int, key: int, height: int) -> None:
    assert btree_height(pages, key) == height
