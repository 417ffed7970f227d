"""Flyway: `V{version}__slug.sql`, `U{version}__slug.sql` to take it back, and a `.conf` beside a file for its mode.

Source: https://documentation.red-gate.com/fd/script-configuration-277578987.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import files, read_text, title_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, FormatError, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import comments, foreign
from pgplumb.migrate.formats.parts.statements import ended, scripts
from pgplumb.migrate.plan import Plan
from pgplumb.sql.lexer import significant
from pgplumb.sql.split import Statement, split

_NAME = re.compile(r"\A(?:([VUB])([0-9][0-9._]*?)|(R))__(.*)\.(sql|java|kt|class)\Z")
_LOCK = (
    "Flyway must run it with postgresql.transactional.lock=false: its lock is a transaction that stays open."
)
_OUTSIDE_ALWAYS = (
    "VACUUM",
    "CREATE DATABASE",
    "DROP DATABASE",
    "CREATE TABLESPACE",
    "DROP TABLESPACE",
    "ALTER SYSTEM",
)


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan)
    return tuple(
        file
        for piece, stamp, slug in zip(
            found, stamps(len(found), when, state), slugs(found, state), strict=True
        )
        for file in _files(piece, f"{stamp}__{slug}.sql")
    )


def _files(piece: Piece, name: str) -> Iterator[File]:
    both = (("V", piece.notes, piece.up), ("U", piece.notes_back, piece.down))
    for letter, notes, statements in both:
        if statements is None:
            continue
        more = (_LOCK,) if piece.autocommit else ()
        text = comments((*notes, *more)) + ended(piece.run(statements))
        yield File(letter + name, text)
        settings = "executeInTransaction=false\n" if piece.autocommit else ""
        settings += "placeholderReplacement=false\n" if "${" in text else ""
        if settings:
            yield File(f"{letter}{name}.conf", settings)


def _named(folder: Path) -> list[tuple[re.Match[str], Path]]:
    found = ((_NAME.match(path.name), path) for path in files(folder, ""))
    return [(name, path) for name, path in found if name]


def _key(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.split(r"[._]", version) if part]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _recognises(folder: Path) -> bool:
    return any(name[1] or name[3] for name, _ in _named(folder))


def _state(folder: Path) -> FolderState:
    found = _named(folder)
    newest = max((name[2] for name, _ in found if name[2]), key=_key, default="")
    return FolderState(newest, frozenset(name[4] for name, _ in found))


def _read(folder: Path) -> tuple[Migration, ...]:
    found = _named(folder)
    undo = {_key(name[2]): path for name, path in found if name[1] == "U"}
    versioned = sorted((m for m in found if m[0][1] == "V"), key=lambda m: _key(m[0][2]))
    repeatable = sorted((m for m in found if m[0][3]), key=lambda m: m[0][4])
    return tuple(_migration(name, path, undo) for name, path in (*versioned, *repeatable))


def _migration(name: re.Match[str], path: Path, undo: dict[tuple[int, ...], Path]) -> Migration:
    identity = name[2] or f"R__{name[4]}"
    if name[5] != "sql":
        return foreign(path, identity, "a program")
    back = undo.get(_key(name[2])) if name[2] else None
    down = None
    if back is not None and back.suffix == ".sql":
        down = tuple(replace(script, path=back) for script in _scripts(back))
    replaced = "${" in read_text(path) and _setting(path, "placeholderReplacement") != "false"
    return Migration(
        id=identity,
        title=title_of(name[4]),
        up=_scripts(path),
        down=down,
        path=path,
        unknown=("Flyway puts values in the place of ${...}",) if replaced else (),
    )


def _scripts(path: Path) -> tuple[Script, ...]:
    text = read_text(path)
    setting = _setting(path, "executeInTransaction")
    if setting:
        return scripts(text, setting == "false")
    # Flyway leaves out the transaction by itself where a statement cannot run in one.
    return scripts(text, any(map(_outside, split(text))))


def _outside(statement: Statement) -> bool:
    if statement.kind in _OUTSIDE_ALWAYS:
        return True
    words = [token.lower for token in significant(statement.text)][:6]
    return "concurrently" in words and statement.kind in ("CREATE INDEX", "DROP INDEX", "REINDEX")


def _setting(path: Path, name: str) -> str:
    """Return a setting of the file's own configuration in lower case; empty where it has none."""
    try:
        text = read_text(path.with_name(path.name + ".conf"))
    except FormatError:
        return ""
    found = re.findall(rf"^[ \t]*(?:flyway\.)?{name}[ \t]*=[ \t]*(\S*)", text, re.MULTILINE)
    return found[-1].lower() if found else ""


FORMAT = Format(
    "flyway",
    "Flyway",
    _recognises,
    _state,
    _write,
    _read,
    (
        "set flyway.postgresql.transactional.lock=false, or an index built concurrently waits for Flyway itself",
    ),
)
