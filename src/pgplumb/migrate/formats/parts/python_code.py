"""Python migrations: writing SQL as literals, and finding literals again without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pgplumb.migrate.formats.parts.files import read_text

_WIDTH = 100


def literal(text: str, indent: int) -> str:
    """Return a text as an expression that stands in parentheses or brackets, each of its lines on one."""
    lines = text.split("\n")
    if len(lines) == 1:
        return _quoted(text)
    broken = [_quoted(line + "\n") for line in lines[:-1]] + ([_quoted(lines[-1])] if lines[-1] else [])
    return ("\n" + " " * indent).join(broken)


def _quoted(text: str) -> str:
    shown = repr(text)
    if shown.startswith("'") and '"' not in shown:
        return '"' + shown[1:-1].replace("\\'", "'") + '"'
    return shown


def heading(when: datetime) -> str:
    """Return a file's first two lines, which Python searches for the name of an encoding: notes come after them."""
    return f"# Written {when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC.\n#\n"


def comments(notes: Sequence[str]) -> str:
    """Return notes as comment lines."""
    return "".join(f"# {note}\n" for note in notes)


def module(path: Path) -> ast.Module | None:
    """Return a file's syntax tree; None where it is no Python that this version reads. Raises FormatError."""
    try:
        return ast.parse(read_text(path))
    except (SyntaxError, ValueError, RecursionError):
        return None


def constants(body: Sequence[ast.stmt]) -> Mapping[str, ast.expr]:
    """Return what plain names are set to at this level; the last assignment counts."""
    found: dict[str, ast.expr] = {}
    for statement in body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = statement.value
        elif (
            isinstance(statement, ast.AnnAssign)
            and statement.value
            and isinstance(statement.target, ast.Name)
        ):
            found[statement.target.id] = statement.value
    return found


def string(node: ast.expr | None, names: Mapping[str, ast.expr]) -> tuple[str, int] | None:
    """Return a text that is certain without running the code, with its line; None for any other expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, node.lineno
    if isinstance(node, ast.Name) and node.id in names:
        return string(names[node.id], {name: v for name, v in names.items() if name != node.id})
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = string(node.left, names), string(node.right, names)
        if left is not None and right is not None:
            return left[0] + right[0], left[1]
    return None


def strings(node: ast.expr | None, names: Mapping[str, ast.expr]) -> tuple[str, ...] | None:
    """Return the texts of a text, list or tuple; () for None; None where one of them is not certain."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return ()
    if isinstance(node, ast.List | ast.Tuple):
        found = [string(element, names) for element in node.elts]
        return tuple(f[0] for f in found if f is not None) if all(found) else None
    one = string(node, names)
    return None if one is None else (one[0],)


def called(node: ast.expr) -> str:
    """Return the last name of what a call calls: `execute` of `op.execute(...)`; empty for anything else."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return ""


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """Return an argument of a call by its place or its name."""
    if len(call.args) > position and not any(isinstance(a, ast.Starred) for a in call.args):
        return call.args[position]
    return next((k.value for k in call.keywords if k.arg == name), None)


def shown(node: ast.AST) -> str:
    """Return the code of a node as one short line for people, with its line number."""
    code = " ".join(ast.unparse(node).split())
    line = getattr(node, "lineno", 0)
    return f"line {line}: {code if len(code) <= _WIDTH else code[: _WIDTH - 1] + '…'}"


def without_docstring(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements that do something: no texts that stand alone, no `pass`."""
    for statement in body:
        alone = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not alone and not isinstance(statement, ast.Pass):
            yield statement
