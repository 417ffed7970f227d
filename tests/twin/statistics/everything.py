"""A schema with a column of every family of types, and rows for it."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def schema(version: int) -> str:
    """Return the statements that make the schema."""
    return _text("schema", version)


def rows(version: int) -> str:
    """Return the statements that fill and analyse it."""
    return _text("rows", version) + "ANALYZE;"


def _text(name: str, version: int) -> str:
    names = [f"{name}.sql", *([f"{name}_14.sql"] if version >= 140000 else [])]
    return "".join((HERE / name).read_text(encoding="utf-8") for name in names)
