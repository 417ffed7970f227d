"""The names that a profile may use are those that rules use."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from pgplumb import checks
from pgplumb.checks.thresholds import MORE, known_names
from pgplumb.foundation.preset import preset, preset_names

_USED = re.compile(r"threshold\(\s*\"([a-z0-9-]+)\"")


def used() -> set[str]:
    root = Path(checks.__file__).parent
    return {name for file in root.rglob("*.py") for name in _USED.findall(file.read_text(encoding="utf-8"))}


def test_every_threshold_that_a_rule_asks_for_may_be_set() -> None:
    assert sorted(used() - known_names().thresholds) == []


def test_every_threshold_that_is_explained_is_asked_for() -> None:
    assert sorted(MORE.keys() - used()) == []


def test_presets_name_rules_and_thresholds_that_there_are() -> None:
    known = known_names()
    for name in preset_names():
        for deviation in preset(name).deviations:
            assert deviation.rule is None or deviation.rule in known.rules, (name, deviation)
            assert deviation.threshold is None or deviation.threshold in known.thresholds, (name, deviation)


def test_the_page_about_profiles_is_what_presets_thresholds_and_items_say() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs"
    page = runpy.run_path(str(docs / "generate_profile.py"))["text"]()
    assert (docs / "profile.md").read_text(encoding="utf-8") == page, "run `python docs/generate_profile.py`"
