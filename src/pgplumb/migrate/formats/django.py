"""Django: `NNNN_slug.py` in an app's `migrations`, chained by `dependencies`; SQL goes out as RunSQL.

Source: https://docs.djangoproject.com/en/5.2/ref/migration-operations/#runsql
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import Gathered, any_text, files, title_of
from pgplumb.migrate.formats.parts.model import File, FolderState, Format, FormatError, Migration
from pgplumb.migrate.formats.parts.pieces import Piece, pieces, slugs, stamps
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
)
from pgplumb.migrate.plan import Plan

_CLASS = re.compile(r"^class Migration\(.*Migration\):", re.MULTILINE)


def _write(plan: Plan, when: datetime, state: FolderState) -> tuple[File, ...]:
    found = pieces(plan)
    numbers = stamps(len(found), when, state if state.last else replace(state, last="0000"))
    previous = state.last
    written = []
    for piece, number, slug in zip(found, numbers, slugs(found, state), strict=True):
        name = f"{number}_{slug}"
        written.append(File(f"{name}.py", _module(piece, previous, state.context, when)))
        previous = name
    return tuple(written)


def _module(piece: Piece, previous: str, app: str, when: datetime) -> str:
    atomic = "    atomic = False\n" if piece.autocommit else ""
    dependencies = f"[({literal(app, 0)}, {literal(previous, 0)})]" if previous else "[]"
    back = "" if piece.down is None else f"            reverse_sql={_list(piece.run(piece.down))},\n"
    if piece.down == ():
        back = "            reverse_sql=migrations.RunSQL.noop,\n"
    return (
        f"{heading(when)}{comments(piece.notes)}"
        "from django.db import migrations\n\n\n"
        "class Migration(migrations.Migration):\n"
        f"{atomic}"
        f"    dependencies = {dependencies}\n\n"
        "    operations = [\n"
        "        migrations.RunSQL(\n"
        f"            sql={_list(piece.run(piece.up))},\n"
        f"{back}"
        "        ),\n"
        "    ]\n"
    )


def _list(statements: tuple[str, ...]) -> str:
    if not statements:
        return "migrations.RunSQL.noop"
    # In a list each statement is sent by itself; a string would be one message, and so one transaction.
    inner = "".join(f"                {_element(statement)},\n" for statement in statements)
    return f"[\n{inner}            ]"


def _element(statement: str) -> str:
    text = literal(statement, 20)
    return f"(\n                    {text}\n                )" if "\n" in text else text


def _recognises(folder: Path) -> bool:
    return any_text(folder, ".py", _CLASS.search)


class _Module:
    """One migration's module."""

    __slots__ = ("body", "depends", "name", "names", "path")

    def __init__(self, path: Path, tree: ast.Module, app: str) -> None:
        self.path = path
        self.name = path.stem
        found = next((n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Migration"), None)
        self.body = constants(found.body) if found else {}
        self.names = constants(tree.body)
        self.depends = tuple(_same_app(self.body.get("dependencies"), app))


def _same_app(node: ast.expr | None, app: str) -> Sequence[str]:
    pairs = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    found = []
    for pair in pairs:
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
            label, name = (string(element, {}) for element in pair.elts)
            if label is not None and name is not None and label[0] == app:
                found.append(name[0])
    return found


def _modules(folder: Path) -> tuple[_Module, ...]:
    found = []
    for path in files(folder, ".py"):
        if path.name.startswith(("_", "~")):
            continue
        tree = module(path)
        if tree is None:
            raise FormatError(f"{path} cannot be read as Python: correct it first")
        found.append(_Module(path, tree, _app(folder)))
    return tuple(m for m in found if m.body)


def _app(folder: Path) -> str:
    return folder.resolve().parent.name


def _state(folder: Path) -> FolderState:
    found = _modules(folder)
    leaves = {m.name for m in found} - {name for m in found for name in m.depends}
    if len(leaves) > 1:
        raise FormatError(
            f"{folder} has {len(leaves)} newest migrations ({', '.join(sorted(leaves))}): "
            "join them first, manage.py makemigrations --merge"
        )
    return FolderState(last=next(iter(leaves), ""), context=_app(folder))


def _read(folder: Path) -> tuple[Migration, ...]:
    waiting = list(_modules(folder))
    known = {m.name for m in waiting}
    done: set[str] = set()
    ordered = []
    while waiting:
        ready = next((m for m in waiting if all(d in done or d not in known for d in m.depends)), None)
        if ready is None:
            raise FormatError(f"{waiting[0].path} depends on itself: correct its dependencies")
        waiting.remove(ready)
        ordered.append(_migration(ready))
        done.add(ready.name)
    return tuple(ordered)


def _migration(found: _Module) -> Migration:
    atomic = found.body.get("atomic")
    autocommit = isinstance(atomic, ast.Constant) and atomic.value is False
    reader = _Operations(found.names, autocommit)
    operations = found.body.get("operations")
    reader.see(operations, back=False)
    up, unknown = reader.gathered.scripts(), tuple(reader.unknown)
    back = _Operations(found.names, autocommit)
    back.see(operations, back=True)
    return Migration(
        id=found.name,
        title=title_of(found.name),
        up=up,
        down=None if back.irreversible else back.gathered.scripts(),
        path=found.path,
        unknown=(*unknown, *(f"{text} (reverse)" for text in back.unknown if text not in unknown)),
    )


class _Operations:
    """The SQL of a list of operations, forward or back."""

    def __init__(self, names: Mapping[str, ast.expr], autocommit: bool) -> None:
        self.gathered = Gathered()
        self.unknown: list[str] = []
        self.irreversible = False
        self._names = names
        self._autocommit = autocommit

    def see(self, node: ast.expr | None, *, back: bool) -> None:
        """Go through a list of operations in the order in which they run."""
        if node is None:
            return
        if not isinstance(node, ast.List | ast.Tuple):
            self.unknown.append(shown(node))
            return
        for operation in reversed(node.elts) if back else node.elts:
            name = called(operation)
            if isinstance(operation, ast.Call) and name == "RunSQL":
                self._run_sql(operation, back)
            elif isinstance(operation, ast.Call) and name == "SeparateDatabaseAndState":
                self.see(argument(operation, 0, "database_operations"), back=back)
            else:
                self.unknown.append(shown(operation))

    def _run_sql(self, call: ast.Call, back: bool) -> None:
        node = argument(call, 1, "reverse_sql") if back else argument(call, 0, "sql")
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            self.irreversible |= back
            return
        if isinstance(node, ast.Attribute) and node.attr == "noop":
            return
        elements = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
        for element in elements:
            text = string(_without_parameters(element), self._names)
            if text is None:
                self.unknown.append(shown(element))
            else:
                self.gathered.add(text[0], self._autocommit, text[1])


def _without_parameters(element: ast.expr) -> ast.expr:
    """Return the text of a pair of a text and no parameters; anything else as it is."""
    if isinstance(element, ast.Tuple) and len(element.elts) == 2:
        parameters = element.elts[1]
        if isinstance(parameters, ast.Constant) and parameters.value is None:
            return element.elts[0]
    return element


FORMAT = Format(
    name="django",
    title="Django",
    recognises=_recognises,
    state=_state,
    write=_write,
    read=_read,
    notes=("where the models change too, add state_operations to RunSQL",),
)
