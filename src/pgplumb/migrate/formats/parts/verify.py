"""What can be asked of the catalog after statements have run, so that it fails where they left nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgplumb.sql.lexer import Token, significant
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified


def verification(statements: Sequence[str], later: Sequence[str]) -> str:
    """Return statements that divide by zero, or name what is missing, unless what was made is there and valid.

    Nothing is asked of a name that a later statement drops or renames: it would not hold for long.
    """
    gone = {_spelled(token) for s in later if _takes_away(s) for token in significant(s)}
    asked = [text for s in statements for name, text in _questions(s) if name not in gone]
    return "".join(f"{text}\n" for text in asked) or "-- There is nothing to ask of the catalog.\n"


def _spelled(token: Token) -> str:
    return token.text[1:-1].replace('""', '"') if token.kind == "quoted" else token.lower


def _takes_away(statement: str) -> bool:
    words = {token.lower for token in significant(statement)}
    return bool(words & {"drop", "rename"})


def _questions(statement: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each thing that a statement makes, with the question for it."""
    try:
        node = parse_statement(statement)
    except (SyntaxProblem, TooDeep, ParserMissing):
        return
    relation = node.node("relation")
    # A temporary table is gone with its session; an index ON ONLY a parent is not valid before its partitions' are.
    if relation is None or relation.text("relpersistence") == "t" or not relation.flag("inh"):
        return
    table = _name(relation)
    if node.kind == "IndexStmt" and node.text("idxname"):
        schema = [relation.text("schemaname")] if relation.text("schemaname") else []
        index = quote_qualified(*schema, node.text("idxname"))
        yield (
            node.text("idxname"),
            (
                "SELECT 1 / (SELECT count(*) FROM pg_catalog.pg_index\n"
                f"    WHERE indexrelid = {quote_literal(index)}::regclass AND indisvalid AND indisready);"
            ),
        )
    elif node.kind == "CreateStmt":
        yield relation.text("relname"), f"SELECT {quote_literal(table)}::regclass;"
    elif node.kind == "AlterTableStmt":
        for command in node.nodes("cmds"):
            yield from _of_command(command, table)


def _of_command(command: Node, table: str) -> Iterator[tuple[str, str]]:
    made = command.node("def")
    if command.text("subtype") == "AT_AddColumn" and made is not None:
        column = made.text("colname")
        yield column, f"SELECT {quote_identifier(column)} FROM {table} WHERE false;"
    elif command.text("subtype") == "AT_AddConstraint" and made is not None and made.text("conname"):
        yield made.text("conname"), _constraint(table, made.text("conname"), "")
    elif command.text("subtype") == "AT_ValidateConstraint":
        yield command.text("name"), _constraint(table, command.text("name"), " AND convalidated")


def _constraint(table: str, name: str, more: str) -> str:
    return (
        "SELECT 1 / (SELECT count(*) FROM pg_catalog.pg_constraint\n"
        f"    WHERE conrelid = {quote_literal(table)}::regclass AND conname = {quote_literal(name)}{more});"
    )


def _name(relation: Node) -> str:
    parts = [relation.text("schemaname"), relation.text("relname")]
    return quote_qualified(*(part for part in parts if part))
