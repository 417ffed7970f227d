"""Which files a plan becomes for a tool, and writing them: nothing that is there is written over unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.foundation.files import replace_file
from pgplumb.migrate.formats import format_names, migration_format, recognise
from pgplumb.migrate.formats.parts.model import FormatError

if TYPE_CHECKING:
    from pgplumb.migrate.formats.parts.model import File, Format
    from pgplumb.migrate.plan import Plan


@dataclass(frozen=True, slots=True)
class Planned:
    """The files of one tool, for one folder."""

    tool: str
    folder: Path
    files: tuple[File, ...] = ()
    there: frozenset[str] = frozenset()
    """Paths of files that are there with another text; a tool's own list that is added to is none of them."""
    same: frozenset[str] = frozenset()
    """Paths of files that are there with the same text."""
    added_to: frozenset[str] = frozenset()
    """Paths of files that are there and whose text goes on in the new one (sqitch.plan)."""
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why there are none."""


def tools() -> tuple[Format, ...]:
    """Return all formats, those of tools first and plain SQL last."""
    return tuple(map(migration_format, format_names()))


def tool_of(folder: Path) -> str | None:
    """Return the name of the format whose migrations a folder holds."""
    try:
        found = recognise(folder)
    except FormatError:
        return None
    return found.name if found is not None else None


def planned(plan: Plan, tool: str, folder: Path, when: datetime) -> Planned:
    """Return the files that would be written; reads the folder, writes nothing."""
    chosen = migration_format(tool)
    try:
        files = chosen.write(plan, when, chosen.state(folder))
    except FormatError as reason:
        return Planned(tool, folder, notes=chosen.notes, problem=str(reason))
    there, same, added = set(), set(), set()
    for file in files:
        before = _text(folder / file.path)
        if before is None:
            continue
        if before == file.text:
            same.add(file.path)
        elif file.text.startswith(before.rstrip()):
            added.add(file.path)
        else:
            there.add(file.path)
    return Planned(tool, folder, files, frozenset(there), frozenset(same), frozenset(added), chosen.notes)


def write(files: Sequence[File], folder: Path) -> tuple[Path, ...]:
    """Write files, each replaced in one step; return their paths. Raises FormatError."""
    written: list[Path] = []
    for file in files:
        path = folder / file.path
        try:
            replace_file(path, file.text.encode("utf-8", "surrogateescape"), make_folders=True)
        except OSError as error:
            done = f"; written before it: {', '.join(p.name for p in written)}" if written else ""
            raise FormatError(
                f"{path} cannot be written: {error.strerror or error}; choose another folder{done}"
            ) from None
        written.append(path)
    return tuple(written)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return ""
