"""Migrations that are SQL files: comments, bodies, what cannot be taken back, and how texts are run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from pgplumb.migrate.formats.parts.files import title_of
from pgplumb.migrate.formats.parts.model import FormatError, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece
from pgplumb.migrate.formats.parts.statements import ended, scripts
from pgplumb.sql.split import split

IRREVERSIBLE = (
    "DO $irreversible$ BEGIN RAISE EXCEPTION 'this migration cannot be taken back'; END $irreversible$;\n"
)
"""Stands where a tool would take a missing down for one that does nothing."""


def comments(notes: Iterable[str], marker: re.Pattern[str] | None = None) -> str:
    """Return notes as comment lines, none of which a tool takes for its own."""
    lines = (f"-- {note}" for note in notes)
    return "".join(f"-- . {line[3:]}\n" if marker and marker.search(line) else f"{line}\n" for line in lines)


def in_transaction(statements: Sequence[str]) -> str:
    """Return statements between BEGIN and COMMIT; nothing for nothing."""
    return f"BEGIN;\n{ended(statements)}COMMIT;\n" if statements else ""


def own_transaction(piece: Piece, statements: tuple[str, ...]) -> str:
    """Return what a piece runs, for tools that open no transaction."""
    run = piece.run(statements)
    return ended(run) if piece.autocommit else in_transaction(run)


def refuse(found: Iterable[Piece], marker: re.Pattern[str], tool: str) -> None:
    """Raise FormatError where a line of SQL would be taken for one of the tool's own."""
    for piece in found:
        for statement in (*piece.up, *(piece.down or ())):
            if line := marker.search(statement):
                raise FormatError(
                    f'{tool} would take the line "{line.group().strip()}" of the SQL for its own: change that line'
                )


def taken_back(found: tuple[Script, ...]) -> tuple[Script, ...] | None:
    """Return a down as it was read; None for one that only says that it cannot be."""
    return None if any("$irreversible$" in script.text for script in found) else found


def sections(marker: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str, int]]:
    """Yield each marker line with the text up to the next, and the line of the file where that text starts."""
    marks = list(marker.finditer(text))
    for mark, following in zip_longest(marks, marks[1:]):
        body = text[mark.end() : following.start() if following else len(text)]
        yield mark, body, text.count("\n", 0, mark.end()) + 1


def message(text: str, line: int = 1) -> tuple[Script, ...]:
    """Read a text that a tool sends as one message: several statements are one transaction for the server."""
    return scripts(text, len(split(text)) == 1, line)


def foreign(path: Path, identity: str, language: str) -> Migration:
    """Return a migration that is no SQL."""
    return Migration(identity, title_of(path.name), (), None, path, (f"it is {language}, which is not read",))
