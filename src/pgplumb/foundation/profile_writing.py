"""Changes a profile's text: the file is replaced in one step, and only by one that can be read."""

from __future__ import annotations

from pathlib import Path

from pgplumb.foundation.files import replace_file
from pgplumb.foundation.profile import ProfileError, load_profile

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def text_of(path: Path) -> str:
    """Return what a profile holds; nothing where there is none. Raises ProfileError: it cannot be read."""
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}. Nothing was written.") from None


def appended(text: str, block: str) -> str:
    """Return a profile's text with a block at its end, after an empty line."""
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + gap + block


def replace(path: Path, text: str) -> None:
    """Put a text in the place of a profile's. Raises ProfileError: it cannot be written, or is no profile."""

    def check(made: Path) -> None:
        try:
            load_profile(made)
        except ProfileError as error:
            why = str(error).replace(str(made), str(path))
            raise ProfileError(f"{why} Nothing was written: add it by hand.") from None

    try:
        replace_file(path, text.encode("utf-8"), check=check)
    except OSError as error:
        raise ProfileError(f"{path}: cannot be written: {error.strerror}. Nothing was written.") from None


def quoted(value: str) -> str:
    """Return a TOML basic string."""
    made = []
    for character in value:
        code = ord(character)
        if character in _ESCAPES:
            made.append(_ESCAPES[character])
        else:
            made.append(f"\\u{code:04X}" if code < 32 or code == 127 else character)
    return '"' + "".join(made) + '"'
