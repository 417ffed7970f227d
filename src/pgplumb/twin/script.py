"""A script for the cage: its statements, each looked at before any of them is sent."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import Statement, split
from pgplumb.twin.answers import Refused
from pgplumb.twin.refusals import refusal


@dataclass(frozen=True, slots=True)
class Step:
    """One statement, and the rows after it that COPY FROM STDIN reads."""

    statement: Statement
    data: bytes = b""


def steps(sql: str, *, in_transaction: bool) -> tuple[Step, ...] | Refused:
    """Return a script's statements, or why the script is refused: one bad statement refuses them all."""
    statements = split(sql)
    found = []
    for number, statement in enumerate(statements):
        try:
            tree = parse_statement(statement.text)
        except SyntaxProblem as problem:
            at = statement.start + problem.position
            line, column = Positions(sql).line_and_column(at)
            why = f"{problem.message} (line {line}, column {column})"
            return Refused("the script is refused", why, "Correct its syntax.", number, at + 1)
        except (TooDeep, ParserMissing) as problem:
            next_step = "What cannot be read cannot be judged; write it in simpler pieces."
            return Refused("the script is refused", str(problem), next_step, number, statement.start + 1)
        refused = refusal(tree, in_transaction=in_transaction)
        if refused is not None:
            return Refused(refused.what, refused.why, refused.next_step, number, statement.start + 1)
        reads = tree.kind == "CopyStmt" and tree.flag("is_from")
        found.append(Step(statement, rows_after(sql, statement.end) if reads else b""))
    return tuple(found)


def rows_after(sql: str, end: int) -> bytes:
    """Return the lines after a COPY FROM STDIN, up to the line of its end: a backslash and a full stop."""
    _, _, rest = sql[end:].partition("\n")
    lines = rest.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.rstrip("\r\n") == "\\.":
            return "".join(lines[:number]).encode()
    return b""
