"""The quality checklist by name, as rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pgplumb.checks.quality import quality
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Attestation, Profile
from pgplumb.tui.panels.checklist_rows import Shown, explanation, rule_items
from pgplumb.tui.panels.narrowing import Narrowing
from pgplumb.tui.panels.quality_rows import mark_of_answer, quality_items
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import text_of
from tests.tui.fakes import catalog, checklist

TODAY = date(2026, 3, 14)
ANSWERS = quality(checklist(catalog()), Profile(), TODAY)


def test_every_item_stands_under_its_group_by_name() -> None:
    rows = quality_items(ANSWERS, Shown({}, frozenset()))
    assert [row.title for row in rows if row.depth == 1] == [answer.item.name for answer in ANSWERS]
    assert [row.title for row in rows if row.depth == 0] == list(dict.fromkeys(a.item.group for a in ANSWERS))


def test_an_item_that_is_not_known_never_looks_like_a_pass() -> None:
    for answer in ANSWERS:
        assert (mark_of_answer(answer) is glyphs.PASS) == (answer.status == "pass")


def test_an_opened_item_lists_its_rules_and_the_row_says_the_evidence() -> None:
    answer = next(a for a in ANSWERS if a.rules)
    key = f"quality item:{answer.item.id}"
    rows = quality_items(ANSWERS, Shown({key: "all"}, frozenset()))
    listed = [row.result.rule.id for row in rows if row.category == key and row.result is not None]
    assert sorted(listed) == sorted(result.rule.id for result in answer.rules)
    item = next(row for row in rows if row.key == key)
    assert answer.evidence in text_of(explanation(item)[1])


def test_keys_of_rows_are_their_own_where_a_rule_serves_two_items() -> None:
    unfolded = {f"quality item:{a.item.id}": "all" for a in ANSWERS}
    opened = frozenset(r.rule.id for a in ANSWERS for r in a.rules)
    keys = [row.key for row in quality_items(ANSWERS, Shown(unfolded, opened))]  # type: ignore[arg-type]
    assert len(keys) == len(set(keys))


def test_what_is_attested_says_so_and_until_when() -> None:
    item = next(a.item for a in ANSWERS if a.item.attested)
    profile = Profile(attestations=(Attestation(item.id, "jonas", TODAY, date(2026, 12, 31)),))
    checked = checklist(catalog())
    passing = replace(
        checked, results=tuple(replace(r, status=r.status.PASS, findings=()) for r in checked.results)
    )
    rows = quality_items(quality(passing, profile, TODAY), Shown({}, frozenset()))
    assert next(r.figures for r in rows if r.title == item.name) == "attested until 2026-12-31"


def test_an_item_or_rule_whose_attestation_ran_out_says_since_when() -> None:
    over = Attestation("restore-test-declared", "jonas", date(2025, 1, 1), date(2026, 3, 13))
    item = next(a.item for a in ANSWERS if a.item.attested)
    profile = Profile(attestations=(over, replace(over, rule=item.id)))
    checked = checklist(catalog())
    passing = replace(
        checked, results=tuple(replace(r, status=r.status.PASS, findings=()) for r in checked.results)
    )
    rows = quality_items(quality(passing, profile, TODAY), Shown({}, frozenset()))
    assert next(r.figures for r in rows if r.title == item.name) == "attestation expired 2026-03-13"
    alone = replace(checked.results[0], status=Status.UNKNOWN, findings=(), lapsed=over)
    row = rule_items("keys", [alone], Shown({}, frozenset()))[0]
    assert (row.figures, row.mark) == ("attestation expired 2026-03-13", glyphs.UNKNOWN)


def test_narrowed_only_items_with_such_a_rule_are_left() -> None:
    rows = quality_items(ANSWERS, Shown({}, frozenset(), None, Narrowing(category="tenancy")))
    named = {a.item.name for a in ANSWERS if any(r.rule.category == "tenancy" for r in a.rules)}
    assert {row.title for row in rows if row.depth == 1} == named
