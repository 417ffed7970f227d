"""Copying to the clipboard of the terminal in front of the person, over SSH and through tmux.

Inside tmux OSC 52 reaches the terminal only with `set-clipboard on`; `tmux load-buffer -w -` reaches it with
every setting. Outside, OSC 52 is all there is, and no terminal says whether it obeyed.
"""

from __future__ import annotations

import os
import subprocess

from textual.app import App

OSC52_LIMIT = 74_994
"""Bytes that terminals commonly accept."""


def copy(app: App[None], text: str) -> str:
    """Copy a text and return how it was done, for the message line."""
    lines = text.count("\n") + 1
    what = f"{lines:,} lines" if lines > 1 else f"{len(text):,} characters"
    if os.environ.get("TMUX") and _through_tmux(text):
        return f"copied {what} through tmux"
    if len(text.encode()) > OSC52_LIMIT:
        return f"not copied: {what} are more than a terminal takes (OSC 52); write them to a file"
    app.copy_to_clipboard(text)
    return f"copied {what} with OSC 52, if the terminal permits it"


def _through_tmux(text: str) -> bool:
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode(),
            capture_output=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
