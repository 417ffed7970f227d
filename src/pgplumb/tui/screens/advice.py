"""Index advice over the whole workload: a list of cards, and each card with the plans before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.catalog.unread import Unread
from pgplumb.checks.finding import Finding
from pgplumb.foundation.text import count, percent
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.messages import Ask
from pgplumb.tui.requests import Advise, CancelTwin, PlansWith
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.query.advice_card import card_lines, drop_lines
from pgplumb.tui.tabs.query.advice_fix import advice_fix, plain_ddl, qualified
from pgplumb.tui.tabs.query.advice_rows import AdviceRow, AdviceTable, advice_rows
from pgplumb.tui.tabs.query.asked import Asked
from pgplumb.tui.tabs.query.growth import doing_lines, offer_lines
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane
from pgplumb.workload.advisor.advice import Advice

if TYPE_CHECKING:
    from pgplumb.tui.requests import Request
    from pgplumb.tui.store import Store
    from pgplumb.workload.advisor.advice import AdvisedIndex

ACTIONS = declare(
    "advice",
    Action(
        "close",
        "escape",
        "back",
        "Give up what is being worked out; close the card; close.",
        hint=30,
        palette=False,
    ),
    Action("ask", "p", "ask", "Work out the advice, or work it out again.", hint=20, palette=False),
    Action("fix", "f", "compose", "Compose the index, or its end, as a migration.", hint=10, palette=False),
    Action(
        "copy", "y", "copy", "Copy the statement that creates or drops the index.", hint=25, palette=False
    ),
    Action("offered", "enter", "ask", "Work out the advice.", palette=False),
)


class AdviceScreen(Overlay[Finding | None]):
    """Dismissed with what is to be composed. With a card it opens on that card and closes with it."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, store: Store, advice: Advice | None = None, opened: AdviceRow | None = None) -> None:
        """`advice` is that of one statement, else the workload's is shown."""
        super().__init__()
        self._store = store
        self._own = advice
        self._opened = opened
        self._alone = opened is not None
        self._asked = Asked()
        self._head = LineLabel(id="advice-head")
        self._table = AdviceTable(one=False, id="advice-list")
        self._card = TextPane(indent=6, id="advice-card")

    def compose(self) -> ComposeResult:
        """What it comes to, the cards; or one card."""
        with Vertical(classes="frame") as frame:
            frame.border_title = "Index advice"
            yield self._head
            yield self._table
            yield self._card

    def on_mount(self) -> None:
        """Follow the state."""
        super().on_mount()
        self._store.subscribe(self, self._draw, "answers", "twin", "connection")
        if self._opened is not None:
            self._open(self._opened)

    @property
    def _state(self) -> State:
        return self._store.state

    @property
    def _advice(self) -> Advice | None:
        found = self._own or self._state.answers.get(Advise())
        return found if isinstance(found, Advice) else None

    # What is drawn

    def _draw(self, state: State) -> None:
        advice = self._advice
        self._choose()
        self.query_one(".frame").border_subtitle = self._subtitle()
        if self._opened is not None:
            self._card.show(list(self._card_lines(self._opened)))
        elif advice is not None:
            self._head.show(self._doing() or summary(advice), ())
            none = line(glyphs.PASS.span, Span(" no index is advised, and none is to be dropped", "strong"))
            self._table.show(advice_rows(advice), (none,))
        else:
            self._card.show(self._instead(state))

    def _choose(self) -> None:
        listed = self._opened is None and self._advice is not None
        if self._table.display == listed and self._card.display == (not listed):
            return
        self._head.display = self._table.display = listed
        self._card.display = not listed
        (self._table if listed else self._card).focus()

    def _subtitle(self) -> str:
        if self._waits(Advise()):
            return "esc give up"
        if self._opened is not None:
            return "f compose   y copy   esc back"
        return "enter card   f compose   y copy   p again   esc close" if self._advice else "esc close"

    def _doing(self) -> Line:
        return doing_lines(self._state.twin)[0] if self._waits(Advise()) else ()

    def _instead(self, state: State) -> list[Line]:
        answer = state.answers.get(Advise())
        if state.connection.phase is not Phase.LIVE:
            saved = state.connection.phase is Phase.OFFLINE
            why = "a saved catalog is shown" if saved else "there is no connection"
            return [line(Span(f"a twin is made from a server: {why}", "warn"))]
        if self._waits(Advise()):
            return [
                line(
                    Span(state.twin.doing or "waiting for its turn", "accent"),
                    Span(" · esc gives up", "faint"),
                )
            ]
        if isinstance(answer, Unread):
            return [
                line(Span(answer.reason, "warn")),
                (),
                line(Span("p", "key"), Span(" asks again", "muted")),
            ]
        return offer_lines(state.twin, "looks for indexes that help all that ran, each planned in the twin")

    def _card_lines(self, row: AdviceRow) -> list[Line]:
        if row.drop is not None:
            return list(drop_lines(row.drop))
        if row.card is None:
            return [row.text] if row.text else []
        answer = self._state.answers.get(self._plans(row.card))
        plans = {one.query: one for one in answer} if isinstance(answer, tuple) else {}
        why_not = answer.reason if isinstance(answer, Unread) else None
        doing = (
            (self._state.twin.doing or "waiting for its turn") if self._waits(self._plans(row.card)) else None
        )
        return list(card_lines(row.card, plans, doing, why_not))

    # What is asked

    def _waits(self, request: Request) -> bool:
        return self._asked.waits(self._state, request)

    def _ask(self, request: Request) -> None:
        if self._asked.ask(self._state, request):
            self.post_message(Ask(request))
            self._draw(self._state)

    def _plans(self, card: AdvisedIndex) -> PlansWith:
        advice, catalog = self._advice, self._state.catalog
        cards = sorted(advice.indexes if advice is not None else (card,), key=lambda c: qualified(c, catalog))
        queries = dict.fromkeys(effect.query for effect in (*card.helps, *card.hurts))
        return PlansWith(tuple(map(plain_ddl, cards)), tuple(queries))

    @on(LineTable.Selected, "#advice-list")
    def _selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self._open(event.row)

    def _open(self, row: AdviceRow) -> None:
        self._opened = row
        self._card.show((), keep_place=False)
        self._draw(self._state)
        live = self._state.connection.phase is Phase.LIVE
        if row.card is not None and live and self._plans(row.card) not in self._state.answers:
            self._ask(self._plans(row.card))

    def action_ask(self) -> None:
        """Work it out."""
        if self._opened is None and self._own is None and self._state.connection.phase is Phase.LIVE:
            self._ask(Advise())

    def action_offered(self) -> None:
        """Enter, where there is nothing yet."""
        if self._advice is None:
            self.action_ask()

    def action_fix(self) -> None:
        """Compose what is under the cursor."""
        row = self._opened or self._table.row
        finding = advice_fix(row, self._state.catalog) if row is not None else None
        if finding is not None:
            self.dismiss(finding)

    def action_copy(self) -> None:
        """Copy the statement."""
        from pgplumb.tui.clipboard import copy

        row = self._opened or self._table.row
        if row is not None and row.copy:
            self.query_one(".frame").border_subtitle = copy(self.app, row.copy)

    def action_close(self) -> None:
        """Give up, or go back one step."""
        if self._waits(Advise()):
            self.post_message(Ask(CancelTwin()))
        elif self._opened is not None and not self._alone:
            self._opened = None
            self._draw(self._state)
        else:
            self.dismiss(None)


def summary(advice: Advice) -> Line:
    """Return what all of the advice comes to."""
    saved = 1 - advice.cost_after / advice.cost_before if advice.cost_before else 0.0
    known = advice.settings
    return line(
        Span("cost of the workload ", "muted"),
        Span(f"{count(advice.cost_before)} {glyphs.ARROW} {count(advice.cost_after)}", "strong"),
        Span(f"  {percent(saved)} less", "pass" if saved >= 0.005 else "muted"),
        Span(f"   {known.get('planned', 0)} of {known.get('queries', 0)} queries planned", "faint"),
        Span(f", {known.get('candidates', 0)} candidates, {known.get('plans', 0)} plans", "faint"),
    )
