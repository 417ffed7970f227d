"""The card of one advised index: what it is, what it costs, and what becomes of the plans of every query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count, size
from pgplumb.sql.highlight import highlight
from pgplumb.tui.tabs.query.advice_rows import change, shape_of
from pgplumb.tui.tabs.query.plan_rows import cost
from pgplumb.tui.tabs.query.sql_text import one_line
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span, as_line, line
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.workload.plan import Plan, Unplanned
from pgplumb.workload.plan_diff import diff
from pgplumb.workload.plan_lines import lines

if TYPE_CHECKING:
    from pgplumb.tui.live.twin_work import WithIndexes
    from pgplumb.workload.advisor.advice import AdvisedIndex, Drop, Effect

_WIDTH = 10


def card_lines(
    card: AdvisedIndex, plans: Mapping[str, WithIndexes], doing: str | None, why_not: str | None
) -> Iterator[Line]:
    """Yield the card. `plans` are those of its queries, `doing` what is being done for them, `why_not` why not."""
    yield shape_of(card)
    yield ()
    yield from sql_lines(f"{card.ddl};", highlight)
    yield from _fact("undo", sql_lines(f"{card.undo};", highlight)[0])
    larger = f", {size(card.size_bytes_10x)} at ten times the data" if card.size_bytes_10x is not None else ""
    yield from _fact("size", line(f"{size(card.size_bytes)}{larger}"))
    upkeep = (
        f"{count(card.write_cost)} of the planner's cost over the workload"
        if card.write_cost
        else "none known"
    )
    yield from _fact("upkeep", line(upkeep))
    proof = (
        "planned with it in the twin; it was not built on this server"
        if card.verified == "twin"
        else card.verified
    )
    yield from _fact("proof", line(proof))
    for note in card.notes:
        yield from _fact("note", line(Span(note, "warn")))
    if doing is not None and not plans:
        yield ()
        yield line(Span(doing, "accent"))
    elif why_not is not None:
        yield ()
        yield line(Span(why_not, "warn"))
    for word, effects in (("helps", card.helps), ("hurts", card.hurts)):
        for effect in effects:
            yield ()
            yield from _effect(word, effect, plans.get(effect.query))


def _fact(name: str, value: Line) -> Iterator[Line]:
    yield (Span(f"{name:<{_WIDTH}}", "muted"), *value)


def _effect(word: str, effect: Effect, plans: WithIndexes | None) -> Iterator[Line]:
    """Yield what happens to one query."""
    mark = glyphs.PASS if word == "helps" else glyphs.WARN
    yield (Span(f"{mark.glyph} {word}  ", mark.ink), *one_line(effect.query))
    larger = as_line(change(effect.cost_before_10x, effect.cost_after_10x))
    yield (
        Span(f"    {count(effect.calls)} calls   cost of one  1x ", "muted"),
        *as_line(change(effect.cost_before, effect.cost_after)),
        Span("   10x ", "muted"),
        *larger,
    )
    if plans is None:
        return
    yield from _pair("1x ", plans.before, plans.after)
    yield from _pair("10x", plans.before_10x, plans.after_10x)
    yield from _tree("before", plans.before)
    yield from _tree("after", plans.after)


def _pair(size_of: str, before: Plan | Unplanned, after: Plan | Unplanned) -> Iterator[Line]:
    start = Span(f"    {size_of} ", "accent")
    if isinstance(before, Plan) and isinstance(after, Plan):
        yield line(start, Span(diff(before, after).sentence))
    else:
        refused = before if isinstance(before, Unplanned) else after
        yield line(start, Span(str(refused), "warn"))


def _tree(name: str, plan: Plan | Unplanned) -> Iterator[Line]:
    if not isinstance(plan, Plan):
        return
    for number, one in enumerate(lines(plan)):
        gutter = f"    {name:<7}" if not number else " " * 11
        figures = "" if one.cost is None else f"  {cost(one.cost)}"
        ink: InkName = "muted" if one.cost is None else "text"
        yield line(
            Span(gutter, "muted"), Span(one.branch, "rule"), Span(one.text, ink), Span(figures, "faint")
        )


def drop_lines(drop: Drop) -> Iterator[Line]:
    """Yield what is said of an index that may go."""
    yield line(Span(drop.index, "strong"))
    yield line(drop.reason)
    yield ()
    yield from sql_lines(f"{drop.ddl};", highlight)
    if drop.undo is not None:
        yield from _fact("undo", sql_lines(f"{drop.undo};", highlight)[0])
    yield from _fact("frees", line(size(drop.size_bytes)))
