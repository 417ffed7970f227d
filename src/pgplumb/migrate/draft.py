"""A migration that is being written: its name, what it does, what takes it back, and the file it lives in.

A draft is kept in one of two forms, told apart by the file's name:

* one file, `20261121143000_add_index.sql`, with the lines `-- up` and `-- down` before the two parts (what
  stands before the first of these lines, or the whole file where there is none, counts as up);
* a pair, `20261121143000_add_index.up.sql` and `20261121143000_add_index.down.sql`.

Files are replaced in one step, so that a crash leaves the old text or the new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pgplumb.foundation.files import replace_file

UP_ENDING, DOWN_ENDING = ".up.sql", ".down.sql"
_MARKER = re.compile(r"^[ \t]*--[ \t]*(up|down)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_STAMP = re.compile(r"\A[0-9]{14}_")


class DraftError(Exception):
    """A draft that cannot be read or written: one line that says what, why and the next step."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A migration as text."""

    name: str
    """For people: "add index on orders"."""
    up: str
    down: str
    path: Path | None = None
    """Where it was read from or written to; of a pair, the up file."""


def file_name(name: str, now: datetime, *, pair: bool = False) -> str:
    """Return a name that sorts by time: `20261121143000_add_index.sql`, in UTC."""
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60].rstrip("_") or "migration"
    return f"{now.astimezone(UTC):%Y%m%d%H%M%S}_{slug}{UP_ENDING if pair else '.sql'}"


def load_draft(path: Path) -> Draft:
    """Read a draft from its file, or from either file of its pair. Raises DraftError."""
    if path.name.endswith((UP_ENDING, DOWN_ENDING)):
        stem = path.name.removesuffix(UP_ENDING).removesuffix(DOWN_ENDING)
        up, down = path.with_name(stem + UP_ENDING), path.with_name(stem + DOWN_ENDING)
        taken_back = _read(down) if down.exists() else ""
        return Draft(_name(stem), _read(up).strip("\r\n"), taken_back.strip("\r\n"), up)
    parts = {"up": "", "down": ""}
    text = _read(path)
    place, current = 0, "up"
    for marker in _MARKER.finditer(text):
        parts[current] += text[place : marker.start()]
        place, current = marker.end(), marker.group(1).lower()
    parts[current] += text[place:]
    return Draft(_name(path.stem), parts["up"].strip("\r\n"), parts["down"].strip("\r\n"), path)


def save_draft(draft: Draft, path: Path | None = None) -> Draft:
    """Write a draft to its path, or to another, in the form that the name asks for; return it with that path.

    Raises DraftError: also where one file cannot hold it, because a line of it reads like a marker.
    """
    target = path or draft.path
    if target is None:
        raise DraftError("the draft has no file yet: give it a name to save it under")
    if target.name.endswith((UP_ENDING, DOWN_ENDING)):
        stem = target.name.removesuffix(UP_ENDING).removesuffix(DOWN_ENDING)
        target = target.with_name(stem + UP_ENDING)
        _write(target.with_name(stem + DOWN_ENDING), _ended(draft.down))
        _write(target, _ended(draft.up))
    else:
        if found := _MARKER.search(draft.up) or _MARKER.search(draft.down):
            line = found.group().strip()
            raise DraftError(f'a line of the draft is "{line}", which divides a file: save it as {UP_ENDING}')
        _write(target, f"-- up\n{_ended(draft.up)}\n-- down\n{_ended(draft.down)}")
    return replace(draft, path=target)


def _ended(text: str) -> str:
    kept = text.strip("\r\n")
    return kept + "\n" if kept else ""


def _name(stem: str) -> str:
    return _STAMP.sub("", stem).replace("_", " ")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise DraftError(f"{path} is not UTF-8: convert it first") from None
    except OSError as error:
        raise DraftError(f"{path} cannot be read: {error.strerror or error}") from None


def _write(path: Path, text: str) -> None:
    path = path.resolve()
    try:
        replace_file(path, text.encode("utf-8"), make_folders=True)
    except UnicodeEncodeError:
        raise DraftError("the draft holds half of a character pair, which UTF-8 cannot: delete it") from None
    except OSError as error:
        raise DraftError(
            f"{path} cannot be written: {error.strerror or error}; choose another place"
        ) from None
