"""When to try a lost connection again: after 1, 2, 4, 8, 16 and then every 30 seconds, with jitter.

Pure: the clock and the random numbers are given from outside. Nothing here connects or sleeps.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

FIRST = 1.0
"""Seconds before the first attempt."""
CEILING = 30.0
"""Seconds between attempts in the long run."""
SPREAD = 0.2
"""Jitter, as a part of the pause, to either side: many clients must not come back at once."""


def pause(failures: int, chance: float) -> float:
    """Return the seconds to wait after so many failures in a row; `chance` lies in [0, 1)."""
    base = min(CEILING, FIRST * 2.0 ** min(max(failures - 1, 0), 16))
    return base * (1 - SPREAD + 2 * SPREAD * chance)


class Reconnect:
    """The state of one connection's attempts."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, chance: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._due_at = 0.0
        self.failures = 0
        """In a row, the loss itself included."""

    def failed(self) -> float:
        """Note a lost connection or a failed attempt; return the seconds until the next."""
        self.failures += 1
        wait = pause(self.failures, self._chance())
        self._due_at = self._clock() + wait
        return wait

    def succeeded(self) -> None:
        """Note that the connection stands."""
        self.failures = 0

    def at_once(self) -> None:
        """Make the next attempt due now: a person asked for it. The pauses go on from where they were."""
        self._due_at = self._clock()

    @property
    def remaining(self) -> float:
        """Seconds until the next attempt is due; 0 when it is, or when nothing is lost."""
        return max(0.0, self._due_at - self._clock()) if self.failures else 0.0

    @property
    def due(self) -> bool:
        """True when something is lost and may be tried now."""
        return self.failures > 0 and self.remaining == 0.0
