"""What is offered for a field: values that the catalog has, those that hold what is typed, with a word about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.type_names import type_name
from pgplumb.foundation.text import count
from pgplumb.migrate.change import Field, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.choices import choices
from pgplumb.migrate.intents.parts.form import LISTS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span, ends
from pgplumb.tui.widgets.line_view import LineView
from pgplumb.tui.widgets.palette import Ground

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog

SHOWN = 5


def offers_of(field: Field, typed: Mapping[str, str], catalog: Catalog | None) -> tuple[str, ...]:
    """Return what can stand in a field and holds what is typed; what begins with it first."""
    if field.kind == "flag":
        found: Sequence[str] = ("yes", "no")
    elif catalog is None:
        return ()
    else:
        values = {name: text.strip() for name, text in typed.items() if text.strip()}
        found = choices(field, catalog, values)
    taken = typed.get(field.name, "")
    if field.kind in LISTS:
        chosen = {part.strip() for part in taken.split(",")[:-1]}
        found = [one for one in found if one not in chosen]
    wanted = last_part(field, taken).casefold()
    matching = [one for one in found if wanted in one.casefold()]
    return (
        tuple(sorted(matching, key=lambda one: wanted not in one.casefold()[: len(wanted)]))
        if wanted
        else tuple(matching)
    )


def last_part(field: Field, text: str) -> str:
    """Return what is being typed: of a list its last part."""
    return text.rpartition(",")[2].strip() if field.kind in LISTS else text.strip()


def with_offer(field: Field, text: str, offer: str) -> str:
    """Return a field's text with an offer taken."""
    before = text.rpartition(",")[0].strip() if field.kind in LISTS else ""
    return f"{before}, {offer}" if before else offer


def note_of(field: Field, offer: str, typed: Mapping[str, str], catalog: Catalog | None) -> str:
    """Return a word about an offer: how many rows a table has, the type of a column."""
    if catalog is None:
        return ""
    try:
        if field.kind in ("table", "tables", "relation", "relations", "matview"):
            relation = find.relation(catalog, offer)
            held = held_rows(relation, catalog)
            return "" if held is None else f"{count(held)} rows"
        if field.kind in ("column", "columns"):
            owner = find.relation(catalog, typed.get(field.of, "").strip())
            column = find.column(owner, offer)
            return type_name(catalog.types, column.type_oid, column.typmod)
    except Unwritable:
        return ""
    return ""


class Offers(LineView):
    """The offers of the field that is typed into. One of them may be chosen."""

    DEFAULT_CSS = "Offers { height: auto; }"

    def __init__(self) -> None:
        super().__init__(id="wizard-offers")
        self._offers: tuple[str, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._top = 0
        self._at: int | None = None
        self._note_of = lambda offer: ""

    @property
    def chosen(self) -> str | None:
        """The one that is chosen."""
        return self._offers[self._at] if self._at is not None else None

    @property
    def only(self) -> str | None:
        """The offer, where there is exactly one."""
        return self._offers[0] if len(self._offers) == 1 else None

    def show(self, offers: tuple[str, ...], notes: Mapping[str, str]) -> None:
        """Offer something else; none is chosen."""
        self._offers = offers
        self._notes = tuple(notes.get(offer, "") for offer in offers)
        self._top, self._at = 0, None
        self.repaint()

    def move(self, by: int) -> bool:
        """Choose the next or the one before; False at the ends."""
        at = by - 1 if self._at is None and by > 0 else (self._at if self._at is not None else 0) + by
        if not self._offers or at >= len(self._offers) or (self._at is None and by < 0):
            return False
        self._at = at if at >= 0 else None
        if self._at is not None:
            self._top = min(max(self._top, self._at - SHOWN + 1), self._at)
        self.repaint()
        return True

    def line_count(self) -> int:
        """At most so many, and one that tells how many more there are."""
        return min(len(self._offers), SHOWN) + (len(self._offers) > SHOWN)

    def line_at(self, y: int) -> Line:
        """Return one offer."""
        width = self.content_size.width
        at = self._top + y
        if y >= SHOWN:
            return (Span(f"    {len(self._offers):,} in all; type to narrow them", "faint"),)
        if at >= len(self._offers):
            return ()
        mark = glyphs.CURSOR if at == self._at else " "
        ink: InkName = "strong" if at == self._at else "text"
        note = Span(f"{self._notes[at]} ", "faint")
        return ends((Span(f"  {mark} ", "accent"), Span(self._offers[at], ink)), (note,), width)

    def ground_at(self, y: int) -> Ground:
        """The chosen one stands out."""
        return "cursor" if y < SHOWN and self._at == self._top + y else "plain"
