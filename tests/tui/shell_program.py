"""The application on a fake feed, for tests that count bytes: `python -m tests.tui.shell_program`."""

from __future__ import annotations

from pgplumb.tui.app import PlumbApp
from tests.tui.fakes import FakeFeed, live_state

if __name__ == "__main__":
    app = PlumbApp(FakeFeed(live_state()))
    app.run(mouse=app.terminal.mouse)
    raise SystemExit(app.return_code or 0)
