"""What is said about a plan: of which kind it is, where its cost is, what was learnt from it, why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count, percent
from pgplumb.sql.highlight import highlight
from pgplumb.tui.tabs.query.plan_rows import cost, costliest, slowest
from pgplumb.tui.tabs.query.sql_text import laid_out
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.plan import LOCK_TIMEOUT_MS, Plan, Unplanned
from pgplumb.workload.plan_lines import title

if TYPE_CHECKING:
    from pgplumb.tui.widgets.glyphs import Mark
    from pgplumb.workload.explained import SettingPlan
    from pgplumb.workload.insights.insight import Insight

SEVERITIES: dict[str, Mark] = {
    "error": glyphs.FAIL,
    "warning": glyphs.WARN,
    "info": glyphs.NOT_APPLICABLE,
}
"""How severities of insights and findings are shown."""
_INDENT = "    "


def cost_line(plan: Plan) -> Line:
    """Return what a plan costs, and where most of that is."""
    node, share = costliest(plan)
    return line(
        Span("  cost ", "muted"),
        Span(cost(plan.root.total_cost), "strong"),
        Span("   rows ", "muted"),
        Span(count(plan.root.rows), "strong"),
        Span(f"   ! {percent(share)}", "warn"),
        Span(" of it in ", "muted"),
        Span(title(node)),
    )


def time_line(plan: Plan) -> Line:
    """Return how long an executed plan took, and where most of that went."""
    figures, found = plan.figures, slowest(plan)
    parts: list[str | Span] = [Span("  took ", "muted"), Span(_ms(figures.execution_ms), "strong")]
    if figures.planning_ms is not None:
        parts += [Span("   planned in ", "muted"), Span(_ms(figures.planning_ms), "strong")]
    if found is not None:
        node, share = found
        parts += [Span(f"   ! {percent(share)}", "warn"), Span(" of it in ", "muted"), Span(title(node))]
    return line(*parts)


def _ms(value: float | None) -> str:
    return "?" if value is None else f"{value:,.1f} ms" if value < 10_000 else f"{value / 1000:,.1f} s"


def kind_of(one: SettingPlan, *, short: bool = False) -> str:
    """Return what kind of plan it is."""
    plan = one.answer
    if not isinstance(plan, Plan):
        return ""
    rewritten = ", rewritten to be readable again" if plan.repaired else ""
    if one.setting != "generic":
        return (
            f"{one.setting} values{rewritten}"
            if short
            else f"for {one.setting} values of its parameters{rewritten}"
        )
    if plan.parameters and short:
        return "parameters unknown" + rewritten
    kind = "generic plan, its parameters unknown" if plan.parameters else "plan of this very text"
    return kind + rewritten


def which(views: Sequence[tuple[SettingPlan, ...]], at: int) -> Line:
    """Return how many plans there are for different values, and which of them is shown."""
    settings = sum(len(view) for view in views)
    if settings < 2:
        return ()
    if len(views) == 1:
        return (Span("1 plan for all values", "muted"),)
    names = [", ".join(one.setting for one in view) for view in views]
    spans = [Span("v ", "key"), Span(f"{len(views)} plans: ", "muted")]
    for number, name in enumerate(names):
        spans += [Span("  ")] * bool(number) + [Span(name, "title" if number == at else "muted")]
    return tuple(spans)


def insight_lines(insights: Sequence[Insight]) -> list[Line]:
    """Return what the rules found: sign and sentence, where, and what to do."""
    found: list[Line] = [()]
    if not insights:
        return [*found, line(Span("no insight: no rule has anything against this plan", "faint"))]
    for one in insights:
        mark = SEVERITIES[one.severity]
        word = "" if one.severity is Severity.INFO else f"{one.severity} "
        found.append(line(Span(f"{mark.glyph} {word}", mark.ink), Span(one.message)))
        if one.hint:
            found.append(line(Span(f"{_INDENT}{one.hint}", "muted")))
    return found


def unknown_lines(unknown: Sequence[str]) -> list[Line]:
    """Return why a plan of the twin may not be the server's."""
    return [
        line(
            Span(f"{glyphs.UNKNOWN.glyph} unknown ", "unknown"),
            Span("whether the server plans so: "),
            Span(why),
        )
        for why in unknown
    ]


def unplanned_lines(answer: Unplanned) -> tuple[Line, ...]:
    """Return why there is no plan, and the next step."""
    return (line(Span(answer.what, "warn")), line(Span(answer.why)), line(Span(answer.next_step, "muted")))


def what_would_run(text: str, version: int, path: str | None) -> Iterator[Line]:
    """Say what runs when the plan is asked for: first what it does to the server, then its very text."""
    generic = version >= 160000
    settings = ["SET LOCAL search_path = " + path] if path else []
    if not generic:
        settings.append("SET LOCAL plan_cache_mode = force_generic_plan")
    first = "EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON)" if generic else "PREPARE pgplumb_plan AS"
    last = [] if generic else ["EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE pgplumb_plan(NULL, ...)"]
    yield line(
        Span("enter", "key"), Span(" or ", "muted"), Span("p", "key"), Span(" asks for the plan", "muted")
    )
    yield ()
    yield line(
        Span("The statement is planned, not executed", "pass"),
        Span(f", in a READ ONLY transaction that waits {LOCK_TIMEOUT_MS} ms for locks at most.", "muted"),
    )
    if "$" in text:
        yield line(Span(_VALUES, "muted"))
    yield line(Span("This will run:", "muted"))
    yield ()
    for statement in settings:
        yield from sql_lines(statement + ";", highlight)
    yield from sql_lines(first, highlight)
    yield from laid_out(text, 72).lines
    for statement in last:
        yield from sql_lines(statement + ";", highlight)


_VALUES = (
    "It is planned as it stands, then with common and with rare values of the compared columns, from the planner's"
    " statistics; LIMIT becomes the rows that a call returns on average."
)
