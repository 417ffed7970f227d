"""How verdicts are drawn: letter, word and ink, and what a level of row security looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.rls.access import COMMANDS, security_invoker
from pgplumb.rls.verdict import Verdict
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.verdict import Cell
    from pgplumb.tui.verdicts import Verdicts


class Look(NamedTuple):
    """How one verdict is shown."""

    letter: str
    glyph: str
    word: str
    ink: InkName


LOOKS: Mapping[Verdict, Look] = {
    Verdict.OPEN: Look("O", glyphs.FAIL.glyph, "open", "fail"),
    Verdict.PARTIAL: Look("P", glyphs.WARN.glyph, "partial", "warn"),
    Verdict.UNPROVED: Look("?", "?", "unproved", "unknown"),
    Verdict.ISOLATED: Look("I", glyphs.PASS.glyph, "isolated", "pass"),
    Verdict.DENIED: Look("-", "-", "denied", "faint"),
}
"""The worst first."""
SUSPECTED = Look("?!", "?", "unproved, suspected leak", "warn")
EXCUSED = Look("I*", glyphs.WAIVED.glyph, "isolated but for what was accepted", "pass")

INITIALS = " ".join(command[0] for command in COMMANDS)
"""The second line of a role's heading: S I U D T."""

_LEVELS = ("off", "on", "forced")
_BARS = "▁▄▇"


def look(verdicts: Verdicts, cell: Cell) -> Look:
    """Return how a cell is shown."""
    if verdicts.excuses(cell):
        return EXCUSED
    return SUSPECTED if cell.suspected else LOOKS[cell.verdict]


def letters(verdicts: Verdicts, cells: tuple[Cell, ...]) -> Line:
    """Return the letters of one object and role, each in its place: S I U D T, or X alone for a function."""
    if cells and cells[0].command == "EXECUTE":
        shown = look(verdicts, cells[0])
        return (Span("X ", "faint"), Span(shown.letter, shown.ink))
    by_command = {cell.command: cell for cell in cells}
    spans: list[Span] = []
    for command in COMMANDS:
        cell = by_command.get(command)
        if cell is None:
            spans.append(Span("  "))
            continue
        shown = look(verdicts, cell)
        spans.append(Span(f"{shown.letter:<2}", shown.ink))
    last = spans[-1]
    return (*spans[:-1], Span(last.text.rstrip(" "), last.ink))


def level(relation: Relation) -> int | None:
    """Return how far row security goes: 0 off, 1 on, 2 forced; None where the kind has none."""
    if not relation.is_table:
        return None
    return relation.row_security + (relation.row_security and relation.force_row_security)


def level_cell(relation: Relation, concern: bool = False) -> Line:
    """Return row security as sign and word; for a view, as whom it reads."""
    if relation.kind == "v":
        return (Span(f"{glyphs.ARROW} {works_as(relation)}", "muted"),)
    found = level(relation)
    if found is None:
        return (Span(f"{glyphs.DOT} none", "muted"),)
    if found == 0 and concern:
        return (glyphs.WARN.span, Span(" off", "warn"))
    # One ink and no more: each costs bytes in every row that the cursor passes.
    return (Span(f"{_BARS[found]} {_LEVELS[found]}", "muted"),)


def works_as(view: Relation) -> str:
    """Return whose privileges and policies count below a view: the owner's or the caller's."""
    return "caller" if security_invoker(view) else "owner"
