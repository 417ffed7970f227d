"""One line on a terminal that says how far the build is; nothing where nobody looks at it."""

from __future__ import annotations

import os
import shutil
import sys
from types import TracebackType
from typing import TextIO

CAPTION = "building the sample database"
WIDEST = 40
CLEAR_LINE = "\r\x1b[K"


class ProgressBar:
    """Call it with a label and a fraction; leave it as a context manager and its line is gone."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def __call__(self, label: str, fraction: float) -> None:
        """Draw the line again."""
        if self._shown:
            columns = shutil.get_terminal_size().columns
            self._write(CLEAR_LINE + line(label, fraction, columns, *self._glyphs()))

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write(CLEAR_LINE)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def _glyphs(self) -> tuple[str, str]:
        """Return what is done and what is to do, in what the terminal can write."""
        try:
            "━─".encode(self._stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return "#", "-"
        return "━", "─"

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def line(label: str, fraction: float, columns: int, done: str, to_do: str) -> str:
    """Return the line, never wider than one column less than the terminal.

    The bar gives way first, then the caption, then the label.
    """
    percent = f"{round(min(max(fraction, 0.0), 1.0) * 100):3d} %"
    room = columns - 1
    bar = min(WIDEST, room - len(f"{CAPTION}    {percent}  ") - 24)
    if bar < 10:
        return f"{percent}  {label}"[: max(room, 0)]
    full = round(bar * min(max(fraction, 0.0), 1.0))
    return f"{CAPTION}  {done * full}{to_do * (bar - full)}  {percent}  {label}"[:room]
