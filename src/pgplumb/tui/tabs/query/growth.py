"""The plan of a statement at ten times the data, made in the twin, and what it would be in place of today's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.twin_work import TwinPlans
from pgplumb.tui.requests import PlanInTwin
from pgplumb.tui.state import TwinState
from pgplumb.tui.tabs.query.plan_rows import cost
from pgplumb.tui.tabs.query.plan_sheet import PlanSheet, Sheet
from pgplumb.tui.tabs.query.plan_text import insight_lines, unknown_lines, unplanned_lines, which
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.plan import Plan, refuse
from pgplumb.workload.plan_diff import PlanDiff, diff

if TYPE_CHECKING:
    from datetime import datetime

NEAR = 0.05
"""Costs that differ by less are said to be the same."""


@dataclass(frozen=True, slots=True)
class TwinLook:
    """Whose plans in the twin are looked at, and what is known of them."""

    request: PlanInTwin
    twin: TwinState
    text: str | None
    answer: object = None
    """TwinPlans or Unread; None before they were made."""
    target: Explained | None = None
    """The server's own plans, where they were asked for."""
    asked: bool = False
    outdated: bool = False
    """Whether the schema is another than the one that the twin was made from."""
    refusal: str | None = None
    """Why there is no twin to ask."""


Pair = tuple[SettingPlan, SettingPlan]
"""The plans of one setting: at the size that there is, and at ten times the data."""


def pairs(plans: TwinPlans) -> tuple[tuple[Pair, ...], ...]:
    """Return the settings' plans, those together that have the same shapes at both sizes."""
    found: dict[tuple[str, str], tuple[Pair, ...]] = {}
    for one in plans.one.plans:
        ten = plans.ten.of(one.setting)
        if ten is not None:
            key = (one.shape, ten.shape)
            found[key] = (*found.get(key, ()), (one, ten))
    return tuple(found.values())


class GrowthPane(PlanSheet):
    """Draws a TwinLook."""

    def __init__(self) -> None:
        super().__init__(id="query-growth")
        self._look: TwinLook | None = None

    def show(self, look: TwinLook | None) -> None:
        """Draw another statement's plans, or this one's with more known about them."""
        if look == self._look:
            return
        fresh = look is None or self._look is None or look.request != self._look.request
        self._look = look
        if fresh:
            self._at = 0
        self.draw_look(fresh)

    @property
    def choices(self) -> int:
        """How many pairs of plans differ."""
        plans = self._look.answer if self._look is not None else None
        return len(pairs(plans)) if isinstance(plans, TwinPlans) else 0

    def draw_look(self, fresh: bool) -> None:
        """Draw the plan, or why there is none."""
        look = self._look
        if look is None:
            self.draw(Sheet(), fresh)
        elif isinstance(look.answer, TwinPlans):
            self.draw(self._sheet_of(look, look.answer), fresh)
        else:
            self.draw(Sheet(text=tuple(before_the_twin(look))), fresh)

    def _sheet_of(self, look: TwinLook, plans: TwinPlans) -> Sheet:
        views = pairs(plans)
        at = min(self._at, len(views) - 1)
        one, ten = views[at][0]
        switch = which([tuple(pair[0] for pair in view) for view in views], at)
        if not isinstance(ten.answer, Plan) or not isinstance(one.answer, Plan):
            refused = ten.answer if not isinstance(ten.answer, Plan) else one.answer
            assert not isinstance(refused, Plan)
            return Sheet(text=(*unplanned_lines(refused), (), switch, made_line(look, plans)))
        unknown = dict.fromkeys((*one.unknown, *ten.unknown))
        head = (
            growth_line(diff(one.answer, ten.answer), look.asked),
            cost_lines(one.answer, ten.answer, switch),
            *unknown_lines(tuple(unknown)),
        )
        below = [
            *insight_lines(ten.insights),
            (),
            *_drift(look, one),
            made_line(look, plans),
            *(line(Span(f"{glyphs.UNKNOWN.glyph} ", "unknown"), Span(note, "muted")) for note in plans.notes),
        ]
        return Sheet(head, ten.answer, tuple(below))


