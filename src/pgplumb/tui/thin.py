"""Sends colours and attributes only where they change: a slow line carries a third of the bytes.

Rich writes every run of text with all of its attributes before it and a reset behind it.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import NamedTuple

from textual.driver import Driver

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_MOVES = re.compile(r"(?:\x1b\[[0-9;]*H|\r\n)*")
"""What goes to another place and draws nothing: attributes may wait until something is drawn."""
_OFF = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29}
"""What takes an attribute back. 1 and 2 share theirs."""


class _Pen(NamedTuple):
    """How the terminal draws: colours as the codes that set them, attributes as their numbers."""

    ink: str = "39"
    ground: str = "49"
    attributes: frozenset[int] = frozenset()


_PLAIN = _Pen()


def thin(data: str) -> str:
    """Return what draws the same, if the terminal draws plainly before; it draws as it would have afterwards."""
    pieces = _SGR.split(data)
    drawn: list[str] = []
    real = wanted = _PLAIN
    for place, piece in enumerate(pieces):
        if place % 2:
            wanted = _after(wanted, piece)
        elif piece:
            moves = _MOVES.match(piece)
            at = moves.end() if moves else 0
            drawn.append(piece[:at])
            if at < len(piece):
                drawn += (_change(real, wanted), piece[at:])
                real = wanted
    drawn.append(_change(real, wanted))
    return "".join(drawn)


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
    if real == wanted:
        return ""
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

        def write(self, data: str) -> None:
            """Write it thinly."""
            super().write(thin(data))


def thinly(usual: type[Driver]) -> type[Driver]:
    """Return the driver to draw with in the place of Textual's own; another one stays."""
    return ThinDriver if sys.platform != "win32" and usual is LinuxDriver else usual
