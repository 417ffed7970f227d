"""Rails: `{stamp}_slug.rb` with `up` and `down`; SQL stands in here-documents that Ruby leaves alone.

Source: https://guides.rubyonrails.org/active_record_migrations.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import any_text, files, read_text, state_of, title_of, version_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, Migration
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
from pgplumb.migrate.formats.parts.ruby_code import Direction, directions
from pgplumb.migrate.plan import Plan

_CLASS = re.compile(r"^\s*class\s+\S+\s*<\s*ActiveRecord::Migration(?:\[([0-9.]+)\])?", re.MULTILINE)
_OUTSIDE = re.compile(r"^\s*disable_ddl_transaction!", re.MULTILINE)
_SPECIAL = re.compile(r'["\\#\r\n]')
_OLDEST = "6.1"
"""The version named where the folder does not say which: every later Rails runs it the same way."""


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan)
    named = zip(found, stamps(len(found), when, state), slugs(found, state), strict=True)
    return tuple(
        File(f"{stamp}_{slug}.rb", _text(piece, slug, state.context or _OLDEST))
        for piece, stamp, slug in named
    )


def _text(piece: Piece, slug: str, version: str) -> str:
    name = "".join(word[:1].upper() + word[1:] for word in slug.split("_"))
    switch = "  disable_ddl_transaction!\n\n" if piece.autocommit else ""
    up = "".join(map(_execute, piece.run(piece.up)))
    down = "    raise ActiveRecord::IrreversibleMigration\n"
    if piece.down is not None:
        down = "".join(map(_execute, piece.run(piece.down)))
    notes = "".join(f"# {note}\n" for note in piece.notes)
    return (
        # Ruby takes a first comment that names an encoding for an order.
        f"# frozen_string_literal: true\n\n{notes}class {name} < ActiveRecord::Migration[{version}]\n{switch}"
        f"  def up\n{up}  end\n\n  def down\n{down}  end\nend\n"
    )


def _execute(statement: str) -> str:
    if "\r" in statement or not re.search(r'["\\#\n]', statement):
        # Ruby leaves a carriage return at the end of a line out of a here-document.
        return f'    execute "{_SPECIAL.sub(_escape, statement)}"\n'
    mark, number = "SQL", 2
    lines = {line.strip() for line in statement.split("\n")}
    while mark in lines:
        mark, number = f"SQL_{number}", number + 1
    return f"    execute <<-'{mark}'\n{statement}\n    {mark}\n"


def _escape(found: re.Match[str]) -> str:
    return {"\r": "\\r", "\n": "\\n"}.get(found[0], "\\" + found[0])


def _recognises(folder: Path) -> bool:
    return any_text(folder, ".rb", _CLASS.search)


def _numbered(folder: Path) -> list[Path]:
    found = [path for path in files(folder, ".rb") if version_of(path.name) >= 0]
    return sorted(found, key=lambda path: version_of(path.name))


def _state(folder: Path) -> FolderState:
    found = _numbered(folder)
    if not found:
        return FolderState()
    said = _CLASS.search(read_text(found[-1]))
    state = state_of([path.name for path in found])
    return replace(state, context=(said[1] or "") if said else "")


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(map(_migration, _numbered(folder)))


def _migration(path: Path) -> Migration:
    text = read_text(path)
    autocommit = bool(_OUTSIDE.search(text))
    found = directions(text, autocommit)
    up = found.get("up") or found.get("change") or Direction()
    back = found.get("down")
    unknown = [*up.unknown, *(f"{line} (down)" for line in back.unknown)] if back else up.unknown
    if not found:
        unknown = ["it has neither change nor up"]
    return Migration(
        id=str(version_of(path.name)),
        title=title_of(path.name),
        up=up.gathered.scripts(),
        down=None if back is None or back.raises else back.gathered.scripts(),
        path=path,
        unknown=tuple(unknown),
    )


FORMAT = Format(
    "rails",
    "Rails",
    _recognises,
    _state,
    _write,
    _read,
    (
        "set config.active_record.schema_format = :sql: schema.rb keeps little of what SQL makes",
        "with strong_migrations, put what it stops at into safety_assured { }",
    ),
)
