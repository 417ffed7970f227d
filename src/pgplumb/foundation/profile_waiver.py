"""Writes a waiver or an accepted branch into the project's profile: a block at the end of the file, everything else
untouched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pgplumb.foundation.profile import AcceptedBranch, Waiver
from pgplumb.foundation.profile_writing import appended, quoted, replace, text_of


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
    lines = [f"[[{table}]]", *(f"{key} = {quoted(value)}" for key, value in words.items())]
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
    replace(path, appended(text_of(path), block))
