"""Writes a waiver or an accepted branch into the project's profile: a block at the end of the file, everything else
untouched."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pgplumb.foundation.profile import AcceptedBranch, ProfileError, Waiver, load_profile

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def waiver_block(waiver: Waiver) -> str:
    """Return a waiver as the profile holds it: a `[[waivers]]` block of TOML."""
    words = {"rule": waiver.rule, "object": waiver.object, "reason": waiver.reason, "by": waiver.by}
    return _block("waivers", words, waiver.until)


def accepted_block(branch: AcceptedBranch) -> str:
    """Return an accepted branch as the profile holds it: a `[[rls.accepted]]` block of TOML."""
    words = {
        "object": branch.object,
        "role": branch.role,
        "command": branch.command,
        "branch": branch.branch,
        "reason": branch.reason,
        "by": branch.by,
    }
    return _block("rls.accepted", words, branch.until)


def _block(table: str, words: Mapping[str, str], until: date | None) -> str:
    lines = [f"[[{table}]]", *(f"{key} = {_quoted(value)}" for key, value in words.items())]
    if until is not None:
        lines.append(f"until = {until.isoformat()}")
    return "\n".join(lines) + "\n"


def add_waiver(path: Path, waiver: Waiver) -> None:
    """Append a waiver to a profile, which is made where there is none.

    The file is replaced in one step, and only by one that can be read. Raises ProfileError: the file cannot be
    read or written, or the waiver does not fit into it.
    """
    _append(path, waiver_block(waiver))


def add_accepted(path: Path, branch: AcceptedBranch) -> None:
    """Append an accepted branch, in the same way. Raises ProfileError."""
    _append(path, accepted_block(branch))


def _append(path: Path, block: str) -> None:
    path = path.resolve()
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}. Nothing was written.") from None
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    _replace(path, text + gap + block)


def _replace(path: Path, text: str) -> None:
    made: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            newline="",
            dir=path.parent,
            prefix=".pgplumb-",
            suffix=".toml",
            delete=False,
        ) as file:
            made = Path(file.name)
            file.write(text)
        made.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        load_profile(made)
        os.replace(made, path)
        made = None
    except ProfileError as error:
        why = re.sub(re.escape(str(made)), str(path), str(error))
        raise ProfileError(f"{why} Nothing was written: add it by hand.") from None
    except OSError as error:
        raise ProfileError(f"{path}: cannot be written: {error.strerror}. Nothing was written.") from None
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def _quoted(value: str) -> str:
    """Return a TOML basic string."""
    made = []
    for character in value:
        code = ord(character)
        if character in _ESCAPES:
            made.append(_ESCAPES[character])
        else:
            made.append(f"\\u{code:04X}" if code < 32 or code == 127 else character)
    return '"' + "".join(made) + '"'
