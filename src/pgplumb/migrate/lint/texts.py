"""Migrations to judge: plain SQL files, and folders or files of the tools that other people use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pgplumb.migrate.formats import migrations_at
from pgplumb.migrate.formats.parts.files import read_text
from pgplumb.migrate.formats.parts.model import FormatError, Migration
from pgplumb.migrate.hazards.step import Mode
from pgplumb.migrate.lint.psql import sent

_OWN_MODE = re.compile(r"^[ \t]*--[ \t]*pgplumb:[ \t]*(transaction|autocommit)[ \t\r]*$", re.MULTILINE)
_OF_A_TOOL = re.compile(
    r"^[ \t]*--[ \t]*(\+goose[ \t]|migrate:(up|down)\b|liquibase formatted|changeset[ \t])", re.M | re.I
)
"""A file of SQL that holds more than what runs: both directions, or several units."""


@dataclass(frozen=True, slots=True)
class Text:
    """One migration."""

    path: str
    sql: str
    """With each statement on the line on which it stands in the file."""
    mode: Mode
    unknown: tuple[str, ...] = ()
    """What of the file is no SQL that could be read."""


def texts_at(path: Path, mode: Mode | None) -> tuple[Text, ...]:
    """Return what a file or folder holds, in its order. Raises FormatError.

    `mode` is how plain SQL runs; a tool's migrations say it themselves.
    """
    if path.is_dir() or path.suffix != ".sql":
        found = migrations_at(path) if path.exists() else ()
        if found:
            return tuple(map(_of_migration, found))
        if path.is_dir():
            raise FormatError(f"{path} holds no migrations of a tool that pgplumb reads: name the files")
    sql = read_text(path)
    if _OF_A_TOOL.search(sql) and (units := migrations_at(path)):
        return tuple(map(_of_migration, units))
    marked = _OWN_MODE.search(sql)
    own: Mode = "autocommit" if marked and marked[1] == "autocommit" else "transaction"
    script = sent(sql)
    return (Text(str(path), script.text, mode or own, script.unknown),)


def _of_migration(migration: Migration) -> Text:
    """Put the scripts of a migration into one text; of several, those that are transactions say so themselves."""
    scripts = migration.up
    path = str(migration.path)
    if len(scripts) <= 1:
        autocommit = bool(scripts) and scripts[0].autocommit
        sql = _placed("", scripts[0].line) + scripts[0].text if scripts else ""
        return Text(path, sql, "autocommit" if autocommit else "transaction", migration.unknown)
    sql = ""
    for script in scripts:
        sql = _placed(sql, script.line)
        body = script.text.rstrip()
        body = body if body.endswith(";") or not body else f"{body}\n;"
        sql += body if script.autocommit else f"BEGIN; {body}\nCOMMIT;"
    return Text(path, sql, "autocommit", migration.unknown)


def _placed(sql: str, line: int) -> str:
    """Return a text that ends where a line begins: that line where it is not past it yet."""
    sql = sql + "\n" if sql else ""
    return sql + "\n" * max(line - 1 - sql.count("\n"), 0)
