"""What a migration tool's files are, seen from both sides: what is written for it and what is read from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.plan import Plan


class FormatError(Exception):
    """A plan that a tool's files cannot hold, or files that cannot be read: what, why and the next step."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to write."""

    path: str
    """Relative to the tool's folder, with slashes."""
    text: str
    """The whole file, also where it takes the place of one that is there (sqitch.plan)."""


@dataclass(frozen=True, slots=True)
class Script:
    """SQL that runs in one way."""

    text: str
    autocommit: bool
    """Whether each statement runs by itself; otherwise all of it is one transaction."""
    line: int = 1
    """The line of its file where the text starts, from 1."""
    path: Path | None = None
    """Its file, where that is not the migration's own."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One unit of a tool: what it counts as done or not done."""

    id: str
    """The tool's own: a version, a revision, a change's name."""
    title: str
    up: tuple[Script, ...]
    down: tuple[Script, ...] | None
    """None where the tool cannot take it back, empty where there is nothing to take back."""
    path: Path
    unknown: tuple[str, ...] = ()
    """What of it is no SQL that can be read, each with its line: it may do anything."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a new migration must know of those that are there."""

    last: str = ""
    """The tool's id of the newest; empty where there is none."""
    names: frozenset[str] = frozenset()
    """Names that are taken."""
    text: str = ""
    """The file that lists migrations, of tools that keep one."""
    context: str = ""
    """What the files name besides: Django's label of the app, the version of Rails."""


@dataclass(frozen=True, slots=True)
class Format:
    """One tool."""

    name: str
    """As in `--export`: `golang-migrate`."""
    title: str
    """As its makers write it."""
    recognises: Callable[[Path], bool]
    """Whether a folder holds migrations of this tool."""
    state: Callable[[Path], FolderState]
    """Looks at a folder that may not be there yet."""
    write: Callable[[Plan, datetime, FolderState], tuple[File, ...]]
    """Raises FormatError."""
    read: Callable[[Path], tuple[Migration, ...]]
    """In the order in which the tool runs them. Raises FormatError."""
    notes: tuple[str, ...] = field(default=())
    """What people must set in the tool for the files to do what they say."""
