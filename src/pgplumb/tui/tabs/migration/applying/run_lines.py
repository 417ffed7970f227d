"""What is shown while a plan runs, and when it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pgplumb.foundation.text import age, count, duration, percent
from pgplumb.migrate.apply.events import Doubtful, Failed, Finished, GateReached, GaveUp, Progress
from pgplumb.migrate.apply.telling import person
from pgplumb.sql.highlight import highlight
from pgplumb.tui.tabs.migration.applying.lines import TONES
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.sql_view import sql_lines

if TYPE_CHECKING:
    from pgplumb.tui.tabs.migration.applying.course import Course, StepState, StepView

_BAR = 20
_SQL_LINES = 3
_LOOKS: Mapping[StepState, tuple[str, InkName]] = {
    "to do": (glyphs.DOT, "faint"),
    "runs": (glyphs.CLOSED, "accent"),
    "waits": ("!", "warn"),
    "retries": (glyphs.REFRESH, "warn"),
    "throttled": ("!", "warn"),
    "paused": ("!", "warn"),
    "lost": ("✗", "fail"),
    "done": ("✓", "pass"),
    "taken back": ("✓", "pass"),
    "failed": ("✗", "fail"),
    "stopped": ("!", "warn"),
}


def course_lines(course: Course) -> Iterator[Line]:
    """Yield every step as it stands."""
    width = max((len(step.about) for step in course.steps), default=0)
    for step in course.steps:
        yield _step(step, min(width, 40))


def _step(step: StepView, width: int) -> Line:
    glyph, ink = _LOOKS[step.state]
    facts: list[str] = [step.state]
    if step.seconds is not None:
        facts.append(duration(step.seconds))
    if step.rows is not None:
        facts.append(f"{count(step.rows)} rows")
    if step.attempt > 1:
        facts.append(f"attempt {step.attempt}")
    about = step.about if len(step.about) <= width else f"{step.about[: width - 1]}{glyphs.ELLIPSIS}"
    now = step.state not in ("to do", "done", "taken back")
    return (
        Span(f"{glyph} ", ink),
        Span(f"{step.number:>2} ", "muted"),
        Span(f"{step.phase:<9} ", "accent" if now else "muted"),
        Span(about.ljust(width), "strong" if now else "text" if step.state != "to do" else "muted"),
        Span(f"  {f' {glyphs.DOT} '.join(facts)}", ink),
    )


def now_lines(course: Course, share: float) -> Iterator[Line]:
    """Yield what is being done: SQL, how far it is, who is in the way, what it asks; or how it ended."""
    if course.last is not None:
        yield from _ended(course)
        return
    if course.step is not None and course.sql:
        shown = sql_lines(course.sql.strip(), highlight)
        yield from shown[:_SQL_LINES]
        if len(shown) > _SQL_LINES:
            yield (Span(f"{glyphs.ELLIPSIS} {len(shown) - _SQL_LINES} lines more", "faint"),)
    if course.asks is not None:
        yield from _question(course.asks)
        return
    if course.blockers:
        waited = f" for {age(course.waited)}" if course.waited >= 1 else ""
        yield (Span(f"! waits{waited} behind", "warn"), Span("   k ends who is in the way", "muted"))
        for blocker in course.blockers:
            yield (Span(f"  {person(blocker)}", "text"),)
    if course.waiting_for:
        yield (Span(f"! {course.waiting_for}", "warn"),)
    if course.running is not None:
        since = age(course.running.seconds)
        yield (Span(f"it still runs on the server, process {course.running.pid}, since {since}", "warn"),)
        yield (Span(f"  to stop it: {course.running.cancel}", "muted"),)
    if course.progress is not None and not course.blockers:
        yield from _progress(course.progress)
    if course.batch is not None:
        batch = course.batch
        yield (
            Span(f"{count(batch.rows)} rows in {count(batch.batch)} batches", "text"),
            Span(f"  the last of {batch.seconds * 1000:.0f} ms, {count(batch.size)} keys next", "muted"),
        )
        yield (Span(f"works {percent(share)} of the time", "muted"), Span("   + faster   - slower", "faint"))


def _progress(progress: Progress) -> Iterator[Line]:
    ratio = progress.ratio
    facts = [duration(progress.elapsed)]
    if progress.eta is not None:
        facts.append(f"about {duration(progress.eta)} left")
    if ratio is not None and progress.done is not None and progress.total:
        full = round(ratio * _BAR)
        yield (
            Span("█" * full, "accent"),
            Span("░" * (_BAR - full), "rule"),
            Span(f" {percent(ratio):>5}", "strong"),
            Span(f"  {count(progress.done)} of {count(progress.total)}", "text"),
            Span(f"  {f' {glyphs.DOT} '.join(facts)}", "muted"),
        )
    else:
        yield (Span(f"running for {f' {glyphs.DOT} '.join(facts)}", "text"),)
    if progress.phase and progress.phase != "backfill":
        yield (Span(progress.phase, "muted"),)


def _question(asks: GateReached | GaveUp | Doubtful) -> Iterator[Line]:
    if isinstance(asks, GateReached):
        yield (Span(f"! before step {asks.step}: {asks.gate}", "warn"),)
        yield _keys(("g", "that is done: go on"), ("s", "stop here"))
    elif isinstance(asks, GaveUp):
        yield (Span(f"✗ its locks were not had in {asks.attempts} attempts", "fail"),)
        for blocker in asks.blockers:
            yield (Span(f"  {person(blocker)}", "text"),)
        yield _keys(("g", "keep trying"), ("s", "stop here"))
    else:
        yield (Span("? nobody can tell whether this was done before the connection was lost:", "unknown"),)
        yield (Span(f"  {asks.sql}", "text"),)
        yield (Span(f"  {asks.why}", "muted"),)
        yield _keys(("g", "it was done"), ("n", "it was not: run it"), ("s", "leave it"))


def _ended(course: Course) -> Iterator[Line]:
    last = course.last
    if last is None:
        return
    if isinstance(last, Finished):
        yield (Span(f"✓ finished in {duration(last.seconds)}: {last.stands}", "pass"),)
        return
    if isinstance(last, Failed):
        state = f" ({last.sqlstate})" if last.sqlstate else ""
        yield (Span(f"✗ step {last.step} failed{state}: {last.why}", "fail"),)
        yield from sql_lines(last.sql.strip(), highlight)[:_SQL_LINES]
    else:
        yield (Span(f"! stopped: {last.why}", "warn"),)
    yield (Span("stands    ", "muted"), Span(last.stands, "strong"))
    yield (Span("go on     ", "muted"), Span("enter", "key"), Span(f"  or: {last.go_on}", "text"))
    if last.go_back:
        yield (Span("go back   ", "muted"), Span("d", "key"), Span(f"      or: {last.go_back}", "text"))


def said_lines(course: Course) -> Iterator[Line]:
    """Yield what happened, the latest first."""
    for text, tone in reversed(course.said):
        yield (Span(text, TONES[tone]),)


def _keys(*pairs: tuple[str, str]) -> Line:
    return tuple(span for key, word in pairs for span in (Span(key, "key"), Span(f" {word}   ", "muted")))
