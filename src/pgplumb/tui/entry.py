"""What the palette lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be reached by name."""

    label: str
    kind: str
    """"action", "tab", "table", "index", ..."""
    run: Callable[[], object]
    keys: str = ""
    detail: str = ""
