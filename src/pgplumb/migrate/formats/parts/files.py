"""Reading folders: text as UTF-8, names in order, and scripts built up from what stands in program code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pgplumb.migrate.formats.parts.model import FolderState, FormatError, Script

_DIGITS = re.compile(r"[0-9]+")


def read_text(path: Path) -> str:
    """Return a file's text. Raises FormatError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(f"{path} is not UTF-8: convert it first") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from None


def files(folder: Path, ending: str) -> tuple[Path, ...]:
    """Return the files of a folder whose names end so, by name; none where there is no folder."""
    try:
        found = [p for p in folder.iterdir() if p.name.endswith(ending) and p.name[0] != "." and p.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise FormatError(f"{folder} cannot be read: {error.strerror or error}") from None
    return tuple(sorted(found))


def any_text(folder: Path, ending: str, found: Callable[[str], object]) -> bool:
    """Whether a file of a folder has a text for which a test holds; files that cannot be read do not."""
    return any(found(text) for text in _texts(folder, ending))


def version_of(name: str) -> int:
    """Return the number that a name starts with, -1 where it has none."""
    digits = _DIGITS.match(name)
    return int(digits.group()) if digits else -1


def title_of(name: str) -> str:
    """Return what a file's name says for people: without number and ending."""
    return re.sub(r"\A[0-9]+[_-]*", "", name.split(".")[0]).replace("_", " ").strip() or name


def state_of(names: Sequence[str]) -> FolderState:
    """Return the state of a folder of numbered files or folders, the latest last."""
    titles = frozenset(title_of(name).replace(" ", "_") for name in names)
    return FolderState(names[-1] if names else "", titles)


def _texts(folder: Path, ending: str) -> Iterator[str]:
    for path in files(folder, ending):
        try:
            yield read_text(path)
        except FormatError:
            continue


class Gathered:
    """Scripts put together from the SQL in program code, each line as far down as in its file."""

    __slots__ = ("_found", "_fresh")

    def __init__(self) -> None:
        self._found: list[tuple[list[str], bool, int]] = []
        self._fresh = True

    def boundary(self) -> None:
        """Begin a new transaction with the next statement."""
        self._fresh = True

    def add(self, text: str, autocommit: bool, line: int) -> None:
        """Add the SQL of one call; a missing semicolon is added."""
        if not text.strip():
            return
        kept = text.rstrip()
        kept += "" if kept.endswith(";") else "\n;" if "--" in kept.rpartition("\n")[2] else ";"
        if self._fresh or self._found[-1][1] != autocommit:
            self._found.append(([kept], autocommit, line))
        else:
            parts, _, start = self._found[-1]
            reached = start + sum(part.count("\n") for part in parts)
            parts.append("\n" * max(1, line - reached) + kept)
        self._fresh = False

    def scripts(self) -> tuple[Script, ...]:
        """Return what was gathered, in order."""
        return tuple(Script("".join(parts), mode, line) for parts, mode, line in self._found)
