"""One thing that is looked at before a plan runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ItemStatus = Literal["pass", "warn", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Item:
    """What was found. Only `fail` keeps a plan from running, unless somebody waives it with a reason."""

    id: str
    """kebab-case: `long-transactions`."""
    title: str
    status: ItemStatus
    evidence: str
    """What was seen, with numbers."""
    next_step: str = ""
    waivable: bool = True
    """False for what no reason can outweigh: it would fail, or nothing could be recorded."""
    privilege: bool = False
    """Whether it fails for want of a privilege."""


def passed(item_id: str, title: str, evidence: str) -> Item:
    """Return an item that is in order."""
    return Item(item_id, title, "pass", evidence)


def unknown(item_id: str, title: str, evidence: str, next_step: str = "") -> Item:
    """Return an item that could not be looked at."""
    return Item(item_id, title, "unknown", evidence, next_step)
