"""A step cut into what runs at once: a transaction, or a statement that must run outside of any."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.migrate.apply.events import Direction
from pgplumb.migrate.plan import Step
from pgplumb.sql.lexer import significant, tokens
from pgplumb.sql.split import Statement, split

_OWN_COMMIT = frozenset(["CALL", "DO", "VACUUM", "CLUSTER", "REINDEX", "CHECKPOINT"])
"""In a step outside of transactions these run alone: they may end transactions, or work on many tables."""
_NEVER_INSIDE = (
    "VACUUM", "ALTER SYSTEM", "CREATE DATABASE", "DROP DATABASE", "CREATE TABLESPACE", "DROP TABLESPACE",
    "CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION", "DROP SUBSCRIPTION",
)  # fmt: skip
_MAY_BE_CONCURRENT = ("CREATE INDEX", "DROP INDEX", "REINDEX", "ALTER TABLE")
_CONTROL = frozenset(
    ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"]
)
_HOLDS_SECRETS = ("ROLE", "USER", "SUBSCRIPTION", "SERVER", "GROUP", "DATABASE", "SYSTEM")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is done at once, with one entry in the history."""

    statements: tuple[str, ...]
    alone: bool
    """Whether it is one statement outside of a transaction: then its end and its entry are two things."""
    number: int
    """From 1, of the step's pieces."""
    last: bool
    """Whether the step is done when it is."""

    @property
    def sql(self) -> str:
        """All statements."""
        return "\n".join(f"{text};" for text in self.statements)


def pieces(step: Step, direction: Direction) -> tuple[Piece, ...]:
    """Return the pieces of a step in one direction, in order; a step without statements is one empty piece."""
    found = split(step.up if direction == "up" else step.down or "")
    apart = step.autocommit or any(runs_outside(statement) for statement in found)
    if not found or not apart:
        return (Piece(tuple(statement.text for statement in found), False, 1, True),)
    return tuple(
        Piece((s.text,), runs_outside(s) or s.kind in _OWN_COMMIT, number, number == len(found))
        for number, s in enumerate(found, 1)
    )


def runs_outside(statement: Statement) -> bool:
    """Whether PostgreSQL refuses a statement inside a transaction block."""
    if statement.kind in _NEVER_INSIDE:
        return True
    if statement.kind not in _MAY_BE_CONCURRENT:
        return False
    return any(token.lower == "concurrently" for token in significant(statement.text))


def controls_transactions(text: str) -> str | None:
    """Return the first statement that would begin or end a transaction of ours, or None."""
    for statement in split(text):
        words = [token.lower for token in significant(statement.text)][:2]
        if statement.kind in _CONTROL and (words[0] != "prepare" or words[1:] == ["transaction"]):
            return statement.text
        if statement.kind == "COPY" and "stdin" in {t.lower for t in significant(statement.text)}:
            return statement.text
    return None


def masked(text: str) -> str:
    """Return SQL with every string and number as `?`: for places where data may not be."""
    return "".join("?" if token.kind in ("string", "number") else token.text for token in tokens(text))


def recorded(text: str) -> str:
    """Return SQL for the history, strings as `?` where passwords and connection strings may stand."""
    secret = any(
        kind in statement.kind.split() for statement in split(text) for kind in _HOLDS_SECRETS
    ) or any(token.lower in ("password", "secret") for token in tokens(text))
    if not secret:
        return text
    return "".join("?" if token.kind == "string" else token.text for token in tokens(text))
