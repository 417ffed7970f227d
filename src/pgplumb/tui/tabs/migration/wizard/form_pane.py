"""FormPane: the fields of one change, what is offered for the one that is typed into, and what is wrong at which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input

from pgplumb.tui.actions import bindings
from pgplumb.tui.tabs.migration.actions import FORM
from pgplumb.tui.tabs.migration.wizard.offers import Offers, note_of, offers_of, with_offer
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_view import LineLabel

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.change import Field, Intent

_MOST_NOTED = 40
Wish = Literal["stay", "leave"]
"""What Enter asked for before it was known whether anything is wrong: to see, or to leave the form."""


class FieldRow(Vertical):
    """One field: its name, what is typed, and below it what is wrong."""

    def __init__(self, field: Field, text: str) -> None:
        super().__init__(classes="field")
        self.field = field
        self.input = TextField(placeholder=field.about)
        self.input.value = text
        self._label = LineLabel(classes="field-name")
        self._error = LineLabel(classes="field-error")
        self._error.display = False

    def compose(self) -> ComposeResult:
        """Name and text, then what is wrong."""
        with Horizontal(classes="field-line"):
            yield self._label
            yield self.input
        yield self._error

    def on_mount(self) -> None:
        """Say its name."""
        self.mark(focused=False)

    def mark(self, *, focused: bool) -> None:
        """Show whether this is the field that is typed into."""
        name = self.field.name.replace("_", " ")
        cursor = Span(f"{glyphs.CURSOR if focused else ' '} ", "accent")
        self._label.show(
            (cursor, Span(name, "strong" if focused else "text" if self.field.required else "muted"))
        )

    def show_error(self, text: str) -> None:
        """Say what is wrong; nothing where it is right."""
        self._error.display = bool(text)
        self._error.show((Span(f"    {text}", "fail"),))


class FormPane(Vertical):
    """The form. Enter goes on as soon as nothing is wrong, else to the field that is."""

    ACTIONS: ClassVar = FORM
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)

    class Changed(Message):
        """Something was typed."""

    class Done(Message):
        """The person is done with it, and nothing is wrong."""

    def __init__(self, intent: Intent, typed: Mapping[str, str], catalog: Catalog | None) -> None:
        super().__init__(id="wizard-form")
        self.intent = intent
        self._catalog = catalog
        self._rows = [FieldRow(field, typed.get(field.name, "")) for field in intent.fields]
        self._open = any(typed.get(f.name) for f in intent.fields if not f.required)
        self._at = next((i for i, f in enumerate(intent.fields) if f.required and not typed.get(f.name)), 0)
        self._errors: Mapping[str, str] = {}
        self._problem = ""
        self._ready = False
        self._strict = False
        self._waiting: Wish | None = None
        self._current = False
        self._offers = Offers()
        self._fold = LineLabel(id="wizard-fold")
        self._wrong = LineLabel(id="wizard-wrong")
        self._hint = LineLabel(id="wizard-hint")

    def compose(self) -> ComposeResult:
        """The fields, the fold of those that may stay empty, what is offered."""
        required = [row for row in self._rows if row.field.required]
        optional = [row for row in self._rows if not row.field.required]
        self._rows = [*required, *optional]
        with VerticalScroll(id="wizard-fields", can_focus=False):
            yield from required
            yield self._fold
            yield from optional
        yield self._wrong
        yield self._hint
        yield self._offers

    def on_mount(self) -> None:
        """Begin at the first field that lacks something."""
        self._open = self._open or not any(row.field.required for row in self._rows)
        self._at = next(
            (i for i, row in enumerate(self._rows) if row.field.required and not row.input.value), 0
        )
        self._draw_fold()
        self._go(self._at)

    @property
    def typed(self) -> dict[str, str]:
        """What is typed, by field."""
        return {row.field.name: row.input.value for row in self._rows}

    def take(self, errors: Mapping[str, str], problem: str, *, ready: bool) -> None:
        """Show what is known of what was typed."""
        self._errors, self._problem, self._ready, self._current = errors, problem, ready, True
        wish, self._waiting = self._waiting, None
        self._draw_errors()
        if wish is not None:
            self._go_on(leave=wish == "leave")

    def now_over(self, catalog: Catalog) -> None:
        """Offer what another catalog has."""
        self._catalog = catalog
        if self.is_mounted:
            self._draw_offers()

    def focus_again(self) -> None:
        """Go back to the field that was typed into last."""
        self._go(self._at)

    # Drawing

    def _draw_errors(self) -> None:
        for row in self._rows:
            wrong = self._errors.get(row.field.name, "")
            shown = wrong if self._strict or (row.input.value.strip() and wrong != "is missing") else ""
            row.show_error(shown)
            if shown and not row.display:
                self._open = True
                self._draw_fold()
        self._wrong.display = bool(self._problem)
        self._wrong.show((Span(f"✗ {self._problem}", "fail"),))

    def _draw_fold(self) -> None:
        optional = [row for row in self._rows if not row.field.required]
        for row in optional:
            row.display = self._open
        self._fold.display = bool(optional)
        names = ", ".join(row.field.name.replace("_", " ") for row in optional)
        sign = glyphs.OPEN if self._open else glyphs.CLOSED
        words = "may stay empty" if self._open else f"{len(optional)} more may stay empty: {names}"
        shown: Line = (Span(f"{sign} {words}", "muted"), Span("  ctrl+o", "key"))
        self._fold.show(shown)

    def _draw_offers(self) -> None:
        field, typed = self._row.field, self.typed
        offers = offers_of(field, typed, self._catalog)
        if offers == (typed[field.name].strip(),):
            offers = ()
        notes = {offer: note_of(field, offer, typed, self._catalog) for offer in offers[:_MOST_NOTED]}
        self._offers.show(offers, notes)

    # Moving

    @property
    def _row(self) -> FieldRow:
        return self._rows[self._at]

    @property
    def _visible(self) -> list[int]:
        return [i for i, row in enumerate(self._rows) if row.field.required or self._open]

    def _go(self, at: int) -> None:
        self._rows[self._at].mark(focused=False)
        self._at = at
        row = self._row
        row.mark(focused=True)
        row.input.cursor_position = len(row.input.value)
        row.input.focus()
        self._hint.show((Span(f"    {row.field.about}", "muted"),))
        self._draw_offers()

    def _step(self, by: int) -> None:
        visible = self._visible
        if visible:
            at = visible.index(self._at) if self._at in visible else 0
            self._go(visible[(at + by) % len(visible)])

    def _take_offer(self) -> bool:
        chosen = self._offers.chosen
        row = self._row
        if chosen is None and row.input.value.strip():
            typed = row.input.value.strip()
            known = offers_of(row.field, self.typed, self._catalog)
            chosen = self._offers.only if typed not in known else None
        if chosen is None:
            return False
        row.input.value = with_offer(row.field, row.input.value, chosen)
        row.input.cursor_position = len(row.input.value)
        self._draw_offers()
        return True

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._draw_offers()
        self._ready = self._current = False
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_next()

    def action_next(self) -> None:
        """Take what is chosen, or go on; where something is wrong, go to it."""
        taken = self._take_offer()
        if self._to_next_lacking():
            return
        if taken or not self._current:
            # What is wrong with it is not known yet.
            self._waiting = "stay" if taken else "leave"
        else:
            self._go_on(leave=True)

    def _go_on(self, *, leave: bool) -> None:
        """Go to the field that is wrong, if one is; else on from the form, where that is wanted."""
        wrong = [i for i, row in enumerate(self._rows) if row.field.name in self._errors]
        if wrong:
            self._strict = self._strict or leave
            self._open = self._open or not self._rows[wrong[0]].field.required
            self._draw_fold()
            self._draw_errors()
            self._go(wrong[0])
        elif leave and self._ready:
            self.post_message(self.Done())

    def _to_next_lacking(self) -> bool:
        """Go to the next field that must be filled and is empty; False where there is none."""
        count = len(self._rows)
        order = [(self._at + step) % count for step in range(1, count)]
        for at in order:
            if self._rows[at].field.required and not self._rows[at].input.value.strip():
                self._go(at)
                return True
        return False

    def action_following(self) -> None:
        """Take what is offered alone, and go to the next field."""
        self._take_offer()
        self._step(1)

    def action_previous(self) -> None:
        """Go to the field before."""
        self._step(-1)

    def action_down(self) -> None:
        """Go down in what is offered, or to the next field."""
        if not self._offers.move(1) and self._offers.chosen is None:
            self._step(1)

    def action_up(self) -> None:
        """Go up in what is offered, or to the field before."""
        if not self._offers.move(-1):
            self._step(-1)

    def action_fold(self) -> None:
        """Show or hide the fields that may stay empty."""
        self._open = not self._open
        self._draw_fold()
        if not self._row.field.required and not self._open:
            self._go(0)
