"""The questions that a migration raises for the target: what will run, to the letter; then what the target says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.catalog.unread import Unread
from pgplumb.sql.highlight import highlight
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.requests import AskTarget
from pgplumb.tui.tabs.migration.after_rows import ANSWERS
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from pgplumb.migrate.probes import Answer, Probe
    from pgplumb.tui.state import State
    from pgplumb.tui.store import Store

ACTIONS = declare(
    "probes",
    Action("ask", "enter", "ask the target", "Run what is shown, read-only.", hint=10, palette=False),
    Action(
        "force",
        "F",
        "large tables too",
        "Run it, and read tables of any size within each question's time.",
        hint=20,
        palette=False,
    ),
    Action("close", "escape q", "close", "Close.", hint=40, palette=False),
)
_BEFORE = "enter ask the target   F large tables too   y copy   esc close"
_AFTER = "enter ask again   F large tables too   y copy   esc close"


class ProbeScreen(Overlay[None]):
    """Nothing runs before Enter."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(
        self,
        store: Store,
        request: AskTarget,
        ask: Callable[[AskTarget], None],
        known: Sequence[Answer] | Unread | None,
    ) -> None:
        """`ask` sends a request; `known` is what the target said to the same questions before."""
        super().__init__()
        self._store = store
        self._request = request
        self._ask = ask
        self._number = max((a.number for a in store.state.answers if isinstance(a, AskTarget)), default=0)
        self._waiting: AskTarget | None = None
        self._known = known
        self._frame = Vertical(classes="frame")
        self._text = TextPane(indent=3)

    def compose(self) -> ComposeResult:
        """The text."""
        with self._frame:
            self._frame.border_title = "what only the target knows"
            yield self._text

    def on_mount(self) -> None:
        """Show what is known, and follow the answers."""
        super().on_mount()
        self._draw()
        self._store.subscribe(self, self._follow, "answers", "connection")

    def _follow(self, state: State) -> None:
        if self._waiting is not None and self._waiting in state.answers:
            answer = state.answers[self._waiting]
            self._known = answer if isinstance(answer, tuple | Unread) else None
            self._waiting = None
            self._draw()

    def _draw(self) -> None:
        probes = self._request.probes
        if self._waiting is not None:
            number = len(probes)
            self._frame.border_subtitle = f"asking {number} question{'s' if number != 1 else ''}   esc close"
            return
        if isinstance(self._known, Unread):
            lines = [line(Span("? unknown  ", "unknown"), self._known.reason)]
        elif self._known is not None:
            lines = list(_answered(self._known))
        else:
            lines = list(questions(probes))
        asks = bool(askable(probes))
        self._frame.border_subtitle = (_BEFORE if self._known is None else _AFTER) if asks else "esc close"
        self._text.show(lines, keep_place=False)

    def action_ask(self) -> None:
        """Ask."""
        self._send(force=False)

    def action_force(self) -> None:
        """Ask, whatever the tables' size."""
        self._send(force=True)

    def _send(self, *, force: bool) -> None:
        if self._waiting is not None or not askable(self._request.probes):
            return
        self._number += 1
        one = self._request
        self._waiting = AskTarget(one.up, one.mode, self._number, force, one.probes)
        self._ask(self._waiting)
        self._draw()

    def action_close(self) -> None:
        """Close; what was asked is answered beside the migration."""
        self.dismiss(None)


def askable(probes: Sequence[Probe]) -> list[Probe]:
    """Return the questions that can be asked."""
    return [probe for probe in probes if probe.cannot is None and probe.sql]


def questions(probes: Sequence[Probe]) -> Iterator[Line]:
    """Return what would run."""
    asked = askable(probes)
    if not probes:
        yield line("This migration raises no question that only the target can answer.")
        return
    rows = sum(probe.reads_rows for probe in asked)
    yield line(
        Span(f"{len(asked)} question{'s' if len(asked) != 1 else ''}", "strong"),
        Span(", each in a read-only transaction of its own that waits at most 50 ms for a lock.", "muted"),
    )
    if rows:
        yield line(
            Span(
                f"{rows} read{'s' if rows == 1 else ''} rows, until the first that matters, with row_security = off;"
                " large tables are left out.",
                "muted",
            )
        )
    for probe in probes:
        yield ()
        about = f"   statement {probe.statement + 1}"
        if probe.cannot is not None or not probe.sql:
            yield line(Span("? ", "unknown"), Span(probe.question, "text"), Span(about, "faint"))
            yield line(Span(f"   not asked: {probe.cannot or 'it cannot be asked'}", "muted"))
            continue
        limit = f", at most {probe.limit_ms / 1000:g} s"
        yield line(Span("· ", "accent"), Span(probe.question, "strong"), Span(about + limit, "faint"))
        for one in sql_lines(probe.sql, highlight):
            yield (Span("   "), *one)


def _answered(answers: Sequence[Answer]) -> Iterator[Line]:
    order = ("fail", "unknown", "pass")
    for answer in sorted(answers, key=lambda one: order.index(one.status)):
        mark = ANSWERS[answer.status]
        word = mark.word if answer.status != "fail" else "fails"
        yield line(
            Span(f"{mark.glyph} {word:<8}", mark.ink),
            Span(answer.probe.question, "strong" if answer.status != "pass" else "text"),
        )
        yield line(
            Span("           "),
            Span(answer.evidence, "text" if answer.status != "pass" else "muted"),
            Span(f"   {answer.seconds * 1000:.0f} ms" if answer.seconds else "", "faint"),
        )
