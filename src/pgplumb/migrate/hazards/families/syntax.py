"""Statements that the server refuses, and names that it cuts."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.lexer import significant

LONGEST_NAME = 63
"""Bytes: NAMEDATALEN - 1."""
_NEEDS_COLUMN = {
    "AT_DropColumn", "AT_ColumnDefault", "AT_SetNotNull", "AT_DropNotNull", "AT_AlterColumnType", "AT_SetStatistics",
    "AT_SetStorage", "AT_DropIdentity", "AT_AddIdentity", "AT_SetIdentity",
}  # fmt: skip


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find what is no SQL, what names things that are not there, and names that are too long."""
    if step.problem is not None:
        yield hazard("syntax-or-semantic-error", step.index, (), step.problem)
    yield from _long_names(step)
    for lock in effects.locks:
        if lock.target.missing and not step.node.flag("missing_ok"):
            message = f"there is no relation {lock.target.id} in this database"
            yield hazard("syntax-or-semantic-error", step.index, (lock.target.id,), message, source="catalog")
    yield from _columns(step, world)


def _long_names(step: Step) -> Iterator[Hazard]:
    for token in significant(step.statement.text):
        if token.kind not in ("word", "quoted"):
            continue
        name = token.text[1:-1].replace('""', '"') if token.kind == "quoted" else token.text
        octets = name.encode("utf-8", "replace")
        if len(octets) > LONGEST_NAME:
            cut = octets[:LONGEST_NAME].decode("utf-8", "ignore")
            message = f"a name has {len(octets)} bytes, and the server cuts it to {cut}"
            yield hazard("identifier-truncated", step.index, (cut,), message)


def _columns(step: Step, world: World) -> Iterator[Hazard]:
    node = step.node
    if node.kind != "AlterTableStmt":
        return
    target, record = world.ranged(node.node("relation"))
    if record is None or record.kind not in "rp":
        return
    touched = {s.index for s in world.steps[: step.index] if s.node.kind in ("RenameStmt", "AlterTableStmt")}
    for command in node.nodes("cmds"):
        subtype, name = command.text("subtype"), command.text("name")
        definition = command.node("def")
        if touched or world.opaque or len(node.nodes("cmds")) > 1:
            return
        if (
            subtype in _NEEDS_COLUMN
            and name
            and record.column_named(name) is None
            and not command.flag("missing_ok")
        ):
            message = f"{target.id} has no column {name}"
            yield hazard("syntax-or-semantic-error", step.index, (target.id,), message, source="catalog")
        added = definition.text("colname") if subtype == "AT_AddColumn" and definition is not None else ""
        if added and not command.flag("missing_ok") and record.column_named(added) is not None:
            message = f"{target.id} has a column {added} already"
            yield hazard("syntax-or-semantic-error", step.index, (target.id,), message, source="catalog")


FAMILY = Family("syntax", frozenset({"syntax-or-semantic-error", "identifier-truncated"}), look)
