"""A log of every run on this machine, beside the history in the database: one JSON object a line.

It holds no secret and no data: statements with every literal as `?`, and of other sessions the first words alone.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pgplumb.migrate.apply.events import BatchDone, Event, Progress
from pgplumb.migrate.apply.pieces import masked

_SQL = ("sql",)
_WORDS = ("why", "stands")
_QUOTED = re.compile(r"\((?P<names>[^()]*)\)=\(.*?\)")
"""What a message of the server quotes of a row: Key (email)=(a@b.c)."""


def state_directory() -> Path:
    """Return where logs are kept: $XDG_STATE_HOME/pgplumb, ~/.local/state/pgplumb by default."""
    base = os.environ.get("XDG_STATE_HOME", "")
    root = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "state"
    return root / "pgplumb"


class Log:
    """One file a plan and database, readable by its owner alone; lines are added."""

    def __init__(self, plan_id: str, database: str, label: str) -> None:
        directory = state_directory() / "apply"
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", f"{database}-{plan_id}")
        self.path = directory / f"{name}.jsonl"
        self._label = label
        self._file: IO[str] | None = None

    def write(self, event: Event) -> None:
        """Add an event; progress that is repeated all the time is left out. A full disk stops no migration."""
        if isinstance(event, Progress) or (isinstance(event, BatchDone) and event.batch % 100):
            return
        entry: dict[str, object] = {
            "at": datetime.now(UTC).isoformat(),
            "target": self._label,
            "event": type(event).__name__,
        }
        entry |= {name: _safe(name, value) for name, value in asdict(event).items()}
        try:
            if self._file is None:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                self._file = os.fdopen(descriptor, "a", encoding="utf-8")
            self._file.write(json.dumps(entry, default=str) + "\n")
            self._file.flush()
        except OSError:
            self._file = None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _safe(name: str, value: object) -> object:
    if isinstance(value, str) and name in _SQL:
        return masked(value)
    if isinstance(value, str) and name in _WORDS:
        return _QUOTED.sub(r"(\g<names>)=(?)", value)
    return value
