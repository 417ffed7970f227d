"""A script as a rehearsal takes it: for each statement, whether and how it can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.split import Statement, split
from pgplumb.twin.refusals import refusal
from pgplumb.twin.script import rows_after

Way = Literal["inside", "alone", "control", "refused", "syntax"]
"""inside: in a transaction; alone: only outside of any; control: it begins or ends one; syntax: it is no SQL."""

ENDS = frozenset({"COMMIT", "ROLLBACK", "PREPARE"})
_BEGINS = frozenset({"BEGIN", "START"})
_CODE = frozenset({"DoStmt", "CallStmt", "ExecuteStmt"})
_DATA = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt", "SelectStmt"}) | _CODE
_CALLERS = _DATA | {"CreateTableAsStmt", "ExplainStmt"}
_SESSION = frozenset({"VariableSetStmt", "VariableShowStmt", "LockStmt", "DeclareCursorStmt", "DiscardStmt"})


@dataclass(frozen=True, slots=True)
class Part:
    """One statement."""

    index: int
    text: str
    way: Way
    node: Node
    why: str = ""
    """Why it is refused, or no SQL."""
    position: int | None = None
    """Where it is no SQL, in characters, from 1."""
    rows: bytes = b""
    """What COPY FROM STDIN reads."""

    @property
    def moves_data(self) -> bool:
        """Whether rows decide what it does and whether it fails."""
        return self.node.kind in _DATA or self.node.kind == "RefreshMatViewStmt"

    @property
    def calls(self) -> frozenset[str]:
        """Names of the functions that are called in it, without their schemas."""
        if self.node.kind not in _CALLERS:
            return frozenset()
        return frozenset(
            n.words("funcname")[-1] for n in self.node.walk() if n.kind == "FuncCall" and n.words("funcname")
        )

    @property
    def makes(self) -> frozenset[str]:
        """The name of the function that it creates."""
        return (
            frozenset(self.node.words("funcname")[-1:])
            if self.node.kind == "CreateFunctionStmt"
            else frozenset()
        )

    @property
    def is_code(self) -> bool:
        """Whether what it does is not written in it."""
        return self.node.kind in _CODE

    @property
    def needs_bare(self) -> bool:
        """Whether a transaction of its own around it would change what it means."""
        return self.node.kind in _SESSION or self.way in ("alone", "control")

    @property
    def verifies_keys(self) -> bool:
        """Whether it may compare the rows of two tables for a foreign key."""
        if self.node.kind != "AlterTableStmt":
            return False
        keys = (
            n for n in self.node.walk() if n.kind == "Constraint" and n.text("contype") == "CONSTR_FOREIGN"
        )
        commands = (n.text("subtype") for n in self.node.walk() if n.kind == "AlterTableCmd")
        return any(not key.flag("skip_validation") for key in keys) or "AT_ValidateConstraint" in commands

    @property
    def outlives(self) -> bool:
        """Whether a rollback does not undo all of it: ANALYZE writes sizes in place, in any transaction."""
        return self.node.kind == "VacuumStmt"

    @property
    def control(self) -> str:
        """BEGIN, COMMIT, ROLLBACK, PREPARE, SAVEPOINT, ...; empty for every other statement."""
        if self.node.kind != "TransactionStmt":
            return ""
        kind = self.node.text("kind").removeprefix("TRANS_STMT_")
        return "BEGIN" if kind in _BEGINS else kind

    @property
    def ends_or_begins(self) -> bool:
        """Whether it begins or ends a transaction."""
        return self.control not in ("", "SAVEPOINT", "RELEASE", "ROLLBACK_TO")

    @property
    def empties(self) -> bool:
        """Whether new files are empty ones."""
        unfilled = self.node.kind == "RefreshMatViewStmt" and self.node.flag("skipData")
        return unfilled or self.node.kind in ("TruncateStmt", "AlterSeqStmt", "CreateSeqStmt")


def parts_of(statements: str | Sequence[Statement]) -> tuple[Part, ...]:
    """Return the parts of a script, or of statements cut before (whose COPY rows are then missing)."""
    text = statements if isinstance(statements, str) else ""
    cut = split(statements) if isinstance(statements, str) else tuple(statements)
    return tuple(_part(number, statement, text) for number, statement in enumerate(cut))


def commits(parts: Sequence[Part]) -> bool:
    """Whether the script itself begins or ends transactions."""
    return any(part.ends_or_begins for part in parts)


def stays(parts: Sequence[Part], *, autocommit: bool) -> bool:
    """Whether what is run has to be committed, so that it can be seen as it will be.

    A single statement is the same in a transaction that is rolled back, unless it may not run in one.
    """
    if not autocommit:
        return commits(parts)
    return len(parts) > 1 or any(
        part.needs_bare or part.is_code or part.node.kind == "ReindexStmt" for part in parts
    )


_NOTHING = Node("", {})


def _part(number: int, statement: Statement, script: str) -> Part:
    text = statement.text
    try:
        node = parse_statement(text)
    except SyntaxProblem as problem:
        return Part(number, text, "syntax", _NOTHING, problem.message, problem.position + 1)
    except (ParserMissing, TooDeep) as problem:
        return Part(number, text, "refused", _NOTHING, str(problem))
    if node.kind == "TransactionStmt":
        return Part(number, text, "control", node)
    refused = refusal(node, in_transaction=False)
    if refused is not None:
        return Part(number, text, "refused", node, f"{refused.what}: {refused.why}")
    alone = refusal(node, in_transaction=True) is not None
    reads = node.kind == "CopyStmt" and node.flag("is_from")
    rows = rows_after(script, statement.end) if reads and script else b""
    return Part(number, text, "alone" if alone else "inside", node, rows=rows)
