"""Names of roles in narrow columns: no two that look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pgplumb.foundation.text import sanitise, shorten
from pgplumb.tui.widgets import glyphs


class RoleNames:
    """The names of the roles that have a column."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(map(sanitise, names))
        self._shown: dict[tuple[str, int], str] = {}
        self._alike: dict[int, Counter[str]] = {}

    def within(self, name: str, width: int) -> str:
        """Return a name in so many cells; where others begin as it does, its end instead of its beginning."""
        shown = self._shown.get((name, width))
        if shown is None:
            whole = sanitise(name)
            shown = shorten(whole, width)
            if shown != whole and whole.isascii() and self._beginning(width)[shown] > 1:
                shown = f"{glyphs.ELLIPSIS}{whole[1 - width :]}"
            self._shown[name, width] = shown
        return shown

    def _beginning(self, width: int) -> Counter[str]:
        """Return how many names look like that when they are cut off."""
        if width not in self._alike:
            self._alike[width] = Counter(shorten(name, width) for name in self._names)
        return self._alike[width]
