"""Alembic: `versions/<revision>_<slug>.py`, chained by `down_revision`.

Source: https://alembic.sqlalchemy.org/en/latest/api/runtime.html (autocommit_block),
https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text (colons).
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import Gathered, any_text, files, title_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, FormatError, Migration
from pgplumb.migrate.formats.parts.pieces import Piece, pieces
from pgplumb.migrate.formats.parts.python_code import (
    argument,
    called,
    comments,
    constants,
    heading,
    literal,
    module,
    shown,
    string,
    strings,
    without_docstring,
)
from pgplumb.migrate.plan import Plan

_BOUND = re.compile(r"(?<![:\w$\\]):([\w$]+)(?![:\w$])")
_ESCAPED = re.compile(r"\\(:[\w$]*)(?![:\w$])")
_REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=", re.MULTILINE)
_COMMIT = "    with op.get_context().autocommit_block():\n        pass  # commits what ran before\n"


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan)
    previous = state.last
    written = []
    for piece in found:
        revision = _new_revision(plan, piece, when, state)
        written.append(File(f"versions/{revision}_{piece.slug}.py", _module(piece, revision, previous, when)))
        previous = revision
    return tuple(written)


def _new_revision(plan: Plan, piece: Piece, when: datetime, state: FolderState) -> str:
    # The version table has room for 32 characters.
    seed = f"{plan.id}\n{piece.number}\n{when.astimezone(UTC).isoformat()}\n{state.last}"
    return hashlib.sha256(seed.encode()).hexdigest()[:12]


def _module(piece: Piece, revision: str, previous: str, when: datetime) -> str:
    down = None if piece.down is None else _body(piece, piece.down)
    return (
        f"{heading(when)}{comments(piece.notes)}"
        "from alembic import op\n\n"
        f'revision = "{revision}"\n'
        f"down_revision = {literal(previous, 0) if previous else None}\n"
        "branch_labels = None\n"
        "depends_on = None\n\n\n"
        f"def upgrade() -> None:\n{_body(piece, piece.up)}\n\n"
        "def downgrade() -> None:\n"
        + (
            down
            if down is not None
            else '    raise NotImplementedError("this migration cannot be taken back")\n'
        )
    )


def _body(piece: Piece, statements: tuple[str, ...]) -> str:
    run = piece.run(statements)
    if not run:
        return "    pass\n"
    if piece.autocommit:
        calls = "".join(_call(statement, 8) for statement in run)
        return f"    with op.get_context().autocommit_block():\n{calls}"
    calls = "".join(_call(statement, 4) for statement in run)
    # By default Alembic runs all revisions in one transaction, which would keep the locks of the step before.
    return (_COMMIT if piece.of > 1 else "") + calls


def _call(statement: str, indent: int) -> str:
    space = " " * indent
    inner = literal(escape(statement), indent + 4)
    if "\n" in inner:
        return f"{space}op.execute(\n{space}    {inner}\n{space})\n"
    return f"{space}op.execute({inner})\n"


def escape(statement: str) -> str:
    """Return a statement for `text()`, which takes `:name` for a parameter unless a backslash stands before it."""
    return _BOUND.sub(r"\\\g<0>", _ESCAPED.sub(r"\\\g<0>", statement))


def unescape(text: str) -> str:
    """Return what `text()` sends for a text without parameters."""
    return _ESCAPED.sub(r"\1", text)


def _recognises(folder: Path) -> bool:
    return any(any_text(place, ".py", _REVISION.search) for place in (folder / "versions", folder))


def _state(folder: Path) -> FolderState:
    heads = _heads(_revisions(folder))
    if len(heads) > 1:
        raise FormatError(
            f"{folder} has {len(heads)} heads ({', '.join(sorted(heads))}): join them first, alembic merge heads"
        )
    return FolderState(last=next(iter(heads), ""))


class _Revision:
    """One revision file, not yet read for its SQL."""

    __slots__ = ("downs", "id", "names", "path", "tree")

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.path = path
        self.tree = tree
        self.names = constants(tree.body)
        named = string(self.names.get("revision"), self.names)
        self.id = named[0] if named else ""
        self.downs = strings(self.names.get("down_revision"), self.names) or ()


def _revisions(folder: Path) -> tuple[_Revision, ...]:
    versions = folder / "versions"
    found = []
    for path in files(versions if versions.is_dir() else folder, ".py"):
        tree = module(path)
        if tree is None:
            raise FormatError(f"{path} cannot be read as Python: correct it first")
        found.append(_Revision(path, tree))
    return tuple(revision for revision in found if revision.id)


def _heads(found: Sequence[_Revision]) -> set[str]:
    return {r.id for r in found} - {down for r in found for down in r.downs}


def _read(folder: Path) -> tuple[Migration, ...]:
    return tuple(_migration(revision) for revision in _in_order(_revisions(folder)))


def _in_order(found: Sequence[_Revision]) -> list[_Revision]:
    """Return each revision after those that it comes after; those of branches by name."""
    waiting = sorted(found, key=lambda r: r.path.name)
    known = {r.id for r in found}
    done: set[str] = set()
    ordered = []
    while waiting:
        ready = next((r for r in waiting if all(d in done or d not in known for d in r.downs)), None)
        if ready is None:
            raise FormatError(f"{waiting[0].path} comes after itself: correct its down_revision")
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.id)
    return ordered


def _migration(revision: _Revision) -> Migration:
    bodies = {node.name: node.body for node in revision.tree.body if isinstance(node, ast.FunctionDef)}
    up = _Function(bodies.get("upgrade", []), revision.names)
    down = _Function(bodies.get("downgrade", []), revision.names)
    return Migration(
        id=revision.id,
        title=title_of(revision.path.name.removeprefix(revision.id)),
        up=up.gathered.scripts(),
        down=None if down.raises or "downgrade" not in bodies else down.gathered.scripts(),
        path=revision.path,
        unknown=(*up.unknown, *(f"{text} (downgrade)" for text in down.unknown)),
    )


class _Function:
    """The SQL of `upgrade` or `downgrade`."""

    def __init__(self, body: Sequence[ast.stmt], names: Mapping[str, ast.expr]) -> None:
        self.gathered = Gathered()
        self.unknown: list[str] = []
        self.raises = False
        self._names = {**names, **constants(body)}
        self._see(body, autocommit=False)

    def _see(self, body: Sequence[ast.stmt], autocommit: bool) -> None:
        for statement in without_docstring(body):
            if isinstance(statement, ast.Raise):
                self.raises = True
            elif isinstance(statement, ast.With) and _is_autocommit(statement):
                self.gathered.boundary()
                self._see(statement.body, autocommit=True)
                self.gathered.boundary()
            elif isinstance(statement, ast.Assign) and self._is_harmless(statement.value):
                continue
            elif not (isinstance(statement, ast.Expr) and self._execute(statement.value, autocommit)):
                self.unknown.append(shown(statement))

    def _is_harmless(self, value: ast.expr) -> bool:
        return string(value, self._names) is not None or called(value) in ("get_bind", "get_context")

    def _execute(self, call: ast.expr, autocommit: bool) -> bool:
        if not isinstance(call, ast.Call) or called(call) not in ("execute", "exec_driver_sql"):
            return False
        if len(call.args) + len(call.keywords) != 1:
            return False
        value = argument(call, 0, "sqltext")
        bound = called(call) == "execute"
        if isinstance(value, ast.Call) and called(value) in ("text", "DDL") and len(value.args) == 1:
            value, bound = value.args[0], called(value) == "text"
        text = string(value, self._names)
        if text is None:
            return False
        self.gathered.add(unescape(text[0]) if bound else text[0], autocommit, text[1])
        return True


def _is_autocommit(statement: ast.With) -> bool:
    return any(called(item.context_expr) == "autocommit_block" for item in statement.items)


FORMAT = Format(
    name="alembic",
    title="Alembic",
    recognises=_recognises,
    state=_state,
    write=_write,
    read=_read,
    notes=("set transaction_per_migration=True in env.py, so that what is done is recorded step by step",),
)
