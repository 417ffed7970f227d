"""PostgreSQL's own parser: syntax trees, syntax errors with positions, fingerprints.

libpg_query (the parser of PostgreSQL 18) comes with postgast and is called directly for its trees in JSON:
the protobuf route of the same library stops at 47 terms in a sum. SQL is never written back from a tree.
ctypes releases the interpreter while the library works, so a worker thread does not hold up the screen.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable
from ctypes import POINTER, Structure, c_char_p, c_int, c_uint64
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from pgplumb.sql.node import Json, Node
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import split


class ParserMissing(Exception):  # noqa: N818
    """There is no parser on this machine; what would need one is unknown."""

    def __init__(self) -> None:
        super().__init__("the SQL parser is not installed here; install it with: pip install postgast")


class TooDeep(Exception):  # noqa: N818
    """A statement is nested more deeply than its tree can be read; what it does is unknown."""

    def __init__(self) -> None:
        super().__init__("the statement is nested too deeply to be analysed")


class SyntaxProblem(Exception):  # noqa: N818
    """The parser refuses a text."""

    def __init__(self, message: str, line: int, column: int, position: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        """In PostgreSQL's words: `syntax error at or near "FORM"`."""
        self.line = line
        """From 1."""
        self.column = column
        """In characters, from 1."""
        self.position = position
        """In characters, from 0; the length of the text where it ends too early."""


class _Error(Structure):
    _fields_ = (
        ("message", c_char_p),
        ("funcname", c_char_p),
        ("filename", c_char_p),
        ("lineno", c_int),
        ("cursorpos", c_int),
        ("context", c_char_p),
    )


class _Parsed(Structure):
    _fields_ = (("tree", c_char_p), ("stderr", c_char_p), ("error", POINTER(_Error)))


class _Normalized(Structure):
    _fields_ = (("query", c_char_p), ("error", POINTER(_Error)))


class _Fingerprint(Structure):
    _fields_ = (
        ("number", c_uint64),
        ("fingerprint", c_char_p),
        ("stderr", c_char_p),
        ("error", POINTER(_Error)),
    )


_Result = TypeVar("_Result", _Parsed, _Normalized, _Fingerprint)
_NAMES = {"linux": "libpg_query.so", "darwin": "libpg_query.dylib", "win32": "pg_query.dll"}


@cache
def _library() -> ctypes.CDLL:
    """Load the library that postgast ships, without importing postgast. Raises ParserMissing."""
    spec = find_spec("postgast")
    for directory in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(directory) / _NAMES.get(sys.platform, "libpg_query.so")
        if path.is_file():
            return ctypes.CDLL(str(path))
    raise ParserMissing


def available() -> bool:
    """Whether there is a parser on this machine."""
    try:
        _library()
    except (ParserMissing, OSError):
        return False
    return True


def parse(text: str) -> tuple[Node, ...]:
    """Return one node for each statement: fields `stmt`, and `stmt_location` and `stmt_len` in bytes.

    Raises SyntaxProblem, ParserMissing and TooDeep.
    """
    tree = _call(text, "parse", _Parsed, lambda result: result.tree)
    try:
        document: Json = json.loads(tree)
    except RecursionError:
        raise TooDeep from None
    root = Node.of(document)
    return root.nodes("stmts") if root else ()


def tree_text(text: str) -> str:
    """Return the tree of all statements as libpg_query writes it in JSON: to compare, not to read.

    Raises SyntaxProblem and ParserMissing.
    """
    return _call(text, "parse", _Parsed, lambda result: result.tree).decode()


@lru_cache(maxsize=512)
def parse_statement(text: str) -> Node:
    """Return the tree of a text that is one statement, its kind the statement's: `AlterTableStmt`.

    Trees of recent texts are kept: an editor asks for the same ones after each key. Raises as `parse`, and
    SyntaxProblem where the text holds no statement or several.
    """
    statements = parse(text)
    node = statements[0].node("stmt") if len(statements) == 1 else None
    if node is None:
        raise SyntaxProblem("one statement was expected", 1, 1, 0)
    return node


def problems(text: str) -> tuple[SyntaxProblem, ...]:
    """Return what is wrong with each statement of a script, at its place in the script.

    Raises ParserMissing. A statement too deep to read is no syntax error.
    """
    positions = Positions(text)
    found = []
    for statement in split(text):
        try:
            parse_statement(statement.text)
        except SyntaxProblem as problem:
            position = statement.start + problem.position
            found.append(SyntaxProblem(problem.message, *positions.line_and_column(position), position))
        except TooDeep:
            continue
    return tuple(found)


def fingerprint(text: str) -> str:
    """Return the key that queries share which differ in constants alone: 16 hexadecimal digits.

    Raises SyntaxProblem and ParserMissing.
    """
    return _call(text, "fingerprint", _Fingerprint, lambda result: result.fingerprint).decode()


def normalize(text: str) -> str:
    """Return a query with its constants replaced by `$1`, `$2`: safe to show where data may not be.

    Raises SyntaxProblem and ParserMissing.
    """
    return _call(text, "normalize", _Normalized, lambda result: result.query).decode()


def _call(text: str, name: str, kind: type[_Result], take: Callable[[_Result], bytes | None]) -> bytes:
    if "\0" in text:
        position = text.index("\0")
        where = Positions(text).line_and_column(position)
        raise SyntaxProblem("a null character cannot be part of SQL", *where, position)
    library = _library()
    call = getattr(library, f"pg_query_{name}")
    call.argtypes, call.restype = [c_char_p], kind
    free = getattr(library, f"pg_query_free_{name}_result")
    free.argtypes, free.restype = [kind], None
    result: _Result = call(text.encode("utf-8", "replace"))
    try:
        if result.error:
            raise _problem(text, result.error.contents)
        return take(result) or b""
    finally:
        free(result)


def _problem(text: str, error: _Error) -> SyntaxProblem:
    # The parser reports errors in characters, unlike locations in trees.
    message = (error.message or b"").decode("utf-8", "replace")
    position = min(max(error.cursorpos - 1, 0), len(text)) if error.cursorpos else 0
    return SyntaxProblem(message, *Positions(text).line_and_column(position), position)
