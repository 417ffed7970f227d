"""Which relations some others cannot be made, or planned for, without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def reached(edges: Iterable[tuple[int, int]], start: Iterable[int]) -> frozenset[int]:
    """Return these and everything that the edges lead to, step by step."""
    after: dict[int, list[int]] = defaultdict(list)
    for origin, end in edges:
        after[origin].append(end)
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for end in after.get(waiting.pop(), ()):
            if end not in seen:
                seen.add(end)
                waiting.append(end)
    return frozenset(seen)
