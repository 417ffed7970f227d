"""Things that are found by being there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from pgplumb.foundation.one_a_module import by_id, found_in


@dataclass(frozen=True)
class Thing:
    id: str


def test_each_module_gives_one_in_order_also_those_of_packages_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "some_things"
    (root / "below").mkdir(parents=True)
    for name in ("__init__", "b", "a", "below/__init__", "below/c"):
        (root / f"{name}.py").write_text(f"THING = {name!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        assert list(found_in(import_module("some_things"), "THING")) == ["a", "b", "below/c"]
    finally:
        for name in [n for n in sys.modules if n.startswith("some_things")]:
            del sys.modules[name]


def test_two_of_one_name_are_a_mistake() -> None:
    assert list(by_id([Thing("b"), Thing("a")], "things")) == ["a", "b"]
    with pytest.raises(ValueError, match="two things are called a"):
        by_id([Thing("a"), Thing("a")], "things")
