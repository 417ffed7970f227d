"""The quality checklist by name as rows: groups, their items, the rules under an item. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.tui.marks import mark_of, mark_of_status, worst
from pgplumb.tui.panels.checklist_rows import Item, Shown, Unfolded, rule_items
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.glyphs import Mark

if TYPE_CHECKING:
    from pgplumb.checks.quality import Answer

_GROUP, _ITEM = "quality group:", "quality item:"


def unfolded_at_first(category: str) -> Unfolded:
    """Return what is listed of a row that nobody touched: all items of a group, no rules of an item."""
    if category.startswith(_GROUP):
        return "all"
    return "none" if category.startswith(_ITEM) else "attention"


def quality_items(answers: Sequence[Answer], shown: Shown) -> list[Item]:
    """Return the rows."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        if _admitted(answer, shown):
            groups.setdefault(answer.item.group, []).append(answer)
    return [row for name, group in groups.items() for row in _group(name, group, shown)]


def mark_of_answer(answer: Answer) -> Mark:
    """Return how an item is shown: as bad as the worst rule that fails under it."""
    if answer.status == "fail":
        return worst([mark_of(result) for result in answer.rules if result.status == "fail"])
    return mark_of_status(answer.status)


def _admitted(answer: Answer, shown: Shown) -> bool:
    if shown.about is not None:
        return any(shown.about(f) for r in answer.rules for f in r.findings)
    if not shown.narrowing:
        return True
    return any(shown.narrowing.admits(r, lambda one: shown.change(one) is not None) for r in answer.rules)


def _group(name: str, answers: Sequence[Answer], shown: Shown) -> list[Item]:
    marks = [mark_of_answer(answer) for answer in answers]
    listed = shown.unfolded.get(f"{_GROUP}{name}", "all")
    passed = sum(mark is glyphs.PASS for mark in marks)
    mark = worst(marks)
    rows = [
        Item(
            f"{_GROUP}{name}",
            0,
            mark,
            name,
            f"{passed}/{len(marks)} pass" + ("" if mark is glyphs.PASS else f" {glyphs.DOT} {mark.word}"),
            name,
            folds=True,
            unfolded=listed != "none",
            category=f"{_GROUP}{name}",
            note=", ".join(f"{marks.count(m)} {m.word}" for m in dict.fromkeys(marks)),
        )
    ]
    for answer, sign in zip(answers, marks, strict=True):
        if listed == "all" or (listed == "attention" and sign in (glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN)):
            rows += _item(answer, sign, shown)
    return rows


def _item(answer: Answer, mark: Mark, shown: Shown) -> list[Item]:
    key = f"{_ITEM}{answer.item.id}"
    listed = shown.unfolded.get(key, "none")
    word = mark.word
    if answer.attested is not None:
        word = f"attested until {answer.attested.until}"
    elif mark is glyphs.UNKNOWN and answer.lapsed is not None:
        word = f"attestation expired {answer.lapsed.until}"
    rows = [
        Item(
            key,
            1,
            mark,
            answer.item.name,
            word,
            f"{answer.item.name} {answer.item.id} {mark.word}",
            folds=bool(answer.rules),
            unfolded=listed != "none",
            category=key,
            note=answer.evidence,
        )
    ]
    if listed == "none":
        return rows
    chosen = [
        result
        for result in answer.rules
        if listed == "all" or mark_of(result) in (glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN)
    ]
    return rows + rule_items(key, chosen, shown, depth=2)
