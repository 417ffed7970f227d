"""Changes that code written for the old schema does not survive."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.effects.dropping import object_name
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World, split_name
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier, quote_qualified

_USED_BY_CODE = {
    "TABLE": "table", "VIEW": "view", "MATVIEW": "materialized view", "FOREIGN_TABLE": "foreign table",
    "SEQUENCE": "sequence", "FUNCTION": "function", "PROCEDURE": "procedure", "TYPE": "type", "DOMAIN": "domain",
    "SCHEMA": "schema",
}  # fmt: skip


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find what is renamed, moved or removed while code still uses it."""
    node = step.node
    if node.kind == "RenameStmt":
        yield from _rename(step, node, world)
    elif node.kind == "AlterObjectSchemaStmt" and node.node("relation") is not None:
        target, _ = world.ranged(node.node("relation"))
        if target.existed:
            message = f"code that calls it {target.id} does not find it in {node.text('newschema')}"
            yield hazard("breaks-old-code", step.index, (target.id,), message)
    elif node.kind == "DropStmt":
        yield from _drop(step, node, world)
    elif node.kind == "AlterTableStmt":
        target, _ = world.ranged(node.node("relation"))
        for command in node.nodes("cmds") if target.existed else ():
            yield from _command(step, command, target.id)
    elif node.kind == "AlterEnumStmt" and node.text("oldVal"):
        message = f"code that knows the value '{node.text('oldVal')}' fails"
        yield hazard("breaks-old-code", step.index, (world.qualified(node.words("typeName")),), message)


def _rename(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    kind, new = node.text("renameType").removeprefix("OBJECT_"), node.text("newname")
    if node.node("relation") is None:
        if kind in ("FUNCTION", "PROCEDURE", "TYPE", "SCHEMA"):
            name = node.name("object") or (node.text("subname"),)
            yield hazard(
                "breaks-old-code",
                step.index,
                (world.qualified(name),),
                f"code that uses the old name of {new} fails",
            )
        return
    target, _ = world.ranged(node.node("relation"))
    if not target.existed or kind in ("INDEX", "TABCONSTRAINT", "TRIGGER", "POLICY", "RULE"):
        return
    if kind in ("COLUMN", "ATTRIBUTE"):
        old = dotted(*split_name(target.id), node.text("subname"))
        message = f"code that uses {old} fails: add {new}, fill it, switch the code, then drop the old column"
        yield hazard("breaks-old-code", step.index, (old,), message)
        return
    parts = split_name(target.id)
    safer = None
    if kind == "TABLE":
        view, table = quote_qualified(*parts), quote_qualified(*parts[:-1], new)
        safer = (
            f"BEGIN;\nALTER TABLE {view} RENAME TO {quote_identifier(new)};\n"
            f"CREATE VIEW {view} WITH (security_invoker = true) AS SELECT * FROM {table};\nCOMMIT;"
        )
    message = f"code that uses {target.id} fails: a view of the old name lets it live on"
    yield hazard("breaks-old-code", step.index, (target.id,), message, safer)


def _drop(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    kind = node.text("removeType").removeprefix("OBJECT_")
    for item in node.nodes("objects") if kind in _USED_BY_CODE else ():
        name = object_name(item)
        target, _ = world.find(name)
        relation = kind in ("TABLE", "VIEW", "MATVIEW", "FOREIGN_TABLE", "SEQUENCE")
        if relation and (target.missing or not target.existed):
            continue
        label = target.id if relation else dotted(*name) if kind == "SCHEMA" else world.qualified(name)
        message = f"code that still uses the {_USED_BY_CODE[kind]} {label} fails"
        yield hazard("breaks-old-code", step.index, (label,), message)


def _command(step: Step, command: Node, table: str) -> Iterator[Hazard]:
    subtype = command.text("subtype")
    column = dotted(*split_name(table), command.text("name")) if command.text("name") else table
    if subtype == "AT_DropColumn":
        yield hazard("breaks-old-code", step.index, (column,), f"code that still uses {column} fails")
    elif subtype == "AT_SetNotNull":
        yield hazard(
            "breaks-old-code", step.index, (column,), f"code that leaves {column} out, or writes null, fails"
        )
    elif subtype == "AT_ColumnDefault" and command.node("def") is None:
        yield hazard(
            "breaks-old-code", step.index, (column,), f"code that leaves {column} to its default writes null"
        )
    elif subtype == "AT_DropIdentity":
        yield hazard(
            "breaks-old-code", step.index, (column,), f"code that leaves {column} to its identity fails"
        )


FAMILY = Family("compatibility", frozenset({"breaks-old-code"}), look)
