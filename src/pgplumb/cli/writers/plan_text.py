"""`pgplumb plan` for people: each query, its plan as a tree, what can be learnt from it."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.cli.terminal import Screen
from pgplumb.cli.writers.plan_answer import PlanAnswer
from pgplumb.foundation.text import count, sanitise_block
from pgplumb.workload.plan import Plan, Unplanned
from pgplumb.workload.plan_diff import diff
from pgplumb.workload.plan_lines import lines
from pgplumb.workload.planned import Planned

_INKS = {"error": ("red", "✗"), "warning": ("yellow", "!"), "info": ("cyan", "·")}
_FIGURES = 22
"""Columns that cost and rows take at the right."""


def write(answer: PlanAnswer, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    for note in answer.notes:
        yield from screen.wrap(f"note: {screen.clean(note)}", 0, 6)
    if answer.notes:
        yield ""
    for number, planned in enumerate(answer.plans):
        if number:
            yield ""
            yield screen.paint(screen.own("─" * screen.width), "faint")
        yield from _query(planned, answer, screen)


def _query(planned: Planned, answer: PlanAnswer, screen: Screen) -> Iterator[str]:
    for line in sanitise_block(planned.query.strip()).split("\n"):
        yield screen.paint(screen.clean(line), "bold")
    twin = f"twin, PostgreSQL {answer.twin_version}"
    if answer.scale != 1:
        twin += f", {answer.scale:g} times the data"
    for name, side in (("target", planned.target), (twin, planned.twin)):
        if side is not None:
            yield ""
            yield from _side(name, side, screen)
    if isinstance(planned.target, Plan) and isinstance(planned.twin, Plan):
        yield ""
        yield from screen.wrap(screen.clean(diff(planned.target, planned.twin).sentence), 0, 2)
    for why in planned.unknown:
        yield from screen.wrap(screen.own(f"? unknown in the twin: {screen.clean(why)}"), 0, 2)
    for insight in planned.insights:
        ink, glyph = _INKS[insight.severity.value]
        yield ""
        text = f"{screen.own(glyph)} {screen.clean(insight.id)}  {screen.clean(insight.message)}"
        first, *rest = screen.wrap(text, 0, 2)
        yield screen.paint(first, ink)
        yield from rest
        yield from screen.wrap(screen.clean(f"at {insight.node}"), 2, 2)
        yield from screen.wrap(screen.clean(insight.hint), 2, 2)


def _side(name: str, side: Plan | Unplanned, screen: Screen) -> Iterator[str]:
    if isinstance(side, Unplanned):
        yield from screen.wrap(f"{name}: {screen.clean(str(side))}", 0, 2)
        return
    room = screen.width - _FIGURES
    yield screen.paint(f"{name.ljust(room)}{'cost':>12}{'rows':>10}", "faint")
    for line in lines(side, screen.unicode):
        text = line.branch + screen.clean(line.text)
        if line.cost is None:
            yield from _folded(text, line.branch, screen)
        else:
            shown = text if len(text) <= room else text[: room - 1] + screen.own("…")
            yield f"{shown.ljust(room)}{count(round(line.cost)):>12}{count(round(line.rows or 0)):>10}"
    if side.repaired:
        yield from screen.wrap(screen.clean(f"explained as: {side.query}"), 0, 2)


def _folded(text: str, branch: str, screen: Screen) -> Iterator[str]:
    """Give a condition, folded below its own beginning."""
    room = max(screen.width, len(branch) + 30)
    while len(text) > room:
        cut = text.rfind(" ", len(branch) + 10, room)
        cut = cut if cut > 0 else room
        yield screen.paint(text[:cut], "faint")
        text = branch + "  " + text[cut:].lstrip()
    yield screen.paint(text, "faint")
