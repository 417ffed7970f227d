"""Prisma: `migrations/<stamp>_slug/migration.sql`; it has no down, so one stands beside as `down.sql`.

A file is one message to the server: a single statement runs outside a transaction, several are one transaction.
Source: https://www.prisma.io/docs/orm/prisma-migrate/workflows/generating-down-migrations
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import read_text, state_of, title_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, Migration
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import (
    IRREVERSIBLE,
    comments,
    message,
    own_transaction,
    taken_back,
)
from pgplumb.migrate.plan import Plan

_RUN_BACK = "Run it with: prisma db execute --file down.sql, then prisma migrate resolve --rolled-back NAME"


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan, single=True)
    written = []
    for piece, stamp, slug in zip(found, stamps(len(found), when, state), slugs(found, state), strict=True):
        name = f"{stamp}_{slug}"
        written.append(File(f"{name}/migration.sql", _text(piece.notes, piece, piece.up)))
        back = _text((*piece.notes_back, _RUN_BACK.replace("NAME", name)), piece, piece.down)
        written.append(File(f"{name}/down.sql", back))
    return tuple(written)


def _text(notes: tuple[str, ...], piece: Piece, statements: tuple[str, ...] | None) -> str:
    body = IRREVERSIBLE if statements is None else own_transaction(piece, statements)
    return comments(notes) + body


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if (p / "migration.sql").is_file())


def _recognises(folder: Path) -> bool:
    return bool(_folders(folder))


def _state(folder: Path) -> FolderState:
    return state_of([path.name for path in _folders(folder)])


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(map(_migration, _folders(folder)))


def _migration(place: Path) -> Migration:
    back = place / "down.sql"
    down = None
    if back.is_file():
        down = taken_back(tuple(replace(script, path=back) for script in message(read_text(back))))
    up = message(read_text(place / "migration.sql"))
    return Migration(place.name, title_of(place.name), up, down, place / "migration.sql")


FORMAT = Format("prisma", "Prisma", _recognises, _state, _write, _read)
