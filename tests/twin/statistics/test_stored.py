from __future__ import annotations

import struct

import pytest

from pgplumb.twin.statistics import stored
from pgplumb.twin.statistics.stored import DEPENDENCIES_MAGIC, MCV_MAGIC, NDISTINCT_MAGIC, Item, StoredError


def counts(order: str = "<", count: float = 40.0, members: tuple[int, ...] = (2, 5)) -> bytes:
    head = struct.pack(order + "III", NDISTINCT_MAGIC, 1, 1)
    return head + struct.pack(f"{order}di{len(members)}h", count, len(members), *members)


def test_columns_get_their_numbers_in_the_twin_and_expressions_keep_theirs() -> None:
    assert stored.ndistinct(counts(members=(2, -1)), {2: 7}) == counts(members=(7, -1))


def test_counts_from_a_machine_of_the_other_byte_order_are_turned() -> None:
    assert stored.ndistinct(counts(">"), {2: 2, 5: 5}) == counts("<")


@pytest.mark.parametrize(("count", "expected"), [(40.0, 40.0), (900.0, 9000.0)])
def test_only_counts_that_grow_with_the_table_are_multiplied(count: float, expected: float) -> None:
    made = stored.ndistinct(counts(count=count), {2: 2, 5: 5}, rows=1000, scale=10)
    assert made == counts(count=expected)


def test_dependencies_are_renumbered() -> None:
    def made(*members: int) -> bytes:
        head = struct.pack("<III", DEPENDENCIES_MAGIC, 1, 1)
        return head + struct.pack("<dh2h", 0.75, 2, *members)

    assert stored.dependencies(made(1, 2), {1: 3, 2: 1}) == made(3, 1)


def test_items_of_a_list_change_place_and_frequencies_and_keep_their_values() -> None:
    def item(null: bool, frequency: float, base: float, index: int) -> bytes:
        return struct.pack("=?", null) + struct.pack("=ddH", frequency, base, index)

    head = struct.pack("=IIIhI", MCV_MAGIC, 1, 2, 1, 25) + b"values"
    old = head + item(False, 0.5, 0.5, 0) + item(True, 0.5, 0.5, 1)

    made = stored.mcv(old, [1, 0], [Item(0.9, 0.8), Item(0.1, 0.2)])

    assert made == head + item(True, 0.9, 0.8, 1) + item(False, 0.1, 0.2, 0)


@pytest.mark.parametrize("bad", [b"", b"\0" * 12, counts()[:20], counts()[:-1]])
def test_what_is_not_a_stored_form_is_refused(bad: bytes) -> None:
    with pytest.raises(StoredError):
        stored.ndistinct(bad, {2: 2, 5: 5})


def test_a_column_that_is_not_of_the_object_is_refused() -> None:
    with pytest.raises(StoredError, match="not of"):
        stored.ndistinct(counts(), {2: 2})
