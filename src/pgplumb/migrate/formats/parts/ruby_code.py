"""Ruby migrations: the SQL that `execute` is given as plain text, found line by line; all else is unknown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from pgplumb.migrate.formats.parts.files import Gathered

_DEF = re.compile(r"^(\s*)def\s+(?:self\.)?(up|down|change)\b")
_HEREDOC = re.compile(r"""\bexecute[\s(]*<<([-~]?)(['"]?)(\w+)\2(\S*)""")
_STRING = re.compile(r"""\bexecute[\s(]*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\)?\s*\}?\s*;?\s*$""")
_IGNORED = re.compile(r"^\s*(?:#.*|end|\}|safety_assured\s*(?:do|\{)|)\s*$")
_DIRECTIONAL = re.compile(r"\breversible\b|\bdir\.(?:up|down)\b|\bup_only\b")
_RAISE = re.compile(r"^\s*raise\b")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "0": "\0", "e": "\x1b"}


@dataclass(slots=True)
class Direction:
    """What one method does."""

    gathered: Gathered = field(default_factory=Gathered)
    unknown: list[str] = field(default_factory=list)
    raises: bool = False


def directions(text: str, autocommit: bool) -> dict[str, Direction]:
    """Return what `up`, `down` and `change` of a migration hold."""
    found: dict[str, Direction] = {}
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        if begins := _DEF.match(lines[number]):
            direction = found.setdefault(begins[2], Direction())
            end = re.compile(rf"^{begins[1]}end\b")
            number = _method(lines, number + 1, end, direction, autocommit)
        number += 1
    return found


def _method(
    lines: list[str], number: int, end: re.Pattern[str], direction: Direction, autocommit: bool
) -> int:
    """Read one method's body; return the number of its last line."""
    directional = False
    while number < len(lines) and not end.match(lines[number]):
        line = lines[number]
        first = number
        directional |= bool(_DIRECTIONAL.search(line))
        sql: str | None = None
        if heredoc := _HEREDOC.search(line):
            body, number = _heredoc(lines, number, heredoc[3], heredoc[1] in ("-", "~"))
            sql = _plain(body, heredoc[1] == "~", heredoc[2] == "'")
            if heredoc[4].strip(")};") not in ("", ".squish", ".strip"):
                sql = None
        elif literal := _STRING.search(line):
            sql = _single(literal[1]) if literal[1] is not None else _double(literal[2])
        if _RAISE.match(line):
            direction.raises = True
        elif sql is not None and not directional:
            direction.gathered.add(sql, autocommit, first + (2 if heredoc else 1))
        elif sql is not None or not _IGNORED.match(line):
            direction.unknown.append(f"line {first + 1}: {line.strip()[:100]}")
        number += 1
    return number


def _heredoc(lines: list[str], number: int, mark: str, indented: bool) -> tuple[list[str], int]:
    """Return the lines of a here-document and the number of the line that ends it."""
    for end in range(number + 1, len(lines)):
        if (lines[end].strip() if indented else lines[end].rstrip()) == mark:
            return lines[number + 1 : end], end
    return lines[number + 1 :], len(lines)


def _plain(body: list[str], squiggly: bool, raw: bool) -> str | None:
    text = "\n".join(body)
    if squiggly:
        text = textwrap.dedent(text)
    return text if raw else _double(text)


def _single(text: str) -> str:
    return re.sub(r"\\([\\'])", r"\1", text)


def _double(text: str) -> str | None:
    """Return what a text in double quotes stands for; None where Ruby code in it decides."""
    if re.search(r"(?<!\\)#[{@$]", text):
        return None
    return "".join(_unescaped(text))


def _unescaped(text: str) -> Iterator[str]:
    place = 0
    for found in _ESCAPE.finditer(text):
        yield text[place : found.start()]
        yield "" if found[1] == "\n" else _ESCAPES.get(found[1], found[1])
        place = found.end()
    yield text[place:]
