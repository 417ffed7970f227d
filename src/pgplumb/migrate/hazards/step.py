"""A migration as steps: each statement with its tree, its transaction and the timeouts in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pgplumb.migrate.hazards.timeouts import Timeouts
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.split import Statement

Mode = Literal["transaction", "autocommit"]
"""How the text is run: as one transaction, or statement by statement."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of the migration."""

    index: int
    statement: Statement
    node: Node
    """Its tree; of an empty kind where there is none."""
    problem: str | None
    """Why the parser refuses it, in its words."""
    unread: str | None
    """Why there is no tree although nothing is known to be wrong."""
    transaction: int | None
    """The number of the transaction that it shares with others; None outside of any."""
    timeouts: Timeouts
    """In force while it runs."""


def steps_of(statements: Sequence[Statement], mode: Mode, timeouts: Timeouts) -> tuple[Step, ...]:
    """Read statements in order. `timeouts` are those of the session before the first."""
    found: list[Step] = []
    number = 0
    transaction = 0 if mode == "transaction" else None
    for index, statement in enumerate(statements):
        node, problem, unread = _read(statement.text)
        begins = transaction_kind(node)
        if begins == "BEGIN" and transaction is None:
            number += 1
            transaction = number
        found.append(Step(index, statement, node, problem, unread, transaction, timeouts))
        timeouts = timeouts.after(node, in_transaction=transaction is not None)
        if begins in ("COMMIT", "ROLLBACK"):
            timeouts = timeouts.after_transaction(committed=begins == "COMMIT")
            transaction = None
    return tuple(found)


def transaction_kind(node: Node) -> Literal["BEGIN", "COMMIT", "ROLLBACK", ""]:
    """Return whether a statement begins or ends a transaction."""
    if node.kind != "TransactionStmt":
        return ""
    kind = node.text("kind").removeprefix("TRANS_STMT_")
    if kind in ("BEGIN", "START"):
        return "BEGIN"
    if kind in ("COMMIT", "PREPARE"):
        return "COMMIT"
    return "ROLLBACK" if kind == "ROLLBACK" else ""


_NOTHING = Node("", {})


def _read(text: str) -> tuple[Node, str | None, str | None]:
    try:
        return parse_statement(text), None, None
    except SyntaxProblem as problem:
        return _NOTHING, problem.message, None
    except (ParserMissing, TooDeep) as reason:
        return _NOTHING, None, str(reason)
