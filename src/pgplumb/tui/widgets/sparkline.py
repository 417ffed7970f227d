"""A row of numbers as a little graph in text."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int, top: float | None = None) -> str:
    """Return a graph of the last `width` values, from 0 to the largest of them or to `top`.

    A value that is not known leaves a blank; one above 0 never looks like 0.
    """
    last = values[-width:] if width > 0 else ()
    highest = top if top is not None else max((v for v in last if v is not None), default=0.0)
    return "".join(_bar(value, highest) for value in last).rjust(max(width, 0))


def _bar(value: float | None, highest: float) -> str:
    if value is None:
        return " "
    if value <= 0 or highest <= 0:
        return BARS[0]
    step = int(min(value / highest, 1.0) * (len(BARS) - 1))
    return BARS[max(step, 1)]
