"""Sends to the terminal the cells that change, with their colours where those change: a slow line carries little.

Textual sends whole regions, and Rich every run of text with all of its attributes before it and a reset behind it.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from textual.driver import Driver

_TOKENS = re.compile(r"(\x1b\[[0-9;]*[mH]|\r?\n|\x1b\[\?2026[hl])")
"""Attributes, moves, ends of lines, and the brackets around a frame that is to be shown at once."""
_SURE = re.compile(r"[ -~\xa0-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff\u2713\u2717]*")
"""Characters that every terminal draws one cell wide."""
_NEAR = 8
"""So many cells in between are sent again: to pass over them costs as much."""
_OFF = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29}
"""What takes an attribute back. 1 and 2 share theirs."""
_SHOWN_ON_BLANKS = frozenset({4, 5, 6, 7, 9})


class _Pen(NamedTuple):
    """How the terminal draws: colours as the codes that set them, attributes as their numbers."""

    ink: str = "39"
    ground: str = "49"
    attributes: frozenset[int] = frozenset()


_PLAIN = _Pen()
_Cell = tuple[str, _Pen]


class Thin:
    """What a terminal shows, as far as that is known, and how little brings it to what it shall show."""

    def __init__(self) -> None:
        self._rows: dict[int, list[_Cell | None]] = {}
        self._at: tuple[int, int] | None = None
        self._pen = _PLAIN
        self._out: list[str] = []
        self._busy = False

    def forget(self) -> None:
        """Nobody knows what the terminal shows by now."""
        self._rows.clear()
        self._at = None

    def __call__(self, data: str) -> str:
        """Return what draws the same. What is not known for a drawing is passed on, and all is forgotten."""
        if self._busy:
            # A signal's handler writes in the midst of a frame: the terminal begins anew.
            self.forget()
            return data
        self._busy = True
        try:
            return self._thinned(data)
        finally:
            self._busy = False

    def _thinned(self, data: str) -> str:
        self._out = out = []
        place, pen = self._at, _PLAIN
        for number, piece in enumerate(_TOKENS.split(data)):
            if not piece:
                continue
            if not number % 2:
                if place is not None and piece.isprintable():
                    self._put(*place, piece, pen)
                    place = (place[0], place[1] + cell_len(piece))
                else:
                    if place is not None:
                        self._go(*place)
                    self._draw_with(pen)
                    out.append(piece)
                    self.forget()
                    place = None
            elif piece[-1] == "m":
                pen = _after(pen, piece[2:-1])
            elif piece[-1] == "H":
                row, _, column = piece[2:-1].partition(";")
                place = (int(row or 1) - 1, int(column or 1) - 1)
            elif piece[-1] == "\n" and place is not None:
                place = (place[0] + 1, 0)
            else:
                out.append(piece)
        if place is not None:
            self._go(*place)
        self._draw_with(pen)
        return "".join(out)

    def _put(self, y: int, x: int, text: str, pen: _Pen) -> None:
        """Draw a text that stands on one line."""
        row = self._rows.setdefault(y, [])
        if _SURE.fullmatch(text) is None:
            # How wide a terminal draws it is not certain: it is sent whole, and so is what comes in its place.
            width = cell_len(text)
            row.extend([None] * (x + width - len(row)))
            row[x : x + width] = [None] * width
            self._write(y, x, text, pen)
            self._at = None
            return
        row.extend([None] * (x + len(text) - len(row)))
        blank = (" ", _on_blanks(pen))
        new: list[_Cell | None] = [blank if c == " " else (c, pen) for c in text]
        old = row[x : x + len(text)]
        if old == new:
            return
        row[x : x + len(text)] = new
        first = last = -1
        for at, (before, after) in enumerate(zip(old, new, strict=True)):
            if before == after:
                continue
            if first >= 0 and at - last > _NEAR:
                self._write(y, x + first, text[first : last + 1], pen)
                first = at
            first, last = (at if first < 0 else first), at
        self._write(y, x + first, text[first : last + 1], pen)

    def _write(self, y: int, x: int, text: str, pen: _Pen) -> None:
        self._go(y, x)
        self._draw_with(pen)
        self._out.append(text)
        self._at = (y, x + len(text))

    def _go(self, y: int, x: int) -> None:
        if self._at != (y, x):
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
            self._at = (y, x)

    def _draw_with(self, pen: _Pen) -> None:
        if pen != self._pen:
            self._out.append(_change(self._pen, pen))
            self._pen = pen


@lru_cache(maxsize=4096)
def _on_blanks(pen: _Pen) -> _Pen:
    """Return what of a pen is seen on a blank."""
    shown = pen.attributes & _SHOWN_ON_BLANKS
    return pen if shown else _Pen("39", pen.ground)


@lru_cache(maxsize=4096)
def _after(pen: _Pen, codes: str) -> _Pen:
    """Return the pen after a sequence of codes; what is not known of it stays as it is."""
    ink, ground, attributes = pen
    waiting = [int(code or 0) for code in codes.split(";")][::-1]
    while waiting:
        code = waiting.pop()
        if code == 0:
            ink, ground, attributes = _PLAIN
        elif code in (38, 48):
            kind = waiting.pop() if waiting else 0
            taken = [str(waiting.pop()) for _ in range({5: 1, 2: 3}.get(kind, 0)) if waiting]
            said = ";".join((str(code), str(kind), *taken))
            ink, ground = (said, ground) if code == 38 else (ink, said)
        elif code in _OFF:
            attributes |= {code}
        elif code in _OFF.values():
            attributes = frozenset(a for a in attributes if _OFF[a] != code)
        elif 30 <= code <= 39 or 90 <= code <= 97:
            ink = str(code)
        elif 40 <= code <= 49 or 100 <= code <= 107:
            ground = str(code)
    return _Pen(ink, ground, attributes)


@lru_cache(maxsize=4096)
def _change(real: _Pen, wanted: _Pen) -> str:
    """Return the shorter of two: what differs, or all of it after a reset."""
    gone = real.attributes - wanted.attributes
    off = {_OFF[a] for a in gone}
    kept = {a for a in real.attributes if _OFF[a] not in off}
    codes = [str(code) for code in sorted(off)]
    codes += [str(a) for a in sorted(wanted.attributes - kept)]
    codes += [wanted.ink] * (wanted.ink != real.ink) + [wanted.ground] * (wanted.ground != real.ground)
    anew = ["0"] + [str(a) for a in sorted(wanted.attributes)]
    anew += [wanted.ink] * (wanted.ink != "39") + [wanted.ground] * (wanted.ground != "49")
    return f"\x1b[{min(';'.join(codes), ';'.join(anew), key=len)}m"


if sys.platform != "win32":
    from textual.drivers.linux_driver import LinuxDriver

    class ThinDriver(LinuxDriver):
        """Textual's own driver, with less to write."""

        thin: Thin | None = None

        def write(self, data: str) -> None:
            """Write what changes."""
            self.thin = self.thin or Thin()
            if rest := self.thin(data):
                super().write(rest)


def thinly(usual: type[Driver]) -> type[Driver]:
    """Return the driver to draw with in the place of Textual's own; another one stays."""
    return ThinDriver if sys.platform != "win32" and usual is LinuxDriver else usual


def forget_screen(driver: Driver | None) -> None:
    """The terminal shows something else than what was sent to it: it has another size, or others wrote on it."""
    if sys.platform != "win32" and isinstance(driver, ThinDriver) and driver.thin is not None:
        driver.thin.forget()
