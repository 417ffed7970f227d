"""Values of settings as SET takes them."""

from __future__ import annotations

import re

from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts.quoting import literal

_PRELOAD = ("local_preload_libraries", "session_preload_libraries", "shared_preload_libraries")
_LISTS = frozenset(("search_path", "temp_tablespaces", *_PRELOAD))
"""Settings whose value is a list of names, each a word of its own in SET."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)*\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def setting_name(text: str) -> str:
    """Return a setting's name as SQL. Raises Unwritable for what cannot be one."""
    if not _NAME.match(text):
        raise Unwritable(f"{text} is no setting")
    return text


def setting_value(setting: str, value: str) -> str:
    """Return a setting's value as SQL: a list of names stays a list, all else is one number or literal."""
    if setting not in _LISTS:
        return value if _NUMBER.match(value) else literal(value)
    parts = [p.strip() for p in value.split(",")]
    return ", ".join(p if p.startswith('"') and p != '""' else literal(p.strip("'\"")) for p in parts)
