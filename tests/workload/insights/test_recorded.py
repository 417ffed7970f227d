"""Plans recorded from servers, read without any server: what a version calls a thing makes no difference.

Recorded on 15, 17 and 18; the keys that 14 and 16 lack or name otherwise are taken from those.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pgplumb.workload.insights.engine import insights

PLANS = sorted((Path(__file__).parent / "plans").glob("*.json"))
SAYS_NOTHING = ("window", "disabled", "parallel")

Raw = dict[str, Any]


def recorded(path: Path) -> Raw:
    found: list[Raw] = json.loads(path.read_text())
    return found[0]


def without(raw: Any, gone: Callable[[str], bool]) -> Any:
    """Return a JSON value with some keys left out, at any depth."""
    if isinstance(raw, dict):
        return {key: without(value, gone) for key, value in raw.items() if not gone(key)}
    return [without(one, gone) for one in raw] if isinstance(raw, list) else raw


def rounded(raw: Any) -> Any:
    """Return a plan with whole rows, as every version before 18 prints them."""
    if isinstance(raw, dict):
        return {k: round(v) if k == "Actual Rows" else rounded(v) for k, v in raw.items()}
    return [rounded(one) for one in raw] if isinstance(raw, list) else raw


def ids(raw: Raw) -> list[str]:
    return [one.id for one in insights(raw)]


def expected(path: Path) -> list[str]:
    name = path.name.partition(".")[0].removesuffix("-incremental")
    return [] if name in SAYS_NOTHING else [name]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_recorded_plan_says_what_it_shows(path: Path) -> None:
    assert ids(recorded(path)) == expected(path)


@pytest.mark.parametrize("path", [p for p in PLANS if "pg15" in p.name], ids=lambda path: path.stem)
def test_a_plan_of_13_is_read_without_what_came_later(path: Path) -> None:
    later = ("Async Capable", "Temp I/O Read Time", "Temp I/O Write Time", "Query Identifier", "Cache Mode")
    assert ids(without(recorded(path), lambda key: key in later)) == expected(path)


@pytest.mark.parametrize("path", [p for p in PLANS if "pg18" in p.name], ids=lambda path: path.stem)
def test_a_plan_of_16_names_times_otherwise_and_rounds_rows(path: Path) -> None:
    came_later = ("Disabled", "Index Searches", "Storage", "Maximum Storage", "Window")
    plan = without(recorded(path), lambda key: key in came_later or key.startswith("Local I/O"))
    older = json.loads(json.dumps(rounded(plan)).replace('"Shared I/O ', '"I/O '))
    assert ids(older) == expected(path)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_without_buffers_settings_and_verbose_a_plan_is_read_too(path: Path) -> None:
    def optional(key: str) -> bool:
        return key in ("Settings", "Output", "Schema") or key.startswith(("Shared ", "Local ", "Temp "))

    assert ids(without(recorded(path), optional)) == expected(path)


def test_the_plan_object_alone_is_read_too() -> None:
    plan = recorded(next(p for p in PLANS if p.name == "hash-spill.pg18.json"))
    assert ids(plan["Plan"]) == ["hash-spill"]


def test_what_stands_around_the_plan_is_missed_silently() -> None:
    plan = recorded(next(p for p in PLANS if p.name == "trigger-time.pg18.json"))
    assert ids(plan["Plan"]) == []


def test_memory_is_told_as_the_plan_had_it() -> None:
    plan = recorded(next(p for p in PLANS if p.name == "sort-spill.pg17.json"))
    (found,) = insights(plan)
    assert found.evidence["work_mem_kilobytes"] == 64


def test_a_plan_as_deep_as_json_allows_is_read() -> None:
    deep: Raw = {"Node Type": "Sort", "Sort Space Type": "Disk", "Sort Space Used": 5, "Actual Loops": 1}
    for _ in range(3000):
        deep = {"Node Type": "Result", "Actual Loops": 1, "Plans": [deep]}
    (found,) = insights(deep)
    assert found.id == "sort-spill"
