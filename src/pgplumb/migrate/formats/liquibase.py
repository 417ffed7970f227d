"""Liquibase: formatted SQL, one changeset a piece; a gate begins a new file.

`splitStatements:false` keeps bodies whole. Outside a transaction a changeset holds one statement: the driver sends
several as one message, which would be a transaction again.
Source: https://docs.liquibase.com/concepts/changelogs/sql-format.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import any_text, files, read_text, title_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, Migration, Script
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, plan_slug, slugs, stamps
from pgplumb.migrate.formats.parts.sql_text import comments, message, refuse, sections
from pgplumb.migrate.formats.parts.statements import ended, scripts
from pgplumb.migrate.plan import Plan

_FIRST = re.compile(r"^[ \t]*--[ \t]*liquibase formatted sql", re.IGNORECASE | re.MULTILINE)
_OWN = re.compile(
    r"^[ \t]*(?:--|/\*)[ \t]*(?:liquibase|changeset|rollback|comment|property|preconditions?|precondition-[\w-]+"
    r"|validchecksum|ignorelines|ignore)\b[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_CHANGESET = re.compile(
    r"""^[ \t]*--[ \t]*changeset[ \t]+("[^"\n]*"|[^:\n]+):("[^"\n]*"|\S+)([^\n]*)$""", re.I | re.M
)
_ROLLBACK = re.compile(r"^[ \t]*--[ \t]*rollback(?: ([^\n]*))?$", re.IGNORECASE | re.MULTILINE)
_ROLLBACK_BLOCK = re.compile(r"/\*[ \t]*liquibase rollback[ \t]*\n(.*?)\*/", re.IGNORECASE | re.DOTALL)
_BY_ITSELF = re.compile(r"\s*(?:not required|empty)\b", re.IGNORECASE)
_NOTHING = "SELECT 1 AS nothing_to_do"
"""A changeset without SQL is refused, and one that only takes something back has none."""
_AUTHOR = "pgplumb"
_ATTRIBUTES = "splitStatements:false stripComments:false rollbackSplitStatements:false"


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan, single=True)
    refuse(found, _OWN, "Liquibase")
    numbers = stamps(len(found), when, state)
    written: list[tuple[str, list[str]]] = []
    for piece, stamp, slug in zip(found, numbers, slugs(found, state), strict=True):
        if not written or piece.step.gate:
            written.append((f"{stamp}_{plan_slug(plan)}.sql", []))
        written[-1][1].append(_changeset(piece, f"{stamp}_{slug}"))
    return tuple(File(name, "--liquibase formatted sql\n" + "".join(parts)) for name, parts in written)


def _changeset(piece: Piece, identity: str) -> str:
    switch = " runInTransaction:false" if piece.autocommit else ""
    text = f"\n--changeset {_AUTHOR}:{identity} {_ATTRIBUTES}{switch}\n{comments(piece.notes, _OWN)}"
    text += ended(piece.run(piece.up) or (_NOTHING,))
    if piece.down is None:
        return text
    back = ended(piece.run(piece.down)).rstrip("\n") or "not required"
    return text + "".join(f"--rollback {line}\n" for line in back.split("\n"))


def _recognises(folder: Path) -> bool:
    return any_text(folder, ".sql", _FIRST.search)


def _logs(folder: Path) -> list[Path]:
    return [path for path in files(folder, ".sql") if _FIRST.search(read_text(path))]


def _state(folder: Path) -> FolderState:
    found = _logs(folder)
    changes = [mark[2] for path in found for mark in _CHANGESET.finditer(read_text(path))]
    numbered = [c for c in changes if re.match(r"[0-9]{14}_", c)]
    return FolderState(max(numbered, default=""), frozenset(re.sub(r"\A[0-9]{14}_", "", c) for c in changes))


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(migration for path in _logs(folder) for migration in _changesets(path))


def _changesets(path: Path) -> Iterator[Migration]:
    text = read_text(path)
    if not _CHANGESET.search(text):
        yield Migration(path.name, title_of(path.name), (), None, path, ("it has no changeset",))
    for mark, body, line in sections(_CHANGESET, text):
        outside = _attribute(mark[3], "runInTransaction") == "false"
        identity = mark[2].strip('"')
        language = _attribute(mark[3], "dbms")
        up = _without_own(body)
        yield Migration(
            id=f"{mark[1].strip()}:{identity}",
            title=title_of(identity),
            up=_scripts(up, outside, _attribute(mark[3], "splitStatements") == "false", line),
            down=_down(body, mark[3], outside, line),
            path=path,
            unknown=(f"it runs only on {language}",) if language and "postgres" not in language else (),
        )


def _down(body: str, attributes: str, outside: bool, line: int) -> tuple[Script, ...] | None:
    lines = list(_ROLLBACK.finditer(body))
    if block := _ROLLBACK_BLOCK.search(body):
        text, start = block[1], block.start(1)
    elif lines:
        text, start = "\n".join(found[1] or "" for found in lines), lines[0].start()
    else:
        return None
    if _BY_ITSELF.match(text):
        return ()
    whole = _attribute(attributes, "rollbackSplitStatements") == "false"
    return _scripts(text.replace("\r", ""), outside, whole, line + body.count("\n", 0, start))


def _scripts(text: str, outside: bool, whole: bool, line: int) -> tuple[Script, ...]:
    return message(text, line) if outside and whole else scripts(text, outside, line)


def _without_own(body: str) -> str:
    """Return a changeset's SQL, Liquibase's own lines left empty."""
    kept = _ROLLBACK_BLOCK.sub(lambda found: "\n" * found[0].count("\n"), body)
    kept = kept.replace(f"\n{_NOTHING};\n", "\n\n")
    return _OWN.sub("", kept)


def _attribute(text: str, name: str) -> str:
    found = re.search(rf"\b{name}:(\S+)", text, re.IGNORECASE)
    return found[1].lower() if found else ""


FORMAT = Format(
    "liquibase",
    "Liquibase",
    _recognises,
    _state,
    _write,
    _read,
    ("include the files in their order, includeAll does",),
)
