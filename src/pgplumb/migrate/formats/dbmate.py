"""dbmate: `{version}_slug.sql` with both directions.

A direction is one message to the server: outside a transaction it can hold one statement alone.
Source: https://github.com/amacneil/dbmate/blob/main/README.md (migration options)
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import any_text, files, read_text, state_of, title_of, version_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import (
    IRREVERSIBLE,
    comments,
    message,
    refuse,
    sections,
    taken_back,
)
from pgplumb.migrate.formats.parts.statements import ended, scripts
from pgplumb.migrate.plan import Plan

_OWN = re.compile(r"^--[ \t]*migrate:(up|down)\b([^\n]*)$", re.MULTILINE)
_OUTSIDE = re.compile(r"\btransaction:false\b")


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan, single=True)
    refuse(found, _OWN, "dbmate")
    named = zip(found, stamps(len(found), when, state), slugs(found, state), strict=True)
    return tuple(File(f"{stamp}_{slug}.sql", _text(piece)) for piece, stamp, slug in named)


def _text(piece: Piece) -> str:
    option = " transaction:false" if piece.autocommit else ""
    down = IRREVERSIBLE if piece.down is None else ended(piece.run(piece.down))
    return (
        f"{comments(piece.notes, _OWN)}"
        f"-- migrate:up{option}\n{ended(piece.run(piece.up))}\n"
        f"-- migrate:down{option}\n{down}"
    )


def _recognises(folder: Path) -> bool:
    return any_text(folder, ".sql", _OWN.search)


def _numbered(folder: Path) -> list[Path]:
    return [path for path in files(folder, ".sql") if version_of(path.name) >= 0]


def _state(folder: Path) -> FolderState:
    return state_of([path.name for path in _numbered(folder)])


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(map(_migration, _numbered(folder)))


def _migration(path: Path) -> Migration:
    text = read_text(path)
    parts = {mark[1]: _scripts(body, mark[2], line) for mark, body, line in sections(_OWN, text)}
    return Migration(
        id=str(version_of(path.name)),
        title=title_of(path.name),
        up=parts.get("up", ()),
        down=taken_back(parts["down"]) if "down" in parts else None,
        path=path,
        unknown=() if "up" in parts else ("it has no line -- migrate:up",),
    )


def _scripts(text: str, options: str, line: int) -> tuple[Script, ...]:
    return message(text, line) if _OUTSIDE.search(options) else scripts(text, False, line)


FORMAT = Format("dbmate", "dbmate", _recognises, _state, _write, _read)
