"""The indexes that help one statement, priced in the twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from pgplumb.catalog.unread import Unread
from pgplumb.tui.actions import bindings
from pgplumb.tui.requests import AdviseOne
from pgplumb.tui.state import TwinState
from pgplumb.tui.tabs.query.advice_rows import AdviceRow, AdviceTable, advice_rows
from pgplumb.tui.tabs.query.growth import doing_lines, offer_lines
from pgplumb.tui.tabs.query.plan_sheet import ACTIONS as PLAN_ACTIONS
from pgplumb.tui.tabs.query.plan_text import unplanned_lines
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.one_of import OneOf
from pgplumb.tui.widgets.text_pane import TextPane
from pgplumb.workload.advisor.advice import Advice
from pgplumb.workload.plan import refuse

if TYPE_CHECKING:
    from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class AdviceLook:
    """For which statement advice is wanted, and what is known of it."""

    request: AdviseOne
    twin: TwinState
    text: str | None
    answer: object = None
    """Advice or Unread."""
    whole: Advice | None = None
    """The advice for all that ran, where it was asked for."""
    asked: bool = False
    refusal: str | None = None

    @property
    def advice(self) -> Advice | None:
        """What there is: its own advice, else that for all that ran."""
        return self.answer if isinstance(self.answer, Advice) else self.whole


class AdvicePane(OneOf):
    """Draws an AdviceLook. Enter posts `Wanted` where nothing is known yet, else opens the card."""

    ACTIONS: ClassVar = PLAN_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLAN_ACTIONS)
    DEFAULT_CSS = "AdvicePane { height: 1fr; } AdvicePane > LineLabel { height: 1; }"

    class Wanted(Message):
        """A person wants the advice."""

    def __init__(self) -> None:
        super().__init__(id="query-advice")
        self._look: AdviceLook | None = None
        self._head = LineLabel()
        self.table = AdviceTable(one=True, id="advice-table")
        self._text = TextPane(indent=6)

    def compose(self) -> ComposeResult:
        """A line above the cards, or a text."""
        yield self._head
        yield self.table
        yield self._text
        self._choose(False)

    @property
    def shown(self) -> Widget:
        """The list of cards where there is one, else the text."""
        return self.table if self.table.display else self._text

    @property
    def row(self) -> AdviceRow | None:
        """The card under the cursor."""
        return self.table.row if self.table.display else None

    def show(self, look: AdviceLook | None) -> None:
        """Draw the advice for another statement, or more of it."""
        if look == self._look:
            return
        fresh = look is None or self._look is None or look.request != self._look.request
        self._look = look
        advice = look.advice if look is not None else None
        rows = advice_rows(advice, look.text) if advice is not None and look is not None else []
        cards = any(row.card is not None for row in rows)
        had_focus = self.has_focus_within
        self._choose(cards)
        self.hand_on(had_focus)
        if look is None:
            self._text.show(())
        elif cards:
            self._head.show(_head(look))
            self.table.show(rows)
            if fresh:
                self.table.action_first()
        else:
            self._text.show([(Span("  "), *one) for one in _instead(look, rows)], keep_place=not fresh)

    def _choose(self, cards: bool) -> None:
        self._head.display = self.table.display = cards
        self._text.display = not cards

    def action_ask(self) -> None:
        """Enter."""
        self.post_message(self.Wanted())


def _head(look: AdviceLook) -> Line:
    if look.asked:
        return (Span("  "), *doing_lines(look.twin)[0])
    source = (
        "with the statements that write"
        if isinstance(look.answer, Advice)
        else "from the advice for all that ran"
    )
    return line(
        Span("  planned with them in the twin", "pass"),
        Span(f" {glyphs.DOT} {source}   ", "muted"),
        *(
            Span("f", "key"),
            Span(" composes   ", "muted"),
            Span("enter", "key"),
            Span(" opens the card", "muted"),
        ),
    )


def _instead(look: AdviceLook, rows: list[AdviceRow]) -> list[Line]:
    """Return what is said where there is no card."""
    if look.refusal is not None:
        return [line(Span(look.refusal, "warn"))]
    if look.asked:
        return doing_lines(look.twin)
    if isinstance(look.answer, Advice):
        said = [row.text for row in rows if row.text is not None]
        return [line(glyphs.PASS.span, Span(" no index is advised for it", "strong")), (), *said]
    if isinstance(look.answer, Unread):
        again = line(Span("p", "key"), Span(" asks again", "muted"))
        return [line(Span(look.answer.reason, "warn")), (), again]
    refused = refuse(look.text) if look.text is not None else None
    if refused is not None:
        return list(unplanned_lines(refused))
    return offer_lines(look.twin, "looks for indexes that help it, each planned in the twin")
