"""The store: holds the one current state and tells the widgets that draw from it. Data flows one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from pgplumb.tui.state import State

Draw = Callable[[State], None]


class Subscriber(Protocol):
    """A widget: it stops being told when it is no longer part of the screen."""

    @property
    def is_attached(self) -> bool:
        """Whether it is still mounted."""


@dataclass(frozen=True, slots=True)
class _Subscription:
    widget: Subscriber
    draw: Draw
    fields: tuple[str, ...]


class Store:
    """`offer` takes states from any thread; `publish` hands the newest to the widgets, on the event loop."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self.fresh = True
        """Whether nothing was published yet."""
        self._subscriptions: list[_Subscription] = []
        self._lock = Lock()
        self._offered: State | None = None

    def subscribe(self, widget: Subscriber, draw: Draw, *fields: str) -> None:
        """Call `draw` with the state now and whenever one of these fields is another object than before.

        Without fields, at every new state.
        """
        unknown = [name for name in fields if not hasattr(self.state, name)]
        if unknown:
            raise ValueError(f"State has no field {unknown[0]}")
        self._subscriptions.append(_Subscription(widget, draw, fields))
        draw(self.state)

    def offer(self, state: State) -> bool:
        """Take a state from any thread; True when `publish` must be called, False when that is already due.

        A state that was not published yet is superseded: only the newest matters.
        """
        with self._lock:
            waiting = self._offered is not None
            self._offered = state
            return not waiting

    def publish(self) -> None:
        """Make the offered state the current one and tell those whom it concerns."""
        with self._lock:
            state, self._offered = self._offered, None
        if state is None:
            return
        old, self.state = self.state, state
        self.fresh = False
        self._subscriptions = [s for s in self._subscriptions if s.widget.is_attached]
        for one in tuple(self._subscriptions):
            if not one.fields or any(getattr(state, f) is not getattr(old, f) for f in one.fields):
                one.draw(state)
