"""Chooses values of columns for the parameters that are compared with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pgplumb.foundation.text import percent

if TYPE_CHECKING:
    from pgplumb.workload.column_values import ColumnValues
    from pgplumb.workload.compared import ColumnKey, Comparison

_LOWER = (">", ">=")
_UPPER = ("<", "<=")
_IN_ARRAY = 3
"""Values in an array: an application's is longer, but nobody knows how long."""

Chosen = tuple[str, str]
"""A value, and in words without it what was chosen."""


def choose(
    compared: Iterable[Comparison], values: Mapping[ColumnKey, ColumnValues], name: str
) -> Mapping[int, Chosen]:
    """Return a value for each parameter that has one, by its number. `name` is "common" or "rare"."""
    grouped: dict[tuple[str, ColumnKey], list[Comparison]] = {}
    for one in compared:
        if one.column is not None:
            grouped.setdefault((one.alias, one.column), []).append(one)
    found: dict[int, Chosen] = {}
    for (_, column), group in grouped.items():
        known = values[column]
        two_sided = any(c.operator in _LOWER for c in group) and any(c.operator in _UPPER for c in group)
        for one in group:
            if one.operator in ("=", "any"):
                chosen = _equal(known, one, name == "common")
            elif two_sided:
                chosen = _range(known, one.operator in _LOWER, name == "common")
            else:
                chosen = _half(known, one.operator in _LOWER, name == "common")
            if chosen is not None:
                found.setdefault(one.number, chosen)
    return found


def _equal(known: ColumnValues, one: Comparison, common: bool) -> Chosen | None:
    if one.operator == "any":
        picked = [p for i in range(_IN_ARRAY) if (p := _pick(known, i, common)) is not None]
        if not picked:
            return None
        return _array(dict.fromkeys(p[0] for p in picked)), picked[0][1]
    return _pick(known, one.place, common)


def _pick(known: ColumnValues, place: int, common: bool) -> Chosen | None:
    """Return one value; lists take others for each of their places."""
    if known.most_common and (common or not known.histogram):
        count = len(known.most_common)
        index = place % count if common else count - 1 - place % count
        share = percent(known.frequencies[index]) if index < len(known.frequencies) else "unknown"
        return known.most_common[index], f"{'most' if common else 'least'} common value ({share} of the rows)"
    if known.histogram:
        count = len(known.histogram)
        index = (count // 2 + place * max(count // 7, 1) + (0 if common else count // 3)) % count
        said = "a value from the middle, all are alike" if not known.most_common else "a rare value"
        return known.histogram[index], said
    return None


def _range(known: ColumnValues, is_lower: bool, common: bool) -> Chosen | None:
    """Return a bound of a range with two of them: wide, half of the rows; narrow, one part of the histogram."""
    bounds = known.histogram
    if len(bounds) < 2:
        return (known.most_common[0], "one value") if known.most_common else None
    last = len(bounds) - 1
    if common:
        return bounds[last // 4 if is_lower else max(last * 3 // 4, 1)], "a wide range"
    return bounds[last // 2 if is_lower else min(last // 2 + 1, last)], "a narrow range"


def _half(known: ColumnValues, is_lower: bool, common: bool) -> Chosen | None:
    """Return a bound of a range that is open on one side."""
    bounds = known.histogram
    if not bounds:
        return (known.most_common[0], "the most common value") if known.most_common else None
    if common:
        return bounds[len(bounds) // 2], "half of the rows"
    return bounds[-2 if is_lower else 1] if len(bounds) > 1 else bounds[0], "few of the rows"


def _array(values: Iterable[str]) -> str:
    """Return an array literal's text."""
    quoted = ('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)
    return "{" + ",".join(quoted) + "}"
