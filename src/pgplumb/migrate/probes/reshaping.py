"""What a statement makes of a table's columns: new names and values, as expressions over the old ones."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.column_types import SERIALS
from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.probes.shape import Shape
from pgplumb.migrate.probes.situation import Situation
from pgplumb.migrate.probes.source_text import Piece, SourceText
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier

TYPE_ENDS = frozenset(
    {"collate", "using", "default", "not", "null", "check", "unique", "primary", "references", "generated",
     "constraint", "storage", "compression", "deferrable", "initially", "options", "enforced"}
)  # fmt: skip
"""Words that stand behind a type and are no part of it."""


def reshaped(
    node: Node, relation: Relation, ranged: Node, text: SourceText, situation: Situation
) -> dict[int, Shape]:
    """Return the tables whose columns a statement changes, children too, as they are after it."""
    changes = _renaming(node) if node.kind == "RenameStmt" else _altering(node, text, situation)
    if not changes:
        return {}
    found = {}
    for table in (relation, *(_below(relation, situation) if ranged.flag("inh") else ())):
        shape = situation.shape(table)
        if table is relation:
            shape = Shape(table, ranged.text("relname"), shape.layers, shape.missing)
        columns = {name: quote_identifier(name) for name in shape.columns}
        missing: dict[str, str] = {}
        for old, new, expression, why in changes:
            if old and old not in columns and old not in shape.missing:
                continue
            if old:
                columns.pop(old, None)
            if not new:
                continue
            lost = shape.missing.get(old) if old and expression == quote_identifier(old) else None
            if expression is None or lost:
                missing[new] = lost or why
            elif old or new not in columns:
                columns[new] = expression
        found[table.oid] = shape.with_columns(columns, missing)
    return found


Change = tuple[str, str, str | None, str]
"""The old name (empty: it is new), the new one (empty: it goes), its expression or None, and then why."""


def _renaming(node: Node) -> list[Change]:
    old = node.text("subname")
    return [(old, node.text("newname"), quote_identifier(old), "")]


def _altering(node: Node, text: SourceText, situation: Situation) -> list[Change]:
    found: list[Change] = []
    for command in node.nodes("cmds"):
        kind, name = command.text("subtype"), command.text("name")
        definition = command.node("def")
        if kind == "AT_DropColumn":
            found.append((name, "", None, ""))
        elif kind == "AT_AlterColumnType" and definition is not None:
            expression = converted(name, definition, text, situation)
            found.append((name, name, expression, f"{name} becomes a type that the migration itself makes"))
        elif kind == "AT_AddColumn" and definition is not None:
            added = new_column(definition, text, situation)
            found.append(("", definition.text("colname"), added, "its values are made by the statement"))
    return found


def converted(name: str, definition: Node, text: SourceText, situation: Situation) -> str | None:
    """Return the value of a column once its type is changed; None where the server lacks the type."""
    written = type_text(definition, text, situation)
    if written is None:
        return None
    return f"CAST({using_text(name, definition, text)} AS {written})"


def using_text(name: str, definition: Node, text: SourceText) -> str:
    """Return the expression of USING, else the column, in brackets where it needs them."""
    type_name = definition.node("typeName")
    if definition.node("raw_default") is None or type_name is None:
        return quote_identifier(name)
    behind = text.after(type_name.number("location"))
    start = behind.find("using")
    if start is None:
        return quote_identifier(name)
    rest = text.until_from(behind.tokens[start + 1].start, ())
    return f"({rest.text})"


def type_text(definition: Node, text: SourceText, situation: Situation) -> str | None:
    """Return a column's new type as it is written; None where the migration itself makes it."""
    type_name = definition.node("typeName")
    if type_name is None or situation.made_type(type_name.words("names")) is not None:
        return None
    return text.until(type_name.number("location"), TYPE_ENDS).text or None


def new_column(definition: Node, text: SourceText, situation: Situation) -> str | None:
    """Return what a new column holds in rows that are there; None where the statement makes it up."""
    written = type_text(definition, text, situation)
    names = (definition.node("typeName") or Node("", {})).words("names")
    if written is None or (names and names[-1] in SERIALS) or constraints_of(definition, "IDENTITY"):
        return None
    for generated in constraints_of(definition, "GENERATED"):
        inside = text.bracketed(generated.number("location"))
        return f"CAST(({inside.text}) AS {written})" if inside else None
    for default in constraints_of(definition, "DEFAULT"):
        return f"CAST(({default_text(definition, default, text)}) AS {written})"
    return f"CAST(NULL AS {written})"


def default_text(definition: Node, default: Node, text: SourceText) -> str:
    """Return the expression of DEFAULT: it ends where the next constraint begins."""
    start = default.number("location")
    others = [c.number("location") for c in definition.nodes("constraints")]
    collation = definition.node("collClause")
    others += [collation.number("location")] if collation else []
    following = min((place for place in others if place > start), default=None)
    return Piece(text.until(start, (), following).tokens[1:]).text


def _below(relation: Relation, situation: Situation) -> Iterator[Relation]:
    for child in situation.catalog.children.get(relation.oid, ()):
        yield child
        yield from _below(child, situation)
