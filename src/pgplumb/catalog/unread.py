"""Facts that are there but were not read, and values that are decoded when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that the server has and we do not: not read yet, locked away, or not permitted.

    It is never equal to an absent value: a check that meets it answers `unknown`.
    """

    reason: str
    """For people: "locked by pid 4121 (ALTER TABLE)", "needs pg_monitor"."""


NOT_YET = Unread("not read yet")
"""The reading has not come to this part."""

Text = str | Unread
"""A deparsed expression, or why there is none to see."""


class Deferred(Generic[T]):
    """A value made on first use and kept: rows stay as libpq delivered them until looked at."""

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._value: T | None = None

    @classmethod
    def of(cls, value: T) -> Deferred[T]:
        """Return a deferred that already has its value."""
        deferred = cls(lambda: value)
        deferred.get()
        return deferred

    def get(self) -> T:
        """Return the value, making it the first time."""
        if self._make is not None:
            self._value = self._make()
            self._make = None
        return cast(T, self._value)
