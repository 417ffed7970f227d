"""Bounds of partitions, read as the server prints them."""

from __future__ import annotations

import pytest

from pgplumb.checks.partition_bounds import Range, next_bound, point, read_range, read_time


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')", ("2024-01-01",), ("2024-02-01",)),
        ("FOR VALUES FROM (MINVALUE) TO (10)", ("MINVALUE",), ("10",)),
        ("FOR VALUES FROM (-5) TO ('-1')", ("-5",), ("-1",)),
        ("FOR VALUES FROM ('a, (b', 1) TO ('o''c)', MAXVALUE)", ("a, (b", "1"), ("o'c)", "MAXVALUE")),
    ],
)
def test_a_range_is_read(text: str, low: tuple[str, ...], high: tuple[str, ...]) -> None:
    assert read_range(text) == Range(low, high)


@pytest.mark.parametrize(
    "text", ["DEFAULT", "FOR VALUES IN ('a', 'b')", "FOR VALUES WITH (modulus 4, remainder 0)", ""]
)
def test_anything_else_is_no_range(text: str) -> None:
    assert read_range(text) is None


@pytest.mark.parametrize(
    ("low", "high", "after"),
    [
        ("2024-01-01", "2024-02-01", "2024-03-01"),
        ("2024-11-01", "2025-01-01", "2025-03-01"),
        ("2023-01-01", "2024-01-01", "2025-01-01"),
        ("2024-02-26", "2024-03-04", "2024-03-11"),
        ("2024-01-01 00:00:00+00", "2024-02-01 00:00:00+00", "2024-03-01 00:00:00+00:00"),
        ("2024-01-01 00:00:00", "2024-01-01 06:00:00", "2024-01-01 12:00:00"),
    ],
    ids=["month", "two months", "year", "week", "with a zone", "six hours"],
)
def test_the_next_range_is_as_long_as_the_last(low: str, high: str, after: str) -> None:
    assert next_bound(Range((low,), (high,))) == (high, after)


def test_what_is_no_time_has_no_next() -> None:
    assert next_bound(Range(("1",), ("10",))) is None
    assert read_time("0044-03-15 BC") is None
    assert point("aardvark") is None
    assert point("MINVALUE") < point("-99999") < point("2024-01-01") < point("MAXVALUE")  # type: ignore[operator]
