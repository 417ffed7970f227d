"""What a verdict comes to, said in one sentence: who can do what to whose rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.tui.tabs.rls_facts import EXCUSED, SUSPECTED, Look
from pgplumb.tui.widgets.ink import Span

if TYPE_CHECKING:
    from pgplumb.tui.widgets.ink import InkName

_VERBS = {
    "SELECT": "read",
    "INSERT": "add",
    "UPDATE": "change",
    "DELETE": "remove",
    "TRUNCATE": "truncate",
    "EXECUTE": "call it and get",
}
_BYPASS = {
    "superuser": "a superuser: no policy binds it",
    "BYPASSRLS": "it has BYPASSRLS: no policy binds it",
    "owner, not forced": "it is the owner, and row security is not forced",
}


def sentence(cells: Sequence[Cell], shown: Look) -> Span | None:
    """Return what cells of one role and look let it do; None where the reasons say it alone."""
    first = cells[0]
    who, does = first.role, _does([cell.command for cell in cells])
    ink: InkName = shown.ink
    if shown is EXCUSED:
        return Span(f"{who} can {does} rows of other tenants as far as that was accepted", "text")
    if shown is SUSPECTED:
        return Span(f"{who} can probably {does} rows of other tenants; none was seen yet", ink)
    if first.verdict is Verdict.OPEN:
        return Span(f"{who} can {does} rows of every tenant", ink)
    if first.verdict is Verdict.PARTIAL:
        return Span(f"{who} can {does} some rows of other tenants", ink)
    if first.verdict is Verdict.UNPROVED:
        return Span(f"whether {who} can {does} rows of other tenants is not proved", "text")
    if first.verdict is Verdict.ISOLATED:
        return Span(f"{who} can {does} rows of its own tenant alone", "text")
    return None


def reason_text(reason: str) -> str:
    """Return a fact of the chain as people say it."""
    return _BYPASS.get(reason, reason)


def _does(commands: Sequence[str]) -> str:
    """Return the verbs, joined: "read, add and change"."""
    verbs = [_VERBS[command] for command in commands]
    return " and ".join([", ".join(verbs[:-1]), verbs[-1]] if len(verbs) > 1 else verbs)
