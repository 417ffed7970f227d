"""goose: `{version}_slug.sql` with both directions.

Source: https://github.com/pressly/goose/blob/main/README.md (SQL migrations)
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import any_text, files, read_text, state_of, title_of, version_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, Migration
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import IRREVERSIBLE, comments, foreign, refuse, taken_back
from pgplumb.migrate.formats.parts.statements import scripts
from pgplumb.migrate.plan import Plan

_OWN = re.compile(r"^[ \t]*--[ \t]*\+goose\b[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan)
    refuse(found, _OWN, "goose")
    named = zip(found, stamps(len(found), when, state), slugs(found, state), strict=True)
    return tuple(File(f"{stamp}_{slug}.sql", _text(piece)) for piece, stamp, slug in named)


def _text(piece: Piece) -> str:
    switch = "-- +goose NO TRANSACTION\n" if piece.autocommit else ""
    up = "".join(map(_statement, piece.run(piece.up)))
    down = _statement(IRREVERSIBLE.rstrip(";\n"))
    if piece.down is not None:
        down = "".join(map(_statement, piece.run(piece.down)))
    return f"{comments(piece.notes, _OWN)}{switch}-- +goose Up\n{up}\n-- +goose Down\n{down}"


def _statement(statement: str) -> str:
    # goose ends a statement at a line that ends with a semicolon, which lines inside of one may do too.
    if "\n" in statement:
        return f"-- +goose StatementBegin\n{statement};\n-- +goose StatementEnd\n"
    return f"{statement};\n"


def _recognises(folder: Path) -> bool:
    return any_text(folder, ".sql", _OWN.search)


def _numbered(folder: Path) -> list[Path]:
    found = [p for p in (*files(folder, ".sql"), *files(folder, ".go")) if version_of(p.name) >= 0]
    return sorted((p for p in found if not p.name.endswith("_test.go")), key=lambda p: version_of(p.name))


def _state(folder: Path) -> FolderState:
    return state_of([path.name for path in _numbered(folder)])


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(map(_migration, _numbered(folder)))


def _migration(path: Path) -> Migration:
    version = str(version_of(path.name))
    if path.suffix == ".go":
        return foreign(path, version, "Go")
    parts: dict[str, str] = {}
    place, line, current, autocommit, substituted = 0, 1, "", False, False
    text = read_text(path)
    for own in _OWN.finditer(text):
        parts[current] = parts.get(current, "") + text[place : own.start()]
        place, word = own.end(), own[1].upper()
        if word in ("UP", "DOWN"):
            current = word
            line = text.count("\n", 0, place)
            parts[current] = "\n" * line
        autocommit |= word == "NO TRANSACTION"
        substituted |= word.startswith("ENVSUB ON")
    parts[current] = parts.get(current, "") + text[place:]
    return Migration(
        id=version,
        title=title_of(path.name),
        up=scripts(parts.get("UP", ""), autocommit),
        down=taken_back(scripts(parts["DOWN"], autocommit)) if "DOWN" in parts else None,
        path=path,
        unknown=("variables of the environment are put into it (ENVSUB)",) if substituted else (),
    )


FORMAT = Format("goose", "goose", _recognises, _state, _write, _read)
