"""What is known of a target before it is connected to: its name, and nothing else of the state."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import TYPE_CHECKING

from pgplumb.tui.state import Connection, Phase, State

if TYPE_CHECKING:
    from pgplumb.server.target import Target

_OF_THE_PERSON = frozenset({"connection", "ages", "paused", "interval"})
"""What people set, whichever server is shown, and what is worked out with each change."""


def nothing_of(target: Target) -> dict[str, object]:
    """Return the fields of a state in which nothing of another target is left."""
    known = target.parameters()
    connection = Connection(
        label=target.label,
        phase=Phase.CONNECTING,
        database=known.get("dbname", ""),
        role=known.get("user", ""),
        environment=target.environment,
        read_only=target.read_only,
        since=time.monotonic(),
    )
    empty = State()
    rest = {f.name: getattr(empty, f.name) for f in fields(State) if f.name not in _OF_THE_PERSON}
    return {"connection": connection, **rest}
