"""A text in the person's own editor, with the app suspended."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from textual.app import App, SuspendNotSupported

_USUAL = ("vi", "nano")
Result = TypeVar("Result")


class EditorFailed(Exception):  # noqa: N818
    """The text was not edited: one line that says why and what to do."""


def editor_command(environment: Mapping[str, str] | None = None) -> list[str]:
    """Return $VISUAL or $EDITOR as words, or an editor that is there. Raises EditorFailed."""
    env = os.environ if environment is None else environment
    chosen = env.get("VISUAL") or env.get("EDITOR")
    if not chosen:
        found = next(filter(None, map(shutil.which, _USUAL)), None)
        if found is None:
            raise EditorFailed("there is no editor: set EDITOR to the one that you want, such as vim")
        return [found]
    try:
        words = shlex.split(chosen)
    except ValueError as error:
        raise EditorFailed(f"VISUAL or EDITOR cannot be read as a command: {error}") from None
    if not words or shutil.which(words[0]) is None:
        raise EditorFailed(
            f"the editor {words[0] if words else chosen} is not there: set VISUAL or EDITOR to another"
        )
    return words


def edited(app: App[Result], text: str, file_name: str) -> str:
    """Return a text as the person's editor leaves it; waits for the editor. Raises EditorFailed."""
    command = editor_command()
    name = Path(command[0]).name
    directory = Path(tempfile.mkdtemp(prefix="pgplumb-"))
    path = directory / file_name
    try:
        ended = text if text.endswith("\n") else f"{text}\n"
        path.write_text(ended, encoding="utf-8", errors="replace")
        with app.suspend():
            status = _wait_for([*command, str(path)])
        if status:
            raise EditorFailed(f"{name} left with status {status}: the text stays as it was")
        left = path.read_bytes().decode("utf-8")
        return left if ended == text else left.removesuffix("\n")
    except SuspendNotSupported:
        raise EditorFailed("this terminal cannot be handed to an editor: w saves to a file") from None
    except UnicodeDecodeError:
        raise EditorFailed("what the editor left is not UTF-8: the text stays as it was") from None
    except OSError as error:
        raise EditorFailed(f"{name} cannot be used: {error.strerror or error}") from None
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(command: list[str]) -> int:
    """Run a program on the terminal. ctrl+c there is the program's affair: a handler of ours ends with exec."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
