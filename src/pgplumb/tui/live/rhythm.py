"""When each part is due: as often as asked, but never more than a small share of the time."""

from __future__ import annotations

from collections.abc import Callable


class Rhythm:
    """Keeps, for each part, when it was last read and what that cost."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}
        self._cost: dict[str, float] = {}

    def due(self, part: str, interval: float, share: float = 0.02) -> bool:
        """Whether a part is due: after `interval` seconds, or more where reading it is dear."""
        last = self._last.get(part)
        return last is None or self._clock() - last >= max(interval, self._cost.get(part, 0.0) / share)

    def done(self, part: str, began: float) -> None:
        """Note that a part was read, and since when it took."""
        self._last[part] = self._clock()
        self._cost[part] = self._last[part] - began

    def hurry(self) -> None:
        """Make everything due now."""
        self._last.clear()
