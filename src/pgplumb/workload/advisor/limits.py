"""Puts a number where a normalised query says `LIMIT $n`: the planner would take it for a tenth of all rows."""

from __future__ import annotations

from math import ceil

from pgplumb.sql.lexer import tokens
from pgplumb.workload.plan_repair import dense

_USUAL = 20
"""Rows of a page, where nothing says how many a call returned."""


def with_limit(query: str, rows_per_call: float | None) -> str:
    """Return the query with the LIMIT of its outermost SELECT as a number: the rows that a call returned."""
    rows = _USUAL if rows_per_call is None else max(ceil(rows_per_call), 1)
    found = list(tokens(query))
    shown = [i for i, token in enumerate(found) if token.kind not in ("space", "comment")]
    depth = 0
    texts = [token.text for token in found]
    changed = False
    for at, index in enumerate(shown):
        token = found[index]
        depth += (token.text == "(") - (token.text == ")")
        following = shown[at + 1] if at + 1 < len(shown) else None
        if following is None or found[following].kind != "parameter" or token.kind == "parameter":
            continue
        word = token.lower or token.text
        if word == "limit":
            # Within brackets nothing was counted.
            texts[following] = str(rows if depth == 0 else _USUAL)
            changed = True
        elif word == "offset":
            texts[following] = "0"
            changed = True
    return dense("".join(texts)) if changed else query
