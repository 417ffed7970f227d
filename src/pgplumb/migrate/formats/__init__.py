"""One file a migration tool; here they are found by name, each imported when it is first asked for."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from pgplumb.migrate.formats.parts.model import Format, Migration

_DEEPER = ("alembic", "prisma", "sqitch")


@cache
def format_names() -> tuple[str, ...]:
    """Return the names of all formats without importing them; plain SQL, which any `.sql` file is, last."""
    names = [m.name.replace("_", "-") for m in pkgutil.iter_modules(__path__) if not m.ispkg]
    return tuple(sorted(names, key=lambda name: (name == "sql", name)))


@cache
def migration_format(name: str) -> Format:
    """Return a format by its name. Raises KeyError where there is none."""
    if name not in format_names():
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    found: Format = module.FORMAT
    return found


def migrations_at(path: Path) -> tuple[Migration, ...]:
    """Return the migrations of a folder in their order, or those that one file of a folder holds.

    Empty where no tool's migrations are there, or the file is none of them. Raises FormatError.
    """
    if path.is_dir():
        found = recognise(path)
        return found.read(path) if found else ()
    # Of some tools a file stands one folder deeper than what tells the tool.
    for folder in (path.parent.parent, path.parent):
        found = recognise(folder)
        if found is not None and (folder == path.parent or found.name in _DEEPER):
            mine = tuple(m for m in found.read(folder) if m.path.resolve() == path.resolve())
            if mine:
                return mine
    return ()


def recognise(folder: Path) -> Format | None:
    """Return the format whose migrations a folder holds, None where it holds none."""
    if not folder.is_dir():
        return None
    return next((f for f in map(migration_format, format_names()) if f.recognises(folder)), None)
