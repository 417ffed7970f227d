"""Where the migration that is open came from, and whether it would be lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DownOrigin = Literal["proposed", "fix", "plan", "file", "own"]
"""Who wrote the down: `proposed` follows the up by itself; the others stay until a person changes them."""


@dataclass(frozen=True, slots=True)
class DraftState:
    """An open migration beside its two texts."""

    name: str = ""
    """For people, and for the name of its file: "create index sales.orders"."""
    path: Path | None = None
    kept: tuple[str, str] = ("", "")
    """Up and down as they are kept elsewhere: in a file, or as a key would compose them again."""
    down: DownOrigin = "proposed"

    def would_be_lost(self, up: str, down: str) -> bool:
        """Whether something was written that is kept nowhere else. A proposed down can be proposed again."""
        if up.strip() != self.kept[0].strip():
            return bool(up.strip())
        return self.down == "own" and down.strip() != self.kept[1].strip()