def growth_line(found: PlanDiff, asked: bool = False) -> Line:
    """Return what the plan becomes at ten times the data, in one sentence."""
    start = Span("  planning again  " if asked else "  at 10x  ", "accent")
    if found.same_shape:
        return line(start, Span("the same plan", "pass"))
    first = found.changes[0] if found.changes else None
    if first is None:
        said: tuple[Span, ...] = (Span("the order of its parts changes", "warn"),)
    elif first.before is None:
        said = (Span(f"{first.after}", "warn"), Span(" is new"))
    elif first.after is None:
        said = (Span(f"{first.before}"), Span(" is gone", "warn"))
    else:
        before, of, joined = first.before.partition(" of ")
        # A join of the same tables names them once.
        same = of and first.after.endswith(of + joined)
        said = (Span(before if same else first.before), Span(" becomes ", "muted"), Span(first.after, "warn"))
    more = len(found.changes) - 1
    rest = f", and {more} more {'changes' if more > 1 else 'change'}" if more > 0 else ""
    return line(start, *said, Span(rest, "muted"))


def cost_lines(one: Plan, ten: Plan, switch: Line) -> Line:
    """Return the cost and rows at both sizes."""
    before, after = one.root.total_cost, ten.root.total_cost
    times = after / before if before else 1.0
    ink = Span(f"  {times:,.1f} times", "warn" if times > 12 else "muted")
    return line(
        Span("  cost ", "muted"),
        Span(f"{cost(before)} {glyphs.ARROW} {cost(after)}", "strong"),
        ink,
        Span("   "),
        *switch,
    )


def _drift(look: TwinLook, one: SettingPlan) -> list[Line]:
    """Return whether the twin plans at today's size as the server does."""
    target = look.target.of(one.setting) if look.target is not None else None
    if target is None or not isinstance(target.answer, Plan) or not isinstance(one.answer, Plan):
        return [line(Span("p asks the server for its own plan, to compare", "faint"))]
    found = diff(target.answer, one.answer)
    near = abs(found.cost_ratio - 1) <= NEAR
    if found.same_shape:
        words = "at the same cost" if near else f"at another cost: {found.costs}"
        return [line(glyphs.PASS.span, Span(f" at 1x the twin plans as the server does, {words}", "muted"))]
    return [
        line(Span("! at 1x the twin plans otherwise than the server: ", "warn"), Span(found.sentence)),
    ]


def made_line(look: TwinLook, plans: TwinPlans) -> Line:
    """Return which twin the plans are from."""
    spans = [Span(f"twin of {clock(plans.made_at)} {glyphs.DOT} PostgreSQL {plans.version}", "faint")]
    if look.outdated:
        spans.append(Span("   the schema has changed since: p plans again in a new twin", "warn"))
    return tuple(spans)


def clock(at: datetime) -> str:
    """Return a time of this day as people here say it: "14:03"."""
    return at.astimezone().strftime("%H:%M")


def before_the_twin(look: TwinLook) -> list[Line]:
    """Return what is said while there are no plans: what would be done, that it is done, or why it cannot."""
    again = line(Span("p", "key"), Span(" asks again", "muted"))
    if look.refusal is not None:
        return [line(Span(look.refusal, "warn"))]
    if look.asked:
        return doing_lines(look.twin)
    if isinstance(look.answer, Unread):
        return [line(Span(look.answer.reason, "warn")), (), again]
    if look.text is None:
        return [line(Span("reading the whole text", "muted"))]
    refused = refuse(look.text)
    if refused is not None:
        return list(unplanned_lines(refused))
    return offer_lines(look.twin, "plans it in the twin, at this size and at ten times the data")


def doing_lines(twin: TwinState) -> list[Line]:
    """Say what is being done."""
    return [line(Span(twin.doing or "waiting for its turn", "accent"), Span(" · ctrl+c gives up", "faint"))]


def offer_lines(twin: TwinState, does: str) -> list[Line]:
    """Say what a key would do, and what a twin is where there is none yet."""
    found: list[Line] = [
        line(Span("enter", "key"), Span(" or ", "muted"), Span("p", "key"), Span(f" {does}", "muted"))
    ]
    if twin.why_not is not None:
        found += [(), line(Span(twin.why_not, "warn"))]
    elif twin.made_at is not None:
        found += [
            (),
            line(Span(f"twin of {clock(twin.made_at)} {glyphs.DOT} PostgreSQL {twin.version}", "faint")),
        ]
    else:
        found += [
            (),
            line(
                Span("Nothing is run on this server", "pass"),
                Span(": its catalog and statistics are read, once.", "muted"),
            ),
            line(Span(_TWIN, "muted")),
        ]
    return found


_TWIN = (
    "The twin is a throwaway PostgreSQL on this machine that plans like the server, without one of its rows."
    " It takes 2 to 4 seconds to start and ends with pgplumb."
)
