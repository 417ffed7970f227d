"""What an insight rule answers: a place in the plan, a sentence, the numbers, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | float | bool | None | Sequence[str]
"""What evidence holds: JSON values."""


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Insight:
    """One thing that a rule found in a plan. Texts hold names of the database: sanitise to show."""

    id: str
    """The rule's id."""
    node: str
    """Where: the path from the root, counted from 0, and the node's title: "0.1.0 Seq Scan on public.orders"."""
    message: str
    """One sentence with the numbers."""
    evidence: Mapping[str, Value]
    severity: Severity
    hint: str
    """What to do, one or two sentences."""
    advise: bool
    """Whether an index would help: the advisor has the answer."""

    @property
    def path(self) -> str:
        """The node's path alone: "0.1.0"."""
        return self.node.partition(" ")[0]

    def document(self) -> dict[str, object]:
        """Return what the machine output of `plan` holds of it."""
        return {"id": self.id, "node": self.node, "message": self.message, "evidence": dict(self.evidence)}
