"""A plan as the two texts that the editors show: its steps in order, each under a comment that says what it is for."""

from __future__ import annotations

import textwrap

from pgplumb.migrate.formats.parts.pieces import Piece, one_line, pieces
from pgplumb.migrate.formats.parts.statements import ended
from pgplumb.migrate.plan import Plan
from pgplumb.sql.quote import quote_literal

_WIDTH = 74


def texts_of(plan: Plan) -> tuple[str, str | None]:
    """Return up and down of the chosen way, to be run statement by statement; BEGIN and COMMIT stand in them.

    The down is None where a step cannot be taken back. Raises FormatError for a plan that does nothing.
    """
    found = pieces(plan)
    up = "\n".join(_comment(piece) + _run(piece, piece.up) for piece in found if piece.up)
    back = [piece for piece in reversed(found) if piece.down]
    if any(piece.down is None for piece in found):
        return up, None
    return up, "\n".join(_run(piece, piece.down or ()) for piece in back)


def _comment(piece: Piece) -> str:
    about = f": {one_line(piece.step.about)}" if piece.step.about else ""
    number = f"{piece.number} " if piece.of > 1 else ""
    lines = [f"{number}{piece.step.phase}{about}"]
    if piece.step.gate:
        lines.append(f"before this runs: {one_line(piece.step.gate)}")
    if piece.step.waits_for:
        lines.append(f"waits for {one_line(piece.step.waits_for)}")
    if piece.step.batches is not None:
        lines.append("one statement for all rows; applied from here, it is done a few rows at a time")
    wrapped = (part for line in lines for part in textwrap.wrap(line, _WIDTH, break_long_words=False))
    return "".join(f"-- {line}\n" for line in wrapped)


def _run(piece: Piece, statements: tuple[str, ...]) -> str:
    """Return statements with the timeouts that differ from the server's usual 0."""
    if not statements:
        return ""
    set_to = {"lock_timeout": piece.step.lock_timeout, "statement_timeout": piece.step.statement_timeout}
    wanted = [(name, value) for name, value in set_to.items() if value != "0"]
    scope = "SET" if piece.autocommit else "SET LOCAL"
    before = tuple(f"{scope} {name} = {quote_literal(value)}" for name, value in wanted)
    if not piece.autocommit:
        return f"BEGIN;\n{ended((*before, *statements))}COMMIT;\n"
    after = tuple(f"RESET {name}" for name, _ in reversed(wanted))
    return ended((*before, *statements, *after))
