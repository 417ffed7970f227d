"""Quoting for SQL that pgplumb writes: identifiers as `quote_ident()`, literals as `quote_literal()`."""

from __future__ import annotations

import re

from pgplumb.sql.keywords import NEEDS_QUOTES

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


def quote_identifier(name: str) -> str:
    """Return a name as SQL, quoted where needed. Raises ValueError for what no name can be."""
    if not name or "\0" in name:
        raise ValueError("a PostgreSQL name is never empty and holds no null character")
    if _PLAIN.match(name) and name not in NEEDS_QUOTES:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_qualified(*parts: str) -> str:
    """Return a qualified name as SQL: `public."Order"`."""
    return ".".join(map(quote_identifier, parts))


def quote_literal(value: str) -> str:
    """Return a string as SQL, right with any `standard_conforming_strings`. Raises ValueError for nulls."""
    if "\0" in value:
        raise ValueError("a PostgreSQL string holds no null character")
    quoted = "'" + value.replace("'", "''") + "'"
    if "\\" in value:
        return "E" + quoted.replace("\\", "\\\\")
    return quoted
