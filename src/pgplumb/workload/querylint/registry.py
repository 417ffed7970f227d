"""All kinds of findings and of rewrites, found by name: one module each in `kinds/` and `rewrites/`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pgplumb.workload.querylint import kinds, rewrites
from pgplumb.workload.querylint.finding import Kind, RewriteKind


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Return every kind of finding by id. Raises ValueError on a clash. Imports sqlglot."""
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(kinds.__path__, kinds.__name__ + "."):
        kind = importlib.import_module(module.name).KIND
        if kind.id in found:
            raise ValueError(f"two kinds of findings are called {kind.id}")
        found[kind.id] = kind
    return tuple(found[id_] for id_ in sorted(found))


@cache
def all_rewrites() -> tuple[RewriteKind, ...]:
    """Return every kind of rewrite by id, with the test that holds it. Raises ValueError on a clash."""
    found: dict[str, RewriteKind] = {}
    for module in pkgutil.iter_modules(rewrites.__path__, rewrites.__name__ + "."):
        kind = importlib.import_module(module.name).REWRITE
        if kind.id in found:
            raise ValueError(f"two kinds of rewrites are called {kind.id}")
        found[kind.id] = kind
    return tuple(found[id_] for id_ in sorted(found))
