"""What a way does to tables, in a few words: for its card and for the preview. Read from text and catalog alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.migrate.hazards.effect import BLOCKS_WRITERS, rank
from pgplumb.sql.highlight import highlight
from pgplumb.tui.tabs.migration.chips import mode_words, who_waits
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.sql_view import sql_lines

if TYPE_CHECKING:
    from pgplumb.migrate.hazards.analysis import Analysis
    from pgplumb.migrate.plan import Step, Strategy
    from pgplumb.tui.tabs.migration.wizard.preview import Way

_GENTLE = frozenset({"missing-lock-timeout", "ineffective-timeout"})
"""Hazards of a text alone: a plan has timeouts of its own, which its texts and files hold."""


def reversible(strategy: Strategy) -> tuple[str, InkName]:
    """Return what the way back brings back, as the plan claims it."""
    if strategy.down is None or any(step.reversible == "none" for step in strategy.steps):
        return "cannot be taken back whole", "warn"
    if any(step.reversible == "shape" for step in strategy.steps):
        return "way back: the shape, not the rows", "warn"
    return "way back: exact", "pass"


def strongest(way: Way) -> str | None:
    """Return the strongest lock on what was there before; None where there is none."""
    modes = [lock.mode for known in way.steps for facts in known.statements for lock in facts.locks]
    return max(modes, key=rank, default=None)


def effects(known: Analysis) -> Iterator[Span]:
    """Yield what a step does to tables: locks, rewrites, readings; in words that say whom it holds up."""
    locks = {lock.target.id: lock.mode for facts in known.statements for lock in facts.locks}
    for relation, mode in locks.items():
        ink: InkName = "warn" if rank(mode) >= BLOCKS_WRITERS else "muted"
        yield Span(f"{mode_words(mode)} on {relation}: {who_waits(mode)}", ink)
    rewrites = dict.fromkeys(name for facts in known.statements for name in facts.rewrites)
    scans = dict.fromkeys(name for facts in known.statements for name in facts.scans)
    for name in rewrites:
        yield Span(f"{glyphs.FAIL.glyph} writes {name} anew", "fail")
    held = {r for r, mode in locks.items() if rank(mode) >= BLOCKS_WRITERS}
    for name in scans:
        if name in rewrites:
            continue
        blocking = name in held
        text = (
            f"{glyphs.WARN.glyph} reads all of {name} while {who_waits(locks[name])}"
            if blocking
            else f"reads all of {name}"
        )
        yield Span(text, "warn" if blocking else "muted")
    if known.unknown:
        yield Span(f"{glyphs.UNKNOWN.glyph} {known.unknown[0]}", "unknown")
    elif not rewrites and not (held & set(scans)):
        words = "no rewrite; the lock is held for a moment" if held else "no rewrite"
        yield Span(f"{glyphs.PASS.glyph} {words}", "pass")


def card_lines(way: Way, first: bool) -> tuple[Line, ...]:
    """Return a way in four lines: what it is called, what it costs, whom it holds up, whether it can be taken back."""
    strategy = way.strategy
    steps, deploys = len(strategy.steps), strategy.deploys
    mark = glyphs.PASS if strategy.online else glyphs.WARN
    words = "online" if strategy.online else "others wait while it works"
    costs = [f"{steps} {_many(steps, 'step')}", f"{deploys} {_many(deploys, 'deploy')}"]
    costs += ["the default"] if first else []
    lock = strongest(way)
    held = f"{mode_words(lock)}, {who_waits(lock)}" if lock else "no lock on what is there"
    if lock and strategy.online and rank(lock) >= BLOCKS_WRITERS:
        held += ", for a moment"
    back, ink = reversible(strategy)
    return (
        (Span(f"{strategy.name:<7}", "accent"), Span(strategy.title, "strong")),
        (
            Span(f"       {mark.glyph} {words}", mark.ink),
            *(Span(f"  {glyphs.DOT}  {cost}") for cost in costs),
        ),
        (Span(f"       {held}", "muted"),),
        (Span(f"       {back}", ink),),
    )


def way_lines(way: Way) -> Iterator[Line]:
    """Yield a way in full: each step with what it does to tables and its SQL, and the way back."""
    strategy = way.strategy
    for number, (step, known) in enumerate(zip(strategy.steps, way.steps, strict=True), 1):
        yield from _step_lines(number, step, known)
    yield (Span("down", "title"),)
    if strategy.down is None:
        yield (Span("  ! a step cannot be taken back", "warn"),)
    for step in reversed(strategy.steps):
        for one in sql_lines(step.down or "", highlight) if step.down else ():
            yield (Span("  "), *one)


def _step_lines(number: int, step: Step, known: Analysis) -> Iterator[Line]:
    how = "autocommit" if step.autocommit else "batches" if step.batches else "transaction"
    yield (
        Span(f"{number} {step.phase}", "title"),
        Span(f"  {how}", "muted"),
        Span(f"  {step.about}" if step.about else "", "strong"),
    )
    if step.gate:
        yield (Span(f"  ! before this runs: {step.gate}", "warn"),)
    for span in effects(known):
        yield (Span("  "), span)
    for hazard in known.hazards:
        if hazard.severity != "info" and hazard.id not in _GENTLE:
            yield (Span(f"  {glyphs.WARN.glyph} {hazard.id}", "warn"), Span(f"  {hazard.message}", "muted"))
    for one in sql_lines(step.up, highlight):
        yield (Span("  "), *one)
    yield ()


def _many(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"
