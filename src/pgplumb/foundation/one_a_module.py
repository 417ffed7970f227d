"""Things of one kind that stand in a package, one a module, and are found by being there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, Protocol, TypeVar


class Identified(Protocol):
    """What has an identifier of its own."""

    @property
    def id(self) -> str:
        """Unlike that of any other of its kind."""


T = TypeVar("T", bound=Identified)


def found_in(package: ModuleType, attribute: str) -> Iterator[Any]:
    """Import every module of a package and of those below it, by name, and yield what each has under a name."""
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.ispkg:
            yield getattr(importlib.import_module(module.name), attribute)


def by_id(things: Iterable[T], what: str) -> dict[str, T]:
    """Return things by identifier, in its order. Raises ValueError where two share one; `what` names them."""
    found: dict[str, T] = {}
    for thing in things:
        if thing.id in found:
            raise ValueError(f"two {what} are called {thing.id}")
        found[thing.id] = thing
    return dict(sorted(found.items()))
