"""golang-migrate: `{version}_{slug}.up.sql` and `.down.sql`.

A file is one message to the server: a single statement runs outside a transaction, several are one transaction.
Source: https://github.com/golang-migrate/migrate/blob/master/database/postgres/README.md
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import files, read_text, title_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import (
    IRREVERSIBLE,
    comments,
    foreign,
    message,
    own_transaction,
    taken_back,
)
from pgplumb.migrate.plan import Plan

_NAME = re.compile(r"\A([0-9]+)_(.*)\.(up|down)\.([^.]+)\Z")


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan, single=True)
    written = []
    for piece, stamp, slug in zip(found, stamps(len(found), when, state), slugs(found, state), strict=True):
        written.append(File(f"{stamp}_{slug}.up.sql", _text(piece.notes, piece, piece.up)))
        written.append(File(f"{stamp}_{slug}.down.sql", _text(piece.notes_back, piece, piece.down)))
    return tuple(written)


def _text(notes: tuple[str, ...], piece: Piece, statements: tuple[str, ...] | None) -> str:
    body = IRREVERSIBLE if statements is None else own_transaction(piece, statements)
    return comments(notes) + body


def _named(folder: Path) -> dict[int, dict[str, Path]]:
    """Return the files of each version by direction, the versions in order."""
    found: dict[int, dict[str, Path]] = {}
    for path in files(folder, ""):
        if name := _NAME.match(path.name):
            found.setdefault(int(name[1]), {})[name[3]] = path
    return dict(sorted(found.items()))


def _recognises(folder: Path) -> bool:
    return bool(_named(folder)) and not files(folder, ".plan.json")


def _state(folder: Path) -> FolderState:
    found = _named(folder)
    matches = [_NAME.match(path.name) for pair in found.values() for path in pair.values()]
    newest = max((m[1] for m in matches if m), key=int, default="")
    return FolderState(newest, frozenset(m[2] for m in matches if m))


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(_migration(version, pair) for version, pair in _named(folder).items())


def _migration(version: int, pair: dict[str, Path]) -> Migration:
    first = pair.get("up") or pair["down"]
    if any(path.suffix != ".sql" for path in pair.values()):
        return foreign(first, str(version), f"a {first.suffix} file")
    down = _scripts(pair["down"], first) if "down" in pair else None
    return Migration(
        id=str(version),
        title=title_of(first.name),
        up=_scripts(first, first) if "up" in pair else (),
        down=None if down is None else taken_back(down),
        path=first,
    )


def _scripts(path: Path, own: Path) -> tuple[Script, ...]:
    found = message(read_text(path))
    return found if path == own else tuple(replace(script, path=path) for script in found)


FORMAT = Format("golang-migrate", "golang-migrate", _recognises, _state, _write, _read)
