"""The statements of a text as a tool must be given them, and the stretches of it that share a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgplumb.migrate.formats.parts.model import FormatError, Script
from pgplumb.sql.lexer import significant, tokens
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import Statement, split

_BEGINS = ("BEGIN", "START")
_ENDS = ("COMMIT", "END")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Statements that run in one way, without semicolons, each with the comments before it."""

    statements: tuple[str, ...]
    autocommit: bool


def stretches(text: str, autocommit: bool) -> tuple[Stretch, ...]:
    """Cut a plan's text where its mode changes: BEGIN and COMMIT in it say so, and are left out.

    Raises FormatError for what no tool could be given.
    """
    found: list[tuple[list[str], bool]] = []
    inside = False
    place = 0
    fresh = True
    for statement in split(text):
        comments = _comments(text, place, statement.start)
        place = statement.end
        if _begins(statement):
            inside, fresh = True, True
            continue
        if inside and statement.kind in _ENDS:
            inside, fresh = False, True
            continue
        if statement.kind in (*_ENDS, "ROLLBACK", "ABORT") and "to" not in _words(statement):
            raise FormatError(
                f"{statement.kind} on line {statement.line} ends a transaction that no BEGIN here starts: "
                "leave transactions to the step's mode"
            )
        if not all(token.closed for token in tokens(statement.text)):
            raise FormatError(
                f"the statement on line {statement.line} does not end: close its quotes and comments"
            )
        mode = autocommit and not inside
        if fresh or found[-1][1] != mode:
            found.append(([], mode))
        found[-1][0].append(comments + statement.text)
        fresh = False
    if inside:
        raise FormatError("a BEGIN has no COMMIT: add it, or leave transactions to the step's mode")
    return tuple(Stretch(tuple(statements), mode) for statements, mode in found)


def scripts(text: str, autocommit: bool, line: int = 1) -> tuple[Script, ...]:
    """Cut a text that was read where BEGIN and COMMIT change its mode; lines count from `line`.

    What stands between BEGIN and COMMIT is one transaction, whatever the mode. A text without them is one
    script; one without statements is none.
    """
    statements = split(text)
    positions = Positions(text)
    found: list[Script] = []

    def take(start: int, end: int, mode: bool) -> None:
        inner = text[start:end]
        if next(significant(inner), None) is not None:
            kept = inner.lstrip("\r\n")
            first = start + len(inner) - len(kept)
            found.append(Script(kept.rstrip(), mode, line + positions.line(first) - 1))

    place, inside = 0, False
    for statement in statements:
        if _begins(statement) and not inside:
            take(place, statement.start, autocommit)
            place, inside = _after(text, statement), True
        elif inside and statement.kind in _ENDS:
            take(place, statement.start, False)
            place, inside = _after(text, statement), False
    take(place, len(text), autocommit and not inside)
    return tuple(found)


def ended(statements: Sequence[str]) -> str:
    """Join statements to a script, each ended by a semicolon and a line feed."""
    return "".join(f"{statement};\n" for statement in statements)


def _begins(statement: Statement) -> bool:
    return statement.kind in _BEGINS


def _words(statement: Statement) -> tuple[str, ...]:
    return tuple(token.lower for token in significant(statement.text))


def _after(text: str, statement: Statement) -> int:
    rest = next(significant(text, statement.end), None)
    return rest.end if rest is not None and rest.text == ";" else statement.end


def _comments(text: str, start: int, end: int) -> str:
    """Return the comments of a gap, each on lines of its own."""
    return "".join(f"{comment}\n" for comment in _each_comment(text[start:end]))


def _each_comment(gap: str) -> Iterator[str]:
    for token in tokens(gap):
        if token.kind == "comment" and token.closed:
            yield token.text
