"""Where a key stands in a TOML file, and what is said of one that is wrong: for errors that name key and line."""

from __future__ import annotations

import re

Location = tuple[str | int, ...]
"""A key by its parts; a number counts the tables of a list, from 0."""

NEXT_STEP = {
    "missing": ("is missing", "add it"),
    "string_type": ("must be a string", "put it in quotes"),
    "string_too_short": ("is empty", "write something or remove it"),
    "dict_type": ("must be a table", "write it under its own [heading]"),
    "model_type": ("must be a table", "write it under its own [heading]"),
}
"""What is wrong and what to do, by pydantic's type of error: those that every file has."""


def dotted(location: Location) -> str:
    """Return a key for people: `waivers[2].rule`."""
    return "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".")


def line_of(text: str, location: Location) -> int:
    """Return the 1-based line where a key stands, or else the heading above it; 1 where neither is found."""
    names = [part for part in location if isinstance(part, str)]
    if not names:
        return 1
    lines = text.splitlines()
    before = next((at for at, part in enumerate(location) if isinstance(part, int)), len(location) - 1)
    index = next((part for part in location if isinstance(part, int)), 0)
    headings = [r"\s*\.\s*".join(re.escape(str(name)) for name in location[:n]) for n in range(before, 0, -1)]
    first, last = next((s for h in headings if (s := _section(lines, h, index))), _above(lines))
    for name in reversed(names):
        key = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*[=.]""")
        for number in range(first, last):
            if key.match(lines[number]):
                return number + 1
    return first + 1


def _section(lines: list[str], name: str, index: int) -> tuple[int, int] | None:
    """Return the lines of the index-th table of a name (a pattern), or of the last; None without one."""
    headings = _headings(lines)
    heading = re.compile(rf"\s*\[\[?\s*{name}\s*\]\]?\s*(#.*)?\Z")
    mine = [number for number in headings if heading.match(lines[number])]
    if not mine:
        return None
    first = mine[min(index, len(mine) - 1)]
    return first, next((number for number in headings if number > first), len(lines))


def _above(lines: list[str]) -> tuple[int, int]:
    """Return the lines that precede all tables."""
    return 0, next(iter(_headings(lines)), len(lines))


def _headings(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
