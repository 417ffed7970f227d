"""What is shown before a plan runs: its steps with their SQL, and what was looked at on the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise_block
from pgplumb.migrate.apply.telling import Tone
from pgplumb.migrate.apply.walk import Walk
from pgplumb.sql.highlight import highlight
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.sql_view import sql_lines

if TYPE_CHECKING:
    from pgplumb.migrate.apply.events import Direction
    from pgplumb.migrate.apply.preflight.item import Item
    from pgplumb.migrate.plan import Step
    from pgplumb.server.target import Target
    from pgplumb.tui.tabs.migration.applying.job import Looked

TONES: Mapping[Tone, InkName] = {"plain": "text", "good": "pass", "care": "warn", "bad": "fail"}
_MARKS: Mapping[str, Mark] = {
    "fail": glyphs.FAIL,
    "warn": glyphs.WARN,
    "unknown": glyphs.UNKNOWN,
    "pass": glyphs.PASS,
}
_BESIDE = (
    "Beside it: the schema pgplumb is made where it is missing, for the history and the place of backfills."
)
Remark = tuple[str, Tone]
"""Something to know before it is confirmed."""


def step_lines(left: Sequence[tuple[int, Step]], of: int, direction: Direction) -> Iterator[Line]:
    """Yield the steps that would be done, with what will run and its limits."""
    for number, step in left:
        yield (
            Span(f"{number} of {of}  ", "muted"),
            Span(f"{step.phase:<9}", "accent"),
            Span(f" {step.about or step.phase}", "strong"),
        )
        yield (Span(f"  {_how(step, direction)}", "muted"),)
        if direction == "up" and step.gate:
            yield (Span(f"  {glyphs.WARN.glyph} before this runs: {step.gate}", "warn"),)
        if step.waits_for:
            yield (Span(f"  waits for {step.waits_for}", "muted"),)
        for one in sql_lines(_sql(step, direction), highlight):
            yield (Span("  "), *one)
        yield ()
    yield (Span(_BESIDE, "faint"),)


def _how(step: Step, direction: Direction) -> str:
    how = "a statement at a time" if step.autocommit else "one transaction"
    if direction == "up" and step.batches is not None:
        how = f"in batches along {', '.join(step.batches.key)}"
    limits = [f"lock_timeout {step.lock_timeout}"]
    limits += [f"statement_timeout {step.statement_timeout}"] if step.statement_timeout != "0" else []
    return f" {glyphs.DOT} ".join((how, *limits))


def _sql(step: Step, direction: Direction) -> str:
    if direction == "down":
        empty = "-- no way back is known" if step.down is None else "-- nothing to take back"
        return sanitise_block(step.down or empty)
    return Walk(step.batches, ()).shown if step.batches is not None else step.up


def preflight_lines(looked: Looked, waived: Mapping[str, str], remarks: Sequence[Remark]) -> Iterator[Line]:
    """Yield what was looked at, worst first; what is in order stands in one line each at the end."""
    for text, tone in remarks:
        yield (Span(f"{_sign(tone)} ", TONES[tone]), Span(text, "text"))
    if remarks:
        yield ()
    items = looked.found.items
    counts = [(mark, sum(i.status == status for i in items)) for status, mark in _MARKS.items()]
    yield (
        Span("PRE-FLIGHT  ", "muted"),
        *(span for mark, n in counts if n for span in (Span(f"{mark.glyph} {n}", mark.ink), Span("  "))),
        Span("each second", "faint"),
    )
    for status, mark in _MARKS.items():
        for item in (i for i in items if i.status == status):
            yield from _item(item, mark, waived.get(item.id) if item.waivable else None)


def _item(item: Item, mark: Mark, reason: str | None) -> Iterator[Line]:
    if item.status == "fail" and reason is not None:
        mark = glyphs.WAIVED
    quiet = item.status == "pass"
    yield (
        Span(f"{mark.glyph} ", mark.ink),
        Span(item.title, "muted" if quiet else "strong"),
        Span(f"  {item.evidence}", "faint" if quiet else "text"),
    )
    if reason is not None and item.status == "fail":
        yield (Span(f"  waived: {reason}", "waived"),)
    elif item.status in ("warn", "fail") and item.next_step:
        yield (Span(f"  {item.next_step}", "muted"),)


def _sign(tone: Tone) -> str:
    return {"bad": glyphs.FAIL, "care": glyphs.WARN, "good": glyphs.PASS, "plain": glyphs.NOT_APPLICABLE}[
        tone
    ].glyph


def verdict(looked: Looked, waived: Mapping[str, str], of: int) -> Line:
    """Return in one line whether it may be begun, and how it stands."""
    if looked.refusal:
        return (Span(f"{glyphs.FAIL.glyph} {looked.refusal}", "fail"),)
    if looked.nothing_left:
        who = f", by {looked.now.who}" if looked.now.who else ""
        return (
            Span(f"{glyphs.PASS.glyph} it is applied already{who}", "pass"),
            Span("   d takes it back", "muted"),
        )
    failing = looked.found.failing(frozenset(waived))
    if failing:
        hint = "   w waives it, with a reason" if any(item.waivable for item in failing) else ""
        return (
            Span(f"{glyphs.FAIL.glyph} it may not run: {failing[0].title}: no", "fail"),
            Span(hint, "muted"),
        )
    verb = "apply" if looked.direction == "up" else "take back"
    steps = len(looked.left)
    stands = f"  {glyphs.DOT} {looked.stands}" if looked.now.begun else ""
    return (
        Span(f"{glyphs.PASS.glyph} ready to {verb} {steps} {'step' if steps == 1 else 'steps'}", "pass"),
        Span(stands, "muted"),
    )


def question_of(looked: Looked) -> str:
    """Return what is asked before anything runs."""
    steps = len(looked.left)
    verb = "Apply" if looked.direction == "up" else "Take back"
    return f"{verb} {steps} {'step' if steps == 1 else 'steps'} on {looked.found.database}?"


def warnings_of(looked: Looked, remarks: Sequence[Remark]) -> Iterator[Line]:
    """Yield what should be known before it is confirmed: the remarks, and the pre-flight list's doubts."""
    for text, tone in remarks:
        yield (Span(text, TONES[tone]),)
    warned = [item for item in looked.found.items if item.status in ("warn", "unknown")]
    for item in warned[:4]:
        yield (Span(f"{item.title}: {item.evidence}", "warn"),)
    if len(warned) > 4:
        yield (Span(f"and {len(warned) - 4} more of the pre-flight list", "muted"),)


def refused_on(target: Target) -> str:
    """Return why nothing is applied to a target at all; empty where it may be."""
    if target.name is None or not target.read_only:
        return ""
    return (
        f"the saved connection @{target.name} is read-only. Set read_only = false for it in the"
        " configuration to let plans be applied there."
    )


def obstacle_to(looked: Looked, waived: frozenset[str]) -> str:
    """Return why it cannot begin as things stand; empty where it can."""
    failing = looked.found.failing(waived)
    if looked.refusal:
        return looked.refusal
    if failing:
        return f"{failing[0].title}: no"
    return "" if looked.left else "there is nothing to do"
