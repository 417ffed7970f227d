"""OFFSET paging: the shape of the next page by key."""

from __future__ import annotations

from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.splice import advised

REWRITE = RewriteKind(
    id="keyset",
    title="Ask for the rows behind the last one seen",
    held_by=None,
)


def rewrite(query: Query, keys: tuple[str, ...], descending: bool, table: str) -> Rewrite:
    """Return the shape of the next page: never the same query, for a page is then named by its last row."""
    names = ", ".join(keys)
    last = ", ".join(f":last_{key.rpartition('.')[2].strip(chr(34))}" for key in keys)
    direction = " DESC" if descending else ""
    order = ", ".join(f"{key}{direction}" for key in keys)
    sign = "<" if descending else ">"
    text = f"SELECT ...\nFROM {table}\nWHERE ... AND ({names}) {sign} ({last})\nORDER BY {order}\nLIMIT ..."
    assumes = (
        "pages are read in order, not jumped to",
        f"({names}) is unique and none of it is NULL: add the primary key to the order where it is not",
    )
    return advised(query, REWRITE, text, assumes)
