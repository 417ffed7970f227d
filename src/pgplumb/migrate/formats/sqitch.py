"""sqitch: `deploy`, `revert` and `verify` scripts of each change, listed in `sqitch.plan`; psql runs them.

Source: https://sqitch.org/docs/manual/sqitchchanges/, https://sqitch.org/docs/manual/sqitch-deploy/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import read_text
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, FormatError, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs
from pgplumb.migrate.formats.parts.sql_text import IRREVERSIBLE, comments, own_transaction, taken_back
from pgplumb.migrate.formats.parts.statements import scripts
from pgplumb.migrate.formats.parts.verify import verification
from pgplumb.migrate.plan import Plan

_PLANNER = "pgplumb <pgplumb@localhost>"
_CHANGE = re.compile(r"\A\s*([^\s\[\]@#%][^\s\[\]]*)")
_TAG = re.compile(r"\A\s*@(\S+)")


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan)
    listed = state.text or f"%syntax-version=1.0.0\n%project={state.context or 'database'}\n\n"
    if not listed.endswith("\n"):
        listed += "\n"
    time = f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    written = []
    needed = ""
    for place, (piece, slug) in enumerate(zip(found, slugs(found, state), strict=True)):
        listed += f"{slug}{needed} {time} {_PLANNER} # {_note(piece)}\n"
        needed = f" [{slug}]"
        written.append(File(f"deploy/{slug}.sql", f"-- Deploy {slug}\n{_text(piece.notes, piece, piece.up)}"))
        written.append(
            File(f"revert/{slug}.sql", f"-- Revert {slug}\n{_text(piece.notes_back, piece, piece.down)}")
        )
        later = [statement for other in found[place + 1 :] for statement in other.up]
        asked = verification(piece.up, later)
        written.append(File(f"verify/{slug}.sql", f"-- Verify {slug}\nBEGIN;\n{asked}ROLLBACK;\n"))
    return (*written, File("sqitch.plan", listed))


def _note(piece: Piece) -> str:
    # In a note sqitch reads a backslash as the start of an escape.
    return piece.title.replace("\\", "\\\\")


def _text(notes: tuple[str, ...], piece: Piece, statements: tuple[str, ...] | None) -> str:
    body = IRREVERSIBLE if statements is None else own_transaction(piece, statements)
    return comments(notes) + body


def _recognises(folder: Path) -> bool:
    return (folder / "sqitch.plan").is_file()


def _state(folder: Path) -> FolderState:
    path = folder / "sqitch.plan"
    if not path.is_file():
        return FolderState(context=re.sub(r"[^A-Za-z0-9_-]", "", folder.resolve().name))
    found = _changes(path)
    return FolderState(found[-1].name if found else "", frozenset(c.name for c in found), read_text(path))


@dataclass(frozen=True, slots=True)
class _Change:
    """One line of the plan."""

    name: str
    file: str
    """The name of its scripts; of a change that was reworked later, with a tag."""


def _changes(path: Path) -> list[_Change]:
    found: list[_Change] = []
    waiting: dict[str, int] = {}
    for line in read_text(path).splitlines():
        if tag := _TAG.match(line):
            # Scripts of a change that comes again are kept under the first tag behind it.
            for number in waiting.values():
                if "@" not in found[number].file:
                    found[number] = replace(found[number], file=f"{found[number].name}@{tag[1]}")
        elif (change := _CHANGE.match(line)) and not line.lstrip().startswith("%"):
            waiting[change[1]] = len(found)
            found.append(_Change(change[1], change[1]))
    last = {change.name: number for number, change in enumerate(found)}
    return [replace(c, file=c.name) if last[c.name] == n else c for n, c in enumerate(found)]


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(_migration(folder, change) for change in _changes(folder / "sqitch.plan"))


def _migration(folder: Path, change: _Change) -> Migration:
    if change.file.startswith("/") or ".." in change.file.split("/"):
        raise FormatError(
            f"{folder / 'sqitch.plan'} lists {change.file}, which leads out of its folder: rename it"
        )
    path = folder / "deploy" / f"{change.file}.sql"
    if not path.is_file():
        raise FormatError(f"{path} is missing, which sqitch.plan lists: write it or take it off the plan")
    back = folder / "revert" / f"{change.file}.sql"
    down: tuple[Script, ...] | None = None
    if back.is_file():
        down = taken_back(tuple(replace(s, path=back) for s in scripts(read_text(back), True)))
    return Migration(change.file, change.name.replace("_", " "), scripts(read_text(path), True), down, path)


FORMAT = Format("sqitch", "Sqitch", _recognises, _state, _write, _read)
