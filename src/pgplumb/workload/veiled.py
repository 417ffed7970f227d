"""Plans without the values that were taken from statistics: those are users' data, and a plan prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pgplumb.sql.lexer import Token, tokens
from pgplumb.workload.plan import Plan
from pgplumb.workload.plan_node import CONDITIONS, read_node

VEIL = "…"
"""What stands in a value's place."""
_PRINTED = frozenset((*CONDITIONS, "Output", "Run Condition", "Window", "Cache Key", "Function Call"))
"""Keys of a plan whose texts hold expressions."""


def veiled(plan: Plan, query: str) -> Plan:
    """Return a plan in which no constant is printed but those of the query itself, as it was before values."""
    own = frozenset(_value(token) for token in tokens(query) if token.kind in ("string", "number"))
    raw = _node(plan.raw, own)
    return replace(plan, root=read_node(raw), raw=raw, query=query)


def _node(raw: Mapping[str, object], own: frozenset[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in raw.items():
        if key == "Plans" and isinstance(value, list):
            found[key] = [_node(below, own) if isinstance(below, dict) else below for below in value]
        elif key in _PRINTED:
            found[key] = _hidden(value, own)
        else:
            found[key] = value
    return found


def _hidden(value: object, own: frozenset[str]) -> object:
    if isinstance(value, list):
        return [_hidden(one, own) for one in value]
    return _text(value, own) if isinstance(value, str) else value


def _text(text: str, own: frozenset[str]) -> str:
    """Return an expression with its constants veiled. Numbers that name something stand behind a word."""
    parts: list[str] = []
    before: Token | None = None
    for token in tokens(text):
        literal = token.kind == "string" or (
            token.kind == "number" and not (before and before.kind == "word")
        )
        if literal and _value(token) not in own:
            parts.append(f"'{VEIL}'" if token.kind == "string" else VEIL)
        else:
            parts.append(token.text)
        if token.kind not in ("space", "comment"):
            before = token
    return "".join(parts)


def _value(token: Token) -> str:
    return token.text.strip("'")
