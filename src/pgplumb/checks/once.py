"""Keep what was worked out from a catalog for as long as that catalog is the one looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pgplumb.catalog.derived import Derived
from pgplumb.catalog.model import Catalog

T = TypeVar("T")


def once_per_catalog(make: Callable[[Catalog], T]) -> Derived[T]:
    """Decorate a function of a catalog so that many rules share one answer.

    After any change it is worked out again and so are the rules that asked for it: where that costs, use
    `settled` and `gathered` of `pgplumb.catalog.derived`.
    """
    return Derived(make)
