"""The checklist as rows."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.checks.checklist import Checklist
from pgplumb.tui.marks import counts, mark_of
from pgplumb.tui.panels.checklist_rows import Shown, checklist_items, explanation
from pgplumb.tui.panels.strip import strip_line
from pgplumb.tui.state import State
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import text_of, width_of
from tests.tui.fakes import catalog, checklist

SHOWN = catalog()
ANSWERS = checklist(SHOWN)


def test_at_first_each_category_lists_what_does_not_pass_worst_first() -> None:
    items = checklist_items(ANSWERS, Shown({}, frozenset()))
    listed = [item for item in items if item.result is not None]
    assert {item.mark for item in listed} <= {glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN}
    expected = sum(mark_of(r) in (glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN) for r in ANSWERS.results)
    assert len(listed) == expected
    first = [item.mark for item in listed if item.category == listed[0].category]
    order = [glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN]
    assert first == sorted(first, key=order.index)


def test_unfolded_a_category_lists_every_rule() -> None:
    items = checklist_items(ANSWERS, Shown({"keys": "all"}, frozenset()))
    listed = [i for i in items if i.category == "keys" and i.result]
    assert len(listed) == sum(str(r.rule.category) == "keys" for r in ANSWERS.results)
    assert [
        i for i in checklist_items(ANSWERS, Shown({"keys": "none"}, frozenset())) if i.category == "keys"
    ][1:] == []


def test_every_item_has_a_sign_a_word_and_an_ink() -> None:
    for item in checklist_items(ANSWERS, Shown({"keys": "all"}, frozenset())):
        line = item.line(44)
        text = text_of(line)
        assert width_of(line) == 44
        assert f"{item.mark.glyph} " in text
        assert item.mark.word in text
        assert any(span.ink == item.mark.ink for span in line)


def test_a_category_is_as_bad_as_its_worst_rule_and_unknown_is_no_pass() -> None:
    unknown = Checklist(tuple(replace(r, status=r.status.UNKNOWN, findings=()) for r in ANSWERS.results[:1]))
    items = checklist_items(unknown, Shown({}, frozenset()))
    assert items[0].mark is glyphs.UNKNOWN
    assert items[0].figures == "0/1 pass · unknown"


def test_an_opened_rule_lists_its_findings() -> None:
    failing = next(r for r in ANSWERS.results if r.open_findings)
    items = checklist_items(ANSWERS, Shown({}, frozenset({failing.rule.id})))
    assert [i.finding for i in items if i.finding] == list(failing.open_findings)


def test_kept_to_one_object_only_what_names_it_is_left() -> None:
    wanted = "table:app.tasks"
    items = checklist_items(ANSWERS, Shown({}, frozenset(), lambda finding: finding.object == wanted))
    for item in items:
        if item.result:
            assert any(f.object == wanted for f in item.result.findings)
    assert checklist_items(ANSWERS, Shown({}, frozenset(), lambda _: False)) == []


def test_counts_add_up_to_the_rules_that_apply() -> None:
    numbers = [int(word) for word in text_of(counts(ANSWERS)).split() if word.isdigit()]
    assert sum(numbers) == sum(mark_of(r) is not glyphs.NOT_APPLICABLE for r in ANSWERS.results)


def test_before_any_answer_nothing_looks_like_a_pass() -> None:
    assert "✓" not in text_of(counts(None))
    assert "✓" not in text_of(strip_line(State(), 80))


def test_the_strip_names_the_worst_rule() -> None:
    text = text_of(strip_line(State(checklist=ANSWERS), 80))
    worst = next(r for r in ANSWERS.results if mark_of(r) is glyphs.FAIL)
    assert "worst: " in text
    assert text.rstrip().endswith("c open")
    assert worst.severity == "error"


def test_the_lines_below_say_what_the_row_means() -> None:
    items = checklist_items(ANSWERS, Shown({"keys": "all"}, frozenset()))
    for item in items:
        texts = [text_of(one) for one in explanation(item)]
        assert texts[0] in (item.title, item.result.rule.title if item.result else "")
        assert texts[1]
    unknown = next(i for i in items if i.mark is glyphs.UNKNOWN and i.result)
    assert "needs pg_monitor" in text_of(explanation(unknown)[1])
