"""Each rule speaks where it should, and no other rule with it."""

from __future__ import annotations

import pytest

from tests.workload.insights.conftest import Laboratory
from tests.workload.insights.scenarios import SCENARIOS, Scenario


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_plan_made_to_show_one_thing_shows_that_alone(laboratory: Laboratory, scenario: Scenario) -> None:
    found = laboratory.insights(scenario.query, scenario.settings, scenario.analyse)
    assert [one.id for one in found] == [scenario.rule], [str(one.message) for one in found]
    assert scenario.says in found[0].message
