"""The project's profile for the screen: that of the folder in which the program was started."""

from __future__ import annotations

from pathlib import Path

from pgplumb.foundation.profile import Profile, ProfileError, find_profile, load_profile
from pgplumb.tui.live.board import Board


def folder_profile(board: Board) -> Profile:
    """Return the profile of the folder; one that cannot be read is said on the screen, and none is used.

    Reading it takes pydantic, so it is done in the feed's thread, after the first paint.
    """
    from pgplumb.checks.thresholds import known_names

    board.problem("profile", None)
    path = find_profile(Path.cwd())
    if path is None:
        return Profile()
    try:
        return load_profile(path, known_names())
    except ProfileError as error:
        board.problem("profile", str(error))
        return Profile()
