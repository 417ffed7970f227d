"""Object identifiers: the one spelling of an object's name in findings, files and machine output.

A part that matches `[a-z_][a-z0-9_$]*` is never quoted, reserved words included; any other part is
double-quoted, with quotes doubled. Example: `column:public."Order".id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")


@lru_cache(maxsize=131072)
def part(name: str) -> str:
    """Return one part of an identifier, double-quoted only where it must be."""
    return name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'


@lru_cache(maxsize=131072)
def dotted(*parts: str) -> str:
    """Return parts joined with dots: `public.orders`."""
    return ".".join(map(part, parts))


def object_id(kind: str, *parts: str) -> str:
    """Return an identifier with its kind: `table:public.orders`, `role:app`."""
    return f"{kind}:{dotted(*parts)}"


def function_id(schema: str, name: str, argument_types: Iterable[str]) -> str:
    """Return a function's identifier: `function:public.f(int4,text)`, type names as in `typname`."""
    return f"function:{dotted(schema, name)}({','.join(map(part, argument_types))})"
