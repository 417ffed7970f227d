"""Where to connect to: saved connections, databases of this server, or anything that libpq reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from pgplumb.foundation import config
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.messages import Ask
from pgplumb.tui.requests import Connect, Password, Request, UseDatabase
from pgplumb.tui.state import Phase, State
from pgplumb.tui.store import Store
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import InkName, Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.text_pane import TextPane

ACTIONS = declare(
    "connect",
    Action("close", "escape", "close", "Close without connecting.", hint=30, palette=False),
    Action("switch", "tab", "switch", "Go between the list and the field.", hint=20, palette=False),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the list: a heading, a saved connection or a database."""

    name: str
    detail: str = ""
    environment: str = ""
    request: Request | None = None


class ConnectionScreen(Overlay[None]):
    """Closes by itself once it is connected."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, store: Store, saved: Sequence[config.Connection]) -> None:
        super().__init__()
        self._store = store
        self._saved = tuple(saved)
        self._asked = False
        self._table = LineTable[Choice](
            (
                Column[Choice]("name", "", lambda c: Span(c.name, "text"), max_width=30),
                Column[Choice]("environment", "", lambda c: Span(c.environment, "warn"), width=8),
                Column[Choice](
                    "detail", "", lambda c: Span(c.detail, "muted"), max_width=200, grow=True, priority=1
                ),
            ),
            key=lambda c: (c.name, c.detail),
            text=lambda c: f"{c.name} {c.detail}",
            kinds=RowKind(
                whole=lambda c: None if c.request else line(Span(c.name, "muted")),
                selectable=lambda c: c.request is not None,
            ),
            header=False,
        )
        self._field = TextField("postgresql://user@host/database, service=name, a database, or @saved")
        self._secret = TextField("password", password=True, id="password")
        self._state = TextPane(indent=0, id="connection-state")
        self._state.can_focus = False

    def compose(self) -> ComposeResult:
        """The list, the field, the password where it is wanted, and how it goes."""
        with Vertical(classes="frame") as frame:
            frame.border_title = "Connect"
            frame.border_subtitle = "enter connect   tab switch   esc close"
            yield self._table
            yield LineLabel((Span("or anything that psql takes:", "muted"),))
            yield self._field
            yield self._secret
            yield self._state

    def on_mount(self) -> None:
        """List what is known and follow the connection."""
        self._secret.display = False
        rows = choices(self._saved, self._store.state.databases)
        self._table.display = bool(rows)
        self._table.show(rows)
        (self._table if rows else self._field).focus()
        self._store.subscribe(self, self._follow, "connection")

    def _follow(self, state: State) -> None:
        wanted = state.connection.phase is Phase.PASSWORD
        if wanted and not self._secret.display:
            self._secret.display = True
            self._secret.focus()
        elif not wanted:
            self._secret.display = False
            self._secret.value = ""
        self._state.show([state_line(state)])
        if self._asked and state.connection.phase is Phase.LIVE:
            self.dismiss()

    def _ask(self, request: Request) -> None:
        self._asked = True
        self.post_message(Ask(request))

    @on(LineTable.Selected)
    def _chosen(self, event: LineTable.Selected) -> None:
        choice: Choice = event.row
        if choice.request is not None:
            self._ask(choice.request)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input is self._secret:
            self._ask(Password(event.value))
            event.input.value = ""
        elif event.value.strip():
            self._ask(Connect(event.value.strip()))

    def action_switch(self) -> None:
        """Give the focus to the next part."""
        self.focus_next()

    def action_close(self) -> None:
        """Close."""
        self.dismiss()


def choices(saved: Sequence[config.Connection], databases: Sequence[str]) -> list[Choice]:
    """Return the rows of the list."""
    rows: list[Choice] = []
    if saved:
        rows.append(Choice("saved connections"))
        rows += [
            Choice(
                f"@{c.name}", shown_conninfo(c.conninfo), (c.environment or "").upper(), Connect(f"@{c.name}")
            )
            for c in saved
        ]
    if databases:
        rows.append(Choice("databases of this server"))
        rows += [Choice(name, request=UseDatabase(name)) for name in databases]
    return rows


def shown_conninfo(conninfo: str) -> str:
    """Return a connection string without what may be secret in it."""
    if "://" in conninfo:
        scheme, _, rest = conninfo.partition("://")
        login, at, place = rest.rpartition("@")
        user = login.partition(":")[0]
        place, _, query = place.partition("?")
        return f"{scheme}://{user}{at}{place}" + ("?..." if query else "")
    return " ".join(
        word for word in conninfo.split() if not word.casefold().startswith(("password", "sslpassword"))
    )


def state_line(state: State) -> Line:
    """Return how it goes with the connection, in one line."""
    connection = state.connection
    inks: dict[Phase, InkName] = {Phase.LIVE: "pass", Phase.CONNECTING: "accent", Phase.PASSWORD: "warn"}
    if connection.error:
        return (Span(f"{glyphs.FAIL.glyph} ", "fail"), Span(connection.error))
    texts = {
        Phase.IDLE: "",
        Phase.CONNECTING: f"connecting to {connection.label}",
        Phase.PASSWORD: "the server asks for a password",
        Phase.LIVE: f"connected to {connection.label}",
        Phase.OFFLINE: f"a saved catalog of {connection.label}",
    }
    text = texts.get(connection.phase, "not connected")
    return (Span(text, inks.get(connection.phase, "muted")),)
