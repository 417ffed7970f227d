"""The terminal is left as it was found: at a signal, after a stop, when it takes nothing any more."""

from __future__ import annotations

import asyncio
import os
import signal
import termios
import threading
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.drivers.linux_driver import LinuxDriver

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STUCK_SECONDS = 2.0
"""How long leaving may take after a signal: a terminal that takes no bytes would hold us and our sessions for good."""


class Leaving:
    """Makes signals leave as `q` does; the exit status names the signal."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._left = threading.Event()
        self._before: dict[int, Any] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self) -> None:
        """Take the signals; on the event loop, before anything is drawn."""
        self._loop = asyncio.get_running_loop()
        # Not the loop's own handlers: a loop that waits for the terminal to take bytes would never run them.
        self._before = {number: signal.signal(number, self._leave) for number in SIGNALS}

    def watch_stops(self) -> None:
        """Come back whole from a stop that could not be noticed; once the driver has set its own handlers."""
        signal.signal(signal.SIGCONT, self._continued)
        self._app.app_resume_signal.subscribe(self._app, lambda _: self._draw_all())

    def done(self) -> None:
        """The terminal is restored: what comes now may take its time."""
        self._left.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _leave(self, number: int, frame: FrameType | None) -> None:
        threading.Thread(target=self._end_if_stuck, args=(128 + number,), daemon=True).start()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._app.exit, None, 128 + number)

    def _end_if_stuck(self, status: int) -> None:
        if self._left.wait(STUCK_SECONDS):
            return
        driver: Any = self._app._driver
        # A driver without a terminal has no attributes to restore.
        with suppress(termios.error, AttributeError):
            termios.tcsetattr(driver.fileno, termios.TCSANOW, driver.attrs_before)
        os._exit(status)

    def _continued(self, number: int, frame: FrameType | None) -> None:
        """Go on after a stop. SIGSTOP leaves no time to restore the terminal, and what is found when the driver
        starts again is what it restores at the end: so its own modes are taken back first."""
        driver: LinuxDriver | Any = self._app._driver
        if driver is None or not driver._auto_restart:
            return
        if not driver._must_signal_resume:
            driver.suspend_application_mode()
            driver._must_signal_resume = True
        driver.resume_application_mode()

    def _draw_all(self) -> None:
        """Draw on a screen that others have written on: Textual sends only what has changed."""
        self._app.screen.refresh(layout=True)
