"""Plain SQL: `{stamp}_slug.up.sql` and `.down.sql`, and the plan itself beside them; for psql and for people.

A file holds its own BEGIN and COMMIT. One whose statements must run outside a transaction says so:
`-- pgplumb: autocommit`. Files that others wrote may also hold both directions between `-- up` and `-- down`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import files, read_text, state_of, title_of, version_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, FormatError, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, plan_slug, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import IRREVERSIBLE, comments, own_transaction, taken_back
from pgplumb.migrate.formats.parts.statements import scripts
from pgplumb.migrate.plan import Plan

_MODE = re.compile(r"^[ \t]*--[ \t]*pgplumb:[ \t]*(transaction|autocommit)[ \t\r]*$", re.MULTILINE)
_DIRECTION = re.compile(r"^[ \t]*--[ \t]*(up|down)[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_UP, _DOWN = ".up.sql", ".down.sql"


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    from pgplumb.migrate.plan_file import dump_plan

    found = pieces(plan)
    numbers = stamps(len(found), when, state)
    written = []
    for piece, stamp, slug in zip(found, numbers, slugs(found, state), strict=True):
        written.append(File(f"{stamp}_{slug}{_UP}", _text(piece.notes, piece, piece.up)))
        written.append(File(f"{stamp}_{slug}{_DOWN}", _text(piece.notes_back, piece, piece.down)))
    return (*written, File(f"{numbers[0]}_{plan_slug(plan)}.plan.json", dump_plan(plan)))


def _text(notes: tuple[str, ...], piece: Piece, statements: tuple[str, ...] | None) -> str:
    mode = "-- pgplumb: autocommit\n" if piece.autocommit else "-- pgplumb: transaction\n"
    body = IRREVERSIBLE if statements is None else own_transaction(piece, statements)
    return mode + comments(notes) + body


def _names(folder: Path) -> list[Path]:
    """Return the file of each migration: of a pair the up file."""
    found = [path for path in files(folder, ".sql") if not path.name.endswith(_DOWN)]
    return sorted(found, key=lambda p: (version_of(p.name) < 0, version_of(p.name), p.name))


def _recognises(folder: Path) -> bool:
    return bool(_names(folder))


def _state(folder: Path) -> FolderState:
    return state_of([path.name for path in _names(folder) if version_of(path.name) >= 0])


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(map(_migration, _names(folder)))


def _migration(path: Path) -> Migration:
    text = read_text(path)
    number = version_of(path.name)
    identity = path.name.split("_")[0] if number >= 0 else path.name.removesuffix(".sql")
    if path.name.endswith(_UP):
        back = path.with_name(path.name.removesuffix(_UP) + _DOWN)
        down = taken_back(_elsewhere(back)) if back.exists() else None
        return Migration(identity, title_of(path.name), _scripts(text, text, 1), down, path)
    parts: dict[str, tuple[Script, ...]] = {"up": (), "down": ()}
    marks = list(_DIRECTION.finditer(text))
    edges = [("up", 0), *((mark[1].lower(), mark.end()) for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    for (direction, start), end in zip(edges, ends, strict=True):
        parts[direction] += _scripts(text[start:end], text, text.count("\n", 0, start) + 1)
    has_down = any(mark[1].lower() == "down" for mark in marks)
    return Migration(identity, title_of(path.name), parts["up"], parts["down"] if has_down else None, path)


def _elsewhere(path: Path) -> tuple[Script, ...]:
    try:
        text = read_text(path)
    except FormatError:
        return ()
    return tuple(replace(script, path=path) for script in _scripts(text, text, 1))


def _scripts(text: str, whole: str, line: int) -> tuple[Script, ...]:
    mode = _MODE.search(whole)
    found = scripts(text, mode is not None and mode[1] == "autocommit", line)
    # psql runs what stands outside BEGIN and COMMIT by itself, in a file that has them.
    return found if mode or len(found) <= 1 else scripts(text, True, line)


FORMAT = Format("sql", "plain SQL", _recognises, _state, _write, _read)
