"""What the detail says of rows that were looked at: what was seen as which role, and as whom nobody could look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.foundation.names import part
from pgplumb.tui.tabs.rls_detail import Item, title
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Span, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgplumb.rls.probe import Probe
    from pgplumb.tui.verdicts import Probed

_NAMED = 4
"""Roles that are named; of more, how many."""


def probed_items(probed: Probed, name: str) -> Iterator[Item]:
    """Yield what was seen of one object, mistakes of ours first; texts lose the object's name."""
    when = f" at {probed.at:%H:%M:%S}" if probed.at else ""
    yield title("rows", f"rows that were seen{when}, by role: what is not seen is not proved")
    if probed.old:
        text = "old: policies, definitions or roles have changed since; p looks again"
        yield Item("old", "rows", ((4, line(Span(text, "warn"))),), text)
    for text in probed.faults:
        fault = line(Span(f"a mistake of pgplumb's: {text}", "fail"))
        yield Item(("fault", text), "rows", ((4, fault),), text)
    seen = [pair for pair in probed.seen if not (probed.probes and ": not probed: " in pair[0])]
    for text, foreign in seen:
        ink: InkName = "muted" if probed.old else "fail" if foreign else "text"
        mark = Span(f"{(glyphs.FAIL.glyph if foreign else glyphs.DOT)} ", ink)
        yield Item(
            ("seen", text), "rows", ((4, line(mark, Span(text.removeprefix(f"{name} as "), ink))),), text
        )
    for text in not_looked(probed.probes):
        yield Item(("seen", text), "rows", ((4, line(Span(f"? {text}", "unknown"))),), text)
    if not probed.seen:
        text = "no role that may be looked as reads it"
        yield Item("seen", "rows", ((4, line(Span(text, "text"))),), text)


def not_looked(probes: Sequence[Probe]) -> Iterator[str]:
    """Yield why nobody looked, each reason once with the roles that it holds for."""
    roles: dict[str, list[str]] = {}
    for one in probes:
        if one.error is not None:
            who = part(one.role)
            reason = one.error.replace(f'"{one.role}"', "it").replace(who, "it")
            named = roles.setdefault(reason, [])
            named += [who] if who not in named else []
    for reason, named in roles.items():
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        yield f"not looked as {', '.join(named[:_NAMED])}{more}: {reason}"


def summary(probed: Probed, name: str) -> str:
    """Return in one line what came of a look that saw no foreign row."""
    able = {one.role for one in probed.probes if one.error is None}
    unable = {one.role for one in probed.probes} - able
    if not able:
        reason = next((one.error for one in probed.probes if one.error is not None), None)
        return f"{name} was not looked at: {reason or 'no role that may be looked as reads it'}"
    said = f"{name}: no foreign row was seen as {_roles(len(able))}"
    return f"{said}, {_roles(len(unable))} not tried: see the detail" if unable else said


def _roles(number: int) -> str:
    return f"{number} {'role' if number == 1 else 'roles'}"
