"""The rules as a collection: each is whole, and each stands in a file of its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pgplumb.workload.insights import rules
from pgplumb.workload.insights.registry import all_rules
from pgplumb.workload.insights.rule import Rule

RULES = all_rules()


def test_every_file_is_a_rule_of_its_name() -> None:
    files = {path.stem for path in Path(rules.__path__[0]).glob("*.py")} - {"__init__"}
    assert {rule.id.replace("-", "_") for rule in RULES} == files


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_why_and_where_it_is_written(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule.source.startswith("https://www.postgresql.org/docs/current/")
    assert len(re.findall(r"\.(?= |$)", rule.why)) == 2
    assert rule.hint.endswith(".")
    assert not rule.title.endswith(".")
    assert rule.fires
    assert rule.silent
    assert set(rule.yields_to) <= {other.id for other in RULES} - {rule.id}
    assert rule.advise == ("advisor" in rule.hint or rule.id == "trigger-time")


def test_no_two_rules_yield_to_each_other() -> None:
    yielding = {rule.id: set(rule.yields_to) for rule in RULES}
    for id, others in yielding.items():  # noqa: A001
        assert all(id not in yielding[other] for other in others)
