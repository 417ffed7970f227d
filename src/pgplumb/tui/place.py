"""Places: what can be gone to and come back from."""

from __future__ import annotations

from dataclasses import dataclass

_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A tab, with an object in it and a part of its detail where wanted."""

    tab: str
    object: str = ""
    """The object identifier: `table:public.orders`; empty for the tab as it stands."""
    part: str = ""
    """A part of the detail: "indexes"."""


class History:
    """The places that were left for another, latest last: Esc goes back through them."""

    def __init__(self) -> None:
        self._places: list[Place] = []

    def leave(self, place: Place) -> None:
        """Remember a place that is left for another one."""
        if not self._places or self._places[-1] != place:
            self._places.append(place)
        del self._places[:-_REMEMBERED]

    def back(self) -> Place | None:
        """Take the latest place off the pile; None where there is none."""
        return self._places.pop() if self._places else None

    def clear(self) -> None:
        """Forget everything: another database was opened."""
        self._places.clear()
