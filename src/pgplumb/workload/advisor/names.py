"""Names of advised indexes: of table and columns as PostgreSQL makes them, at most 63 bytes, the same every time."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import blake2b

from pgplumb.workload.advisor.shape import Shape

LONGEST = 63
"""Bytes: a longer name would be cut off by the server."""


def name_of(shape: Shape, taken: Collection[str]) -> str:
    """Return a name for an index that none of `taken` (relations of its schema) has."""
    parts = [shape.table, *(_word(key.key.sql, key.key.columns, key.key.is_column) for key in shape.keys)]
    if shape.predicates:
        parts.append("partial")
    digest = blake2b("\0".join(shape.sort_key).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    plain = _fit("_".join(parts), "idx", digest)
    if plain not in taken:
        return plain
    for length in range(4, 17):
        name = _fit("_".join(parts), f"{digest[:length]}_idx", digest)
        if name not in taken:
            return name
    return _fit("_".join(parts), f"{digest}_{len(taken)}_idx", digest)


def _word(sql: str, columns: tuple[str, ...], is_column: bool) -> str:
    """Return a column's name, or an expression's words."""
    if is_column:
        return sql
    return re.sub(r"[^a-z0-9]+", "_", sql.lower()).strip("_") or "_".join(columns) or "expr"


def _fit(stem: str, suffix: str, digest: str) -> str:
    """Join both; a stem that is too long is cut at a character and marked with what tells it from others."""
    room = LONGEST - len(suffix) - 1
    data = stem.encode("utf-8")
    if len(data) > room:
        stem = data[: room - 7].decode("utf-8", "ignore").rstrip("_") + "_" + digest[-6:]
    return f"{stem}_{suffix}"
