"""All kinds of findings and of rewrites, found by name: one module each in `kinds/` and `rewrites/`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pgplumb.foundation.one_a_module import by_id, found_in
from pgplumb.workload.querylint import kinds, rewrites
from pgplumb.workload.querylint.finding import Kind, RewriteKind


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Return every kind of finding by id. Raises ValueError on a clash. Imports sqlglot."""
    found: Iterable[Kind] = found_in(kinds, "KIND")
    return tuple(by_id(found, "kinds of findings").values())


@cache
def all_rewrites() -> tuple[RewriteKind, ...]:
    """Return every kind of rewrite by id, with the test that holds it. Raises ValueError on a clash."""
    found: Iterable[RewriteKind] = found_in(rewrites, "REWRITE")
    return tuple(by_id(found, "kinds of rewrites").values())
