"""Text for a terminal: the one sanitiser, widths in cells, and how numbers, sizes and ages are written.

Names, comments, query texts and error messages of a server are data from strangers. `sanitise` makes a line
of them that no terminal acts upon and whose width is known. Markup stays as it is: put the text into a
`rich.text.Text`, where none is parsed, or escape it.
"""

from __future__ import annotations

import unicodedata

SUBSTITUTE = "·"
"""Stands for a character that a terminal would act upon or not show."""
LINE_BREAK = "␤"
"""Stands for a line break inside a line."""
ELLIPSIS = "…"
"""Ends a shortened text."""
UNKNOWN = "�"
"""Stands for a lone surrogate or a character that has no known width."""

_CONTROL_PICTURES = 0x2400
_REGIONAL_A = 0x1F1E6
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
"""Letters and marks that are drawn as nothing."""
_PRESENTATION = frozenset("\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""Emoji style and skin tone: dropped, since terminals disagree about the width they give."""
_MARKS_KEPT = 3
_DOTTED_CIRCLE = "◌"


class _Replacements(dict[int, str]):
    """What each character becomes, found out once per character that occurs."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _replacement(chr(code))
        return found


def _replacement(character: str) -> str:
    code = ord(character)
    category = unicodedata.category(character)
    if character in "\n\x85\u2028\u2029":
        return LINE_BREAK
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if character == "\x7f":
        return "␡"
    if character in _PRESENTATION:
        return ""
    if _REGIONAL_A <= code < _REGIONAL_A + 26:
        return chr(ord("A") + code - _REGIONAL_A)
    if category in ("Cs", "Cn", "Co"):
        return UNKNOWN
    if category in ("Cc", "Cf", "Me") or character in _INVISIBLE:
        return SUBSTITUTE
    if category == "Zs":
        return " "
    return character


_replacements = _Replacements()


def sanitise(text: str, *, ascii_only: bool = False) -> str:
    """Return one line that is safe to print: what a terminal acts upon is replaced by something visible.

    Control characters and escapes become control pictures, line breaks `␤`; bidirectional controls and
    invisible characters `·`; a pile of combining marks is cut to three. With `ascii_only`, for terminals that
    cannot show Unicode, every other character becomes `?`, `.` or a space.
    """
    if text.isascii() and text.isprintable():
        return text
    line = text.replace("\r\n", "\n").translate(_replacements)
    if not line.isascii():
        line = _tame_marks(line)
    return _to_ascii(line) if ascii_only else line


def sanitise_block(text: str, *, ascii_only: bool = False) -> str:
    """Return text safe to print, line breaks kept; a tab becomes spaces up to the next fourth column."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(sanitise(line.expandtabs(4), ascii_only=ascii_only) for line in lines)


def _tame_marks(line: str) -> str:
    """Give a leading combining mark something to stand on and cut piles of them."""
    if not any(unicodedata.category(c) in ("Mn", "Mc") for c in line):
        return line
    kept: list[str] = []
    marks = _MARKS_KEPT + 1
    for character in line:
        if unicodedata.category(character) not in ("Mn", "Mc"):
            kept.append(character)
            marks = 0
            continue
        if not kept:
            kept.append(_DOTTED_CIRCLE)
            marks = 0
        marks += 1
        if marks <= _MARKS_KEPT:
            kept.append(character)
        elif marks == _MARKS_KEPT + 1:
            kept.append(SUBSTITUTE)
    return "".join(kept)


_ASCII = {SUBSTITUTE: ".", ELLIPSIS: "~", LINE_BREAK: " "}


def _to_ascii(line: str) -> str:
    def plain(character: str) -> str:
        if character.isascii():
            return character
        if 0x2400 <= ord(character) < 0x2440:
            return _ASCII.get(character, ".")
        return _ASCII.get(character, "" if unicodedata.category(character) in ("Mn", "Mc") else "?")

    return "".join(map(plain, line))


def cell_width(text: str) -> int:
    """Return how many terminal cells a sanitised line takes, as Textual counts them."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def shorten(text: str, width: int, tail: str = ELLIPSIS) -> str:
    """Return a sanitised line cut to at most `width` cells; where something was cut it ends in `tail`."""
    if cell_width(text) <= width:
        return text
    room = width - cell_width(tail)
    if room < 0:
        return tail[: max(width, 0)]
    if text.isascii():
        return text[:room] + tail
    used = end = 0
    for character in text:
        used += cell_width(character)
        if used > room:
            break
        end += 1
    return text[:end] + tail


def fit(text: str, width: int, *, right: bool = False, tail: str = ELLIPSIS) -> str:
    """Return a sanitised line of exactly `width` cells: shortened or padded, flush right where asked."""
    line = shorten(text, width, tail)
    padding = " " * (width - cell_width(line))
    return padding + line if right else line + padding


def count(number: float) -> str:
    """Write a number of things: `1,204`, `12.4 M`, `1.1 G`."""
    rounded = round(number)
    if abs(rounded) < 1_000_000:
        return f"{rounded:,}"
    return _scaled(rounded, 1000, ("", "k", "M", "G", "T", "P"), start=2)


def size(octets: float) -> str:
    """Write a number of bytes in powers of 1024, as pg_size_pretty does: `96 kB`, `212 MB`, `3.1 GB`."""
    if abs(round(octets)) < 1024:
        return f"{round(octets)} B"
    if abs(octets) < 1023.5 * 1024**2:
        units = octets / 1024
        if abs(units) < 1023.5:
            return f"{units:.0f} kB"
        units /= 1024
        return f"{units:.1f} MB" if abs(units) < 9.95 else f"{units:.0f} MB"
    return _scaled(octets, 1024, ("B", "kB", "MB", "GB", "TB", "PB"), start=3)


def _scaled(number: float, step: int, units: tuple[str, ...], start: int) -> str:
    """Write a number with one decimal in the largest unit that leaves it at 1 or more."""
    power = start
    while power < len(units) - 1 and abs(number) >= (step - 0.05) * step**power:
        power += 1
    return f"{number / step**power:,.1f} {units[power]}"


def age(seconds: float) -> str:
    """Write how long ago: `0.4 s`, `12 s`, `4 min`, `36 h`, `3 d`. Time is never rounded up."""
    seconds = max(seconds, 0.0)
    if seconds < 10:
        return f"{int(seconds * 10) / 10:.1f} s"
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400):,} d"


def calm_age(seconds: float) -> str:
    """Write how long ago without a second hand, for what stands on a screen: `<1 min`, then as `age`."""
    return "<1 min" if seconds < 60 else age(seconds)


def duration(seconds: float) -> str:
    """Write how long something took: `0.04 ms`, `3.1 ms`, `120 ms`, `1.9 s`, then as `age`."""
    milliseconds = max(seconds, 0.0) * 1000
    if milliseconds < 0.0995:
        return f"{milliseconds:.2f} ms"
    if milliseconds < 9.95:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return age(seconds)


def percent(ratio: float) -> str:
    """Write a ratio of 0 to 1: `4 %`. Something never reads `0 %`, and less than all never `100 %`."""
    if 0 < ratio < 0.01:
        return "<1 %"
    if 0.99 < ratio < 1:
        return f"{int(ratio * 1000) / 10:.1f} %"
    return f"{ratio * 100:.0f} %"
