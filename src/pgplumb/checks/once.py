"""Keep what was worked out from a catalog for as long as that catalog is the one looked at."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TypeVar

from pgplumb.catalog.model import Catalog

T = TypeVar("T")


def once_per_catalog(make: Callable[[Catalog], T]) -> Callable[[Catalog], T]:
    """Decorate a function of a catalog so that many rules share one answer; the last catalog's is kept."""
    kept: list[tuple[weakref.ref[Catalog], T]] = []

    def answer(catalog: Catalog) -> T:
        for owner, value in kept:
            if owner() is catalog:
                return value
        value = make(catalog)
        kept[:] = [(weakref.ref(catalog), value)]
        return value

    answer.__doc__ = make.__doc__
    return answer
