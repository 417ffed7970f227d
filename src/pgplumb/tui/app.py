"""The application: the terminal, the feed and the store around one main screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message

from pgplumb.foundation.config import Config
from pgplumb.tui.actions import KeyMap
from pgplumb.tui.input_bytes import accept_any_bytes
from pgplumb.tui.leaving import Leaving
from pgplumb.tui.messages import Ask
from pgplumb.tui.requests import Feed
from pgplumb.tui.screens.main import MainScreen
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.styles import style_sheets
from pgplumb.tui.terminal import Terminal, find_terminal, trust_terminal
from pgplumb.tui.themes import THEMES, variable_defaults
from pgplumb.tui.thin import forget_screen, thinly
from pgplumb.tui.widgets.glyphs import AsciiOnly

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgplumb.server.target import Target

WIDTHS = [(0, "-slim"), (30, "-narrow"), (100, "-wide"), (140, "-broad")]
"""From so many columns on the screen has this class: style sheets lay it out by these."""
HEIGHTS = [(0, "-flat"), (8, "-low"), (20, "-high"), (36, "-tall")]


def breakpoint_classes(width: int, height: int) -> tuple[str, str]:
    """Return the classes of a screen of this size."""
    across = max((at, name) for at, name in WIDTHS if width >= at)
    down = max((at, name) for at, name in HEIGHTS if height >= at)
    return across[1], down[1]


class PlumbApp(App[None]):
    """pgplumb in the terminal. Run it with `mouse=app.terminal.mouse`."""

    TITLE = "pgplumb"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    class Arrived(Message):
        """A new state lies in the store."""

    def __init__(self, feed: Feed, config: Config | None = None, terminal: Terminal | None = None) -> None:
        """Raises ValueError where the configuration remaps a key in a way that cannot be."""
        self.config = config or Config()
        self.terminal = terminal or find_terminal(self.config)
        self.feed = feed
        self.store = Store()
        self.leaving = Leaving(self)
        self.fault: Exception | None = None
        """What ended the program where that was no wish of anybody's."""
        super().__init__(css_path=style_sheets(), ansi_color=True if self.terminal.plain else None)
        for theme in THEMES:
            self.register_theme(theme)
        # Before anything is parsed: set later, every style sheet would be parsed twice.
        chosen = self.terminal.theme if self.terminal.theme in self.available_themes else THEMES[0].name
        self.set_reactive(App.theme, chosen)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.animation_level = "none"
        self._ascii = AsciiOnly()
        if self.config.keys:
            from pgplumb.tui.keys_page import declare_all

            declare_all()
        self.keys = KeyMap(self.config.keys)

    def get_default_screen(self) -> MainScreen:
        """The main screen, laid out for the terminal from the start: else everything would be sent twice."""
        main = MainScreen(self.store, self.keys, self.config)
        main.add_class(*breakpoint_classes(self.size.width, self.size.height), update=False)
        return main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables, for themes that are not ours."""
        return variable_defaults()

    def get_driver_class(self) -> type[Driver]:
        """Textual's, sending no more than is needed."""
        return thinly(super().get_driver_class())

    def get_line_filters(self) -> list[LineFilter]:
        """Add what a terminal without UTF-8 needs."""
        filters = list(super().get_line_filters())
        return filters if self.terminal.unicode else [*filters, self._ascii]

    def on_load(self) -> None:
        """Listen to signals before the terminal is touched."""
        if not self.is_headless:
            self.leaving.listen()

    def on_mount(self) -> None:
        """Take the keys of the configuration, and begin to read."""
        self.set_keymap(self.keys.textual())
        if not self.is_headless:
            self.leaving.watch_stops()
        self.call_after_refresh(self.feed.start, self.take)

    def on_unmount(self) -> None:
        """Stop reading."""
        self.feed.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Nobody knows what the terminal shows by now. Where the size is the old one again, draw everything."""
        forget_screen(self._driver)
        if event.size == self.size and self.screen_stack:
            self.screen.refresh()

    def _handle_exception(self, error: Exception) -> None:
        self.fault = self.fault or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's traceback: it prints the values of variables, and some of them are secrets."""
        self._close_messages_no_wait()

    def take(self, state: State) -> None:
        """Take a new state from any thread."""
        if self.store.offer(state):
            self.post_message(self.Arrived())

    @on(Arrived)
    def _publish(self) -> None:
        self.store.publish()

    @on(Ask)
    def _ask(self, event: Ask) -> None:
        self.feed.request(event.request)


def open_app(
    target: Callable[[], Target] | None, *, offline: Path | None = None, config: Config | None = None
) -> None:
    """Open the UI on a server or a saved catalog and stay until it is left.

    Raises SystemExit with a line for people where the terminal cannot be drawn on or a key cannot be remapped,
    and with 128 plus its number after a signal.
    """
    config = config or Config()
    trust_terminal()
    terminal = find_terminal(config)
    if terminal.refusal:
        raise SystemExit(f"pgplumb: {terminal.refusal}")
    try:
        app = PlumbApp(_feed(target, offline, config), config, terminal)
    except ValueError as error:
        raise SystemExit(f"pgplumb: the configuration's [keys]: {error}") from None
    accept_any_bytes()
    try:
        app.run(mouse=terminal.mouse)
    finally:
        app.leaving.done()
    if app.fault is not None:
        raise app.fault
    if app.return_code:
        raise SystemExit(app.return_code)


def _feed(target: Callable[[], Target] | None, offline: Path | None, config: Config) -> Feed:
    if offline is not None:
        from pgplumb.tui.live.offline import OfflineFeed

        return OfflineFeed(offline)
    from pgplumb.tui.live.feed import LiveFeed

    return LiveFeed(target, config=config)
