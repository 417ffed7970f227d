"""The quality checklist: never better than what is under it."""

from __future__ import annotations

from datetime import date

import pytest

from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.quality import GROUPS, Answer, items, quality
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Severity, Status
from pgplumb.foundation.profile import Attestation, Profile

TODAY = date(2026, 11, 21)
RULES = {rule.id: rule for rule in all_rules()}


def result(name: str, status: Status, severity: Severity = Severity.WARNING) -> RuleResult:
    return RuleResult(RULES[name], severity, status, 3, reason="not read" if status is Status.UNKNOWN else "")


def answered(item: str, profile: Profile | None = None, **said: Status) -> Answer:
    results = tuple(result(name.replace("_", "-"), status) for name, status in said.items())
    found = quality(Checklist(results), profile or Profile(), TODAY)
    return next(answer for answer in found if answer.item.id == item)


def test_every_group_has_items_and_ids_are_unique() -> None:
    assert {item.group for item in items()} == set(GROUPS)
    assert len({item.id for item in items()}) == len(items())
    assert not {item.id for item in items()} & RULES.keys()


def test_every_item_is_answered_by_something() -> None:
    assert [item.id for item in items() if not item.rules and not item.attested] == []


def test_an_item_passes_where_its_rules_do() -> None:
    found = answered("timestamps", audit_timestamps_present=Status.PASS, updated_at_maintained=Status.PASS)
    assert found.status is Status.PASS
    assert found.evidence == "2 rules over 6 things: 2 pass"


def test_one_unknown_rule_makes_it_unknown_and_a_failing_one_goes_before() -> None:
    unknown = answered(
        "timestamps", audit_timestamps_present=Status.PASS, updated_at_maintained=Status.UNKNOWN
    )
    assert unknown.status is Status.UNKNOWN
    assert "updated-at-maintained is unknown: not read" in unknown.evidence
    failing = answered(
        "timestamps", audit_timestamps_present=Status.FAIL, updated_at_maintained=Status.UNKNOWN
    )
    assert failing.status is Status.FAIL


def test_a_failing_rule_of_taste_does_not_fail_the_item() -> None:
    results = (
        result("audit-timestamps-present", Status.FAIL, Severity.INFO),
        result("updated-at-maintained", Status.PASS),
    )
    found = next(a for a in quality(Checklist(results), Profile(), TODAY) if a.item.id == "timestamps")
    assert found.status is Status.PASS
    assert "audit-timestamps-present" in found.evidence


def test_what_is_only_attested_is_unknown_until_somebody_does_and_again_when_it_lapses() -> None:
    assert answered("runbooks").status is Status.UNKNOWN
    held = Profile(attestations=(Attestation("runbooks", "maria", date(2026, 10, 1), TODAY),))
    found = answered("runbooks", held)
    assert (found.status, found.attested) == (Status.PASS, held.attestations[0])
    late = Profile(attestations=(Attestation("runbooks", "maria", date(2026, 10, 1), date(2026, 11, 20)),))
    lapsed = answered("runbooks", late)
    assert (lapsed.status, lapsed.attested) == (Status.UNKNOWN, None)
    assert "held until 2026-11-20" in lapsed.evidence


def test_a_word_never_covers_a_failure() -> None:
    held = Profile(attestations=(Attestation("monitoring", "maria", date(2026, 10, 1), TODAY),))
    found = answered("monitoring", held, pg_stat_statements_installed=Status.FAIL)
    assert found.status is Status.FAIL


def test_where_nothing_passes_even_rules_of_taste_fail_the_item_and_in_strict_items_they_always_do() -> None:
    taste = result("audit-timestamps-present", Status.FAIL, Severity.INFO)
    found = next(a for a in quality(Checklist((taste,)), Profile(), TODAY) if a.item.id == "timestamps")
    assert found.status is Status.FAIL
    mixed = (
        result("view-documented", Status.PASS),
        result("function-documented", Status.FAIL, Severity.INFO),
    )
    found = next(a for a in quality(Checklist(mixed), Profile(), TODAY) if a.item.id == "documentation")
    assert found.status is Status.FAIL


@pytest.mark.parametrize("status", [Status.NOT_APPLICABLE, Status.WAIVED])
def test_nothing_to_judge_and_all_waived_are_no_pass(status: Status) -> None:
    assert answered("timestamps", audit_timestamps_present=status).status is status


def test_a_rule_that_there_is_not_keeps_an_item_unknown() -> None:
    wanting = [item for item in items() if not RULES.keys() >= set(item.rules)]
    for item in wanting:
        there = {name.replace("-", "_"): Status.PASS for name in item.rules if name in RULES}
        assert answered(item.id, None, **there).status is Status.UNKNOWN, item.id
