"""One measured figure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the bar that it should stay under."""

    name: str
    value: float
    unit: str
    """"x" for a ratio, else s, ms, bytes, statements, ..."""
    bar: float | None = None
    """The most that the budget allows; None for a figure that is told for comparison alone."""
    ratio_of: str = ""
    """What a ratio is measured against, in the same run."""

    @property
    def verdict(self) -> str:
        """Whether it keeps its bar, in a word."""
        return "" if self.bar is None else "within" if self.value <= self.bar else "OVER"
