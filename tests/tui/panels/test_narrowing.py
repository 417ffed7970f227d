"""What of the checklist is shown."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.checks.checklist import Checklist
from pgplumb.tui.panels.checklist_rows import Shown, checklist_items
from pgplumb.tui.panels.narrowing import Narrowing
from pgplumb.tui.panels.since import Since
from pgplumb.tui.widgets.ink import text_of
from tests.tui.fakes import catalog, checklist

ANSWERS = checklist(catalog())
EVERY = {str(r.rule.category): "all" for r in ANSWERS.results}
HERE = ("shop-eu", "shop")


def _rules(narrowing: Narrowing, answers: Checklist = ANSWERS, since: Since | None = None) -> set[str]:
    shown = Shown(dict.fromkeys(EVERY, "all"), frozenset(), None, narrowing, since)
    return {item.result.rule.id for item in checklist_items(answers, shown) if item.result is not None}


def test_by_severity_what_is_less_bad_is_left_out() -> None:
    errors = Narrowing().next_severity()
    warnings = errors.next_severity()
    assert _rules(errors) == {r.rule.id for r in ANSWERS.results if r.severity == "error"}
    assert _rules(warnings) == {r.rule.id for r in ANSWERS.results if r.severity != "info"}
    assert warnings.next_severity() == Narrowing()


def test_by_tier_what_matters_later_is_left_out() -> None:
    now = Narrowing().next_tier()
    growth = now.next_tier()
    assert _rules(now) == {r.rule.id for r in ANSWERS.results if r.rule.tier == "now"}
    assert _rules(growth) == {r.rule.id for r in ANSWERS.results if r.rule.tier != "scale"}
    assert growth.next_tier() == Narrowing()


def test_one_group_alone() -> None:
    assert _rules(Narrowing(category="keys")) == {
        r.rule.id for r in ANSWERS.results if r.rule.category == "keys"
    }


def test_words_say_all_that_was_chosen() -> None:
    assert Narrowing("error", "now", "keys", True).words() == ("errors", "now", "keys", "changed")
    assert Narrowing().words() == ()


def test_what_was_unknown_while_it_was_read_is_no_change() -> None:
    failing = next(r for r in ANSWERS.results if r.status == "fail")
    unread = replace(failing, status=failing.status.UNKNOWN, findings=(), reason="not read yet")
    since = Since()
    since.look(Checklist((unread,)), HERE)
    since.look(Checklist((failing,)), HERE)
    assert since.change(failing) is None


def test_a_rule_that_turned_to_pass_says_what_it_was_and_is_all_that_is_left() -> None:
    failing = next(r for r in ANSWERS.results if r.status == "fail")
    passing = replace(failing, status=failing.status.PASS, findings=())
    since = Since()
    since.look(ANSWERS, HERE)
    now = Checklist(tuple(passing if r is failing else r for r in ANSWERS.results))
    since.look(now, HERE)
    change = since.change(passing)
    assert change is not None
    assert change.words().startswith("was ")
    assert _rules(Narrowing(changed=True), now, since) == {failing.rule.id}
    item = next(
        i
        for i in checklist_items(now, Shown({}, frozenset(), None, Narrowing(changed=True), since))
        if i.result
    )
    assert change.words() in text_of(item.line(60))


def test_findings_that_come_and_go_are_counted_and_the_new_ones_marked() -> None:
    failing = next(r for r in ANSWERS.results if r.status == "fail")
    other = replace(failing.findings[0], object="table:app.made_since")
    after = replace(failing, findings=(*failing.findings[1:], other))
    since = Since()
    since.look(Checklist((failing,)), HERE)
    since.look(Checklist((after,)), HERE)
    change = since.change(after)
    assert change is not None
    assert change.words() == "1 new, 1 gone"
    items = checklist_items(
        Checklist((after,)), Shown({}, frozenset({after.rule.id}), None, Narrowing(), since)
    )
    assert [i.finding.object for i in items if i.finding and i.change == "new"] == [other.object]


def test_another_database_begins_anew() -> None:
    failing = next(r for r in ANSWERS.results if r.status == "fail")
    passing = replace(failing, status=failing.status.PASS, findings=())
    since = Since()
    since.look(Checklist((failing,)), HERE)
    since.look(Checklist((passing,)), ("shop-eu", "other"))
    assert since.change(passing) is None
