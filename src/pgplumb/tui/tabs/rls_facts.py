"""What a letter of the RLS tab stands for. Letters say what is known, never what it lets through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.foundation.text import count
from pgplumb.rls.access import COMMANDS, Access, security_invoker
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span, width_of

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation


class Fact(NamedTuple):
    """How one answer of the access matrix is shown."""

    letter: str
    short: str
    word: str
    """For the legend where there is room, and for the detail."""
    ink: InkName


FACTS: Mapping[Access, Fact] = {
    Access.BYPASS: Fact("B", "bypass", "bypasses row security", "warn"),
    Access.POLICIES: Fact("p", "policies, unproved", "policies apply, unproved", "accent"),
    Access.NO_POLICY: Fact("0", "no row", "no row passes", "strong"),
    Access.VIEW: Fact("v", "view", "through a view", "text"),
    Access.DENIED: Fact("-", "none", "no privilege", "faint"),
    Access.UNKNOWN: Fact("?", "unknown", "unknown", "unknown"),
}
"""In the order in which the legend names them, and in which one of several is chosen for a role."""

INITIALS = " ".join(command[0] for command in COMMANDS)
"""The second line of a role's heading: S I U D T."""


_LEVELS = ("off", "on", "forced")
_BARS = "▁▄▇"


def letter(state: Access, expected: bool = False) -> Span:
    """Return the letter of a cell. An `expected` bypass steps back: the table has no row security at all."""
    fact = FACTS[state]
    return Span(fact.letter, "text" if expected and state is Access.BYPASS else fact.ink)


def legend(totals: Mapping[Access, int], width: int) -> Line:
    """Return what each letter means and how many cells have it, in the longest words that fit."""
    wanted = [(s, f) for s, f in FACTS.items() if totals.get(s) or s is not Access.UNKNOWN]
    for gap, words in (
        ("    ", [fact.word for _, fact in wanted]),
        ("   ", [fact.short for _, fact in wanted]),
        ("  ", [fact.short.partition(",")[0] for _, fact in wanted]),
    ):
        spans: list[Span] = []
        for (state, fact), word in zip(wanted, words, strict=True):
            number = totals.get(state, 0)
            spans += [
                Span(gap if spans else ""),
                Span(fact.letter, fact.ink if number else "faint"),
                Span(f" {count(number)}", "text" if number else "faint"),
                Span(f" {word}", "muted" if number else "faint"),
            ]
        if width_of(tuple(spans)) <= width:
            break
    return tuple(spans)


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
    return (Span(_BARS[found], "muted"), Span(f" {_LEVELS[found]}", "text" if found else "muted"))


def works_as(view: Relation) -> str:
    """Return whose privileges and policies count below a view: the owner's or the caller's."""
    return "caller" if security_invoker(view) else "owner"
