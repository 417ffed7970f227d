"""The program with a fault that a key brings about, while a secret stands in a variable."""

from __future__ import annotations

import sys

from pgplumb.cli.main import main
from pgplumb.tui.screens.main import MainScreen


def broken(self: MainScreen) -> None:
    """Fail as a fault of ours would."""
    secret = "s3cret-in-a-variable"
    raise ZeroDivisionError(f"a fault of {len(secret)} characters")


if __name__ == "__main__":
    MainScreen.action_help = broken  # type: ignore[method-assign]
    sys.exit(main(sys.argv[1:]))
