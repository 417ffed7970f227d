"""How high a B-tree stands over its leaves, from its size: the planner charges for every level.

Only the root's page tells it, and reading that needs an extension and a superuser.
"""

from __future__ import annotations

_USABLE = 5695
"""Bytes of an inner page that a build fills: 70 % of it (BTREE_NONLEAF_FILLFACTOR), less its header and its end."""
_TUPLE = 8
_LINE_POINTER = 4


def btree_height(pages: int, key_bytes: int) -> int:
    """Return the level of the root of a B-tree of so many pages, its first one included; 0 where it is a leaf.

    `key_bytes` is the length of an average key. Trees that grew by random inserts are about as full as built ones.
    """
    left = pages - 1
    if left <= 1:
        return 0
    fan = max(_USABLE // (_aligned(_TUPLE + key_bytes) + _LINE_POINTER), 2)
    height = 1
    while _pages_of(height, fan) < left:
        height += 1
    return height


def _pages_of(height: int, fan: int) -> int:
    """Return how many pages the fullest tree of a height has."""
    return sum(fan**level for level in range(height + 1))


def _aligned(size: int) -> int:
    return (size + 7) // 8 * 8
