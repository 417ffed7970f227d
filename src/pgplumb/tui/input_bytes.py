"""What the terminal sends is read as UTF-8, and what is none as U+FFFD.

Textual's driver decodes strictly: one byte of Latin-1 that is typed or pasted would end the program.
"""

from __future__ import annotations

import codecs
import sys
from functools import partial

if sys.platform != "win32":
    from textual.drivers import linux_driver


def accept_any_bytes() -> None:
    """Make the driver replace what it cannot decode; to be called before the app runs."""
    if sys.platform == "win32":
        return

    def lenient(encoding: str) -> partial[codecs.IncrementalDecoder]:
        return partial(codecs.getincrementaldecoder(encoding), errors="replace")

    setattr(linux_driver, "getincrementaldecoder", lenient)  # noqa: B010
