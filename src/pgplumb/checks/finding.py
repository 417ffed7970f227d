"""What a rule answers: findings with evidence, and a fix as data that rooms above turn into SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pgplumb.catalog.unread import Unread

T = TypeVar("T")
Value = str | int | float | bool | None | Sequence[str] | Mapping[str, str]
"""What evidence and fix fields hold: JSON values."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that would make the finding go away, as an intent of `migrate/intents/` with its fields."""

    intent: str
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One object that does not pass a rule."""

    object: str
    """The object identifier: `fk:public.orders.orders_customer_id_fkey`."""
    message: str
    """One sentence for people; names are quoted as SQL would quote them."""
    evidence: Mapping[str, Value] = field(default_factory=dict)
    """The numbers and names that the rule saw."""
    related: tuple[str, ...] = ()
    """Other objects that take part, as object identifiers."""
    fix: Fix | None = None


class Report:
    """What one rule says about one subject, collected while it looks.

    A rule calls `checked` for each thing that it judged, `fail` for each that does not pass and `unknown`
    where the facts do not decide. A subject of which nothing was checked is not applicable.
    """

    __slots__ = ("count", "findings", "notes", "plain", "reasons", "skipped")

    def __init__(self) -> None:
        self.count = 0
        self.plain = True
        """Whether things were only counted."""
        self.findings: list[Finding] = []
        self.reasons: list[str] = []
        self.skipped: list[str] = []
        self.notes: list[str] = []

    def checked(self, count: int = 1) -> None:
        """Count things that were judged, passing and failing ones alike."""
        self.count += count

    def fail(
        self,
        object: str,  # noqa: A002
        message: str,
        evidence: Mapping[str, Value] | None = None,
        related: tuple[str, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a finding; count the thing itself with `checked`."""
        self.plain = False
        self.findings.append(Finding(object, message, evidence or {}, related, fix))

    def unknown(self, reason: str) -> None:
        """Say that something could not be judged, and why: "needs pg_monitor", "locked by pid 4121"."""
        self.plain = False
        self.reasons.append(reason)

    def undecided(self, reason: str | None) -> bool:
        """Say why something could not be judged, where there is a reason; return whether there is one."""
        if reason is not None:
            self.unknown(reason)
        return reason is not None

    def known(self, value: T | Unread, what: str = "") -> T | None:
        """Return what was read; None, with the reason said, where it was not. `what` says whose reason it is."""
        if isinstance(value, Unread):
            self.unknown(f"{what}: {value.reason}" if what else value.reason)
            return None
        return value

    def note(self, numbers: str) -> None:
        """Give the numbers that an answer rests on, whatever it is."""
        self.plain = False
        self.notes.append(numbers)

    def not_applicable(self, reason: str) -> None:
        """Say why there is nothing to judge here."""
        self.plain = False
        self.skipped.append(reason)
