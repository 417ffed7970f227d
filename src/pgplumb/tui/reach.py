"""What can be done from where the focus is: for the key bar, the help screen and the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

from textual.dom import DOMNode
from textual.screen import Screen

from pgplumb.tui.actions import Action, KeyMap
from pgplumb.tui.widgets.key_bar import Hint


@runtime_checkable
class Copyable(Protocol):
    """A widget that `y` can copy from."""

    def copy_text(self) -> str | None:
        """Return the text, None where there is nothing."""


def actions_of(kind: type) -> tuple[Action, ...]:
    """Return the actions of a class with those that it inherits and does not replace."""
    found: list[Action] = []
    taken: set[str] = set()
    for base in kind.__mro__:
        for action in base.__dict__.get("ACTIONS", ()):
            if not taken.issuperset(action.default_keys) or not action.default_keys:
                found.append(action)
        taken.update(key for action in found for key in action.default_keys)
    return tuple(found)


def in_reach(screen: Screen[None]) -> Iterator[tuple[DOMNode, Action]]:
    """Yield actions with the widget that does them, from the focused widget outwards.

    An action all of whose keys mean something nearer to the focus is left out.
    """
    taken: set[str] = set()
    nodes = screen.focused.ancestors_with_self if screen.focused is not None else [screen]
    for node in nodes:
        mine = actions_of(type(node))
        for action in mine:
            if not action.default_keys or not taken.issuperset(action.default_keys):
                yield node, action
        taken.update(key for action in mine for key in action.default_keys)
        if node is screen:
            break


def hints(
    screen: Screen[None], keys: KeyMap, last: tuple[str, ...], rank: Callable[[Action], int]
) -> tuple[list[Hint], list[Hint]]:
    """Return the hints for the key bar: by rank, and those that stand at the end. No key that would be typed."""
    typing = screen.focused is not None and screen.focused.check_consume_key("x", "x")
    ranked = sorted((a for _, a in in_reach(screen) if rank(a)), key=rank)
    usable = [
        (a, [key for key in keys.keys(a) if not (typing and (len(key) == 1 or key == "space"))])
        for a in ranked
    ]
    found = [(a, Hint(mine[0], a.label)) for a, mine in usable if mine]
    return [h for a, h in found if a.id not in last], [h for a, h in found if a.id in last]
