"""What the start of the UI must not pay for."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("psycopg", "pydantic", "sqlglot", "google.protobuf", "postgast")
PROGRAM = """
import sys
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.tabs.registry import TABS
TABS[0].load()
PlumbApp(LiveFeed(None))
print([name for name in {heavy!r} if name in sys.modules])
"""


def test_before_the_first_paint_nothing_heavy_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"
