"""Safer forms of a statement, made by inserting words into its own text: nothing is written from a tree."""

from __future__ import annotations

from pgplumb.sql.lexer import significant
from pgplumb.sql.node import Node


def insert_after(text: str, word: str, insertion: str) -> str | None:
    """Return a statement with a word put behind the first occurrence of another; None where it has none."""
    for token in significant(text):
        if token.lower == word:
            return f"{text[: token.end]} {insertion}{text[token.end :]}"
    return None


def append(text: str, words: str) -> str:
    """Return a statement with words put at its end."""
    return f"{text} {words}"


def sole_command(node: Node) -> Node | None:
    """Return the one sub-command of an ALTER TABLE; None where there are several."""
    commands = node.nodes("cmds")
    return commands[0] if node.kind == "AlterTableStmt" and len(commands) == 1 else None


def script(*statements: str | None) -> str | None:
    """Join statements, each ended by a semicolon; None where one of them could not be written."""
    written = [statement for statement in statements if statement is not None]
    return "\n".join(f"{s};" for s in written) if len(written) == len(statements) else None


def is_concurrent(node: Node) -> bool:
    """Whether a statement has the word CONCURRENTLY in force."""
    if node.kind in ("IndexStmt", "DropStmt", "RefreshMatViewStmt"):
        return node.flag("concurrent")
    if node.kind == "ReindexStmt":
        options = [o for o in node.nodes("params") if o.text("defname") == "concurrently"]
        return any(
            (value.text("sval") if (value := o.node("arg")) else "on") not in ("off", "false")
            for o in options
        )
    if node.kind == "AlterTableStmt":
        definitions = (c.node("def") for c in node.nodes("cmds") if c.text("subtype") == "AT_DetachPartition")
        return any(d is not None and d.flag("concurrent") for d in definitions)
    return False
