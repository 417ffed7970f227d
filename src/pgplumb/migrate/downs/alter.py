"""The opposite of ALTER TABLE, sub-command by sub-command, from the last to the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgplumb.catalog.relation import Column
from pgplumb.migrate.downs.undo import Undo, Unknown
from pgplumb.migrate.hazards.step import Step
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified
from pgplumb.sql.ranges import range_name

_ROW_SECURITY = {
    "AT_EnableRowSecurity": ("DISABLE", False),
    "AT_DisableRowSecurity": ("ENABLE", True),
    "AT_ForceRowSecurity": ("NO FORCE", False),
    "AT_NoForceRowSecurity": ("FORCE", True),
}
_IDENTITIES = {"d": "DEFAULT", "n": "NOTHING", "f": "FULL"}
_KINDS = {"OBJECT_TABLE": "TABLE", "OBJECT_VIEW": "VIEW", "OBJECT_MATVIEW": "MATERIALIZED VIEW"}


def undo_alter_table(undo: Undo) -> Iterator[str]:
    """Yield the statements that take one ALTER TABLE back. Raises Unknown where one part of it has no opposite."""
    word = _KINDS.get(undo.node.text("objtype"))
    if word is None:
        raise Unknown("its opposite is not known")
    for command in reversed(undo.node.nodes("cmds")):
        for part in _undo(undo, command):
            yield f"ALTER {word} {undo.name()} {part}"


def _undo(undo: Undo, command: Node) -> Iterator[str]:
    subtype, name = command.text("subtype"), command.text("name")
    definition = command.node("def") or Node("", {})
    if subtype == "AT_AddColumn":
        if command.flag("missing_ok"):
            raise Unknown("the column may have been there before")
        yield f"DROP COLUMN {quote_identifier(definition.text('colname'))}"
    elif subtype == "AT_AddConstraint":
        if not definition.text("conname"):
            raise Unknown("the server chooses the constraint's name")
        if _dropped_later(undo, definition.text("conname")):
            return
        yield f"DROP CONSTRAINT {quote_identifier(definition.text('conname'))}"
    elif subtype == "AT_DropConstraint":
        yield from _constraint(undo, name)
    elif subtype in ("AT_ColumnDefault", "AT_SetNotNull", "AT_DropNotNull", "AT_SetStatistics"):
        yield from _column(undo, command, name)
    elif subtype in _ROW_SECURITY:
        yield from _row_security(undo, subtype)
    elif subtype in ("AT_EnableTrig", "AT_DisableTrig"):
        verb = "DISABLE" if subtype == "AT_EnableTrig" else "ENABLE"
        yield f"{verb} TRIGGER {quote_identifier(name)}"
    elif subtype in ("AT_SetRelOptions", "AT_ResetRelOptions"):
        yield from _options(undo, definition)
    elif subtype == "AT_ChangeOwner" and undo.world.catalog is not None:
        yield f"OWNER TO {quote_identifier(undo.world.catalog.role_name(undo.record().owner))}"
    elif subtype == "AT_ReplicaIdentity" and undo.record().replica_identity in _IDENTITIES:
        yield f"REPLICA IDENTITY {_IDENTITIES[undo.record().replica_identity]}"
    elif subtype in ("AT_AttachPartition", "AT_DetachPartition"):
        yield from _partition(undo, subtype, definition)
    elif subtype == "AT_AddIdentity":
        yield f"ALTER COLUMN {quote_identifier(name)} DROP IDENTITY"
    elif subtype == "AT_DropColumn":
        raise Unknown("the column's values do not come back")
    elif subtype != "AT_ValidateConstraint":
        raise Unknown("its opposite is not known")


def _constraint(undo: Undo, name: str) -> Iterator[str]:
    target, _ = undo.relation()
    if (target.id, name) in undo.world.made.constraints:
        return  # The migration itself added it.
    found = next((c for c in undo.record().constraints if c.name == name), None)
    if found is None or found.kind != "c" or not isinstance(found.expression, str):
        raise Unknown("the constraint's definition is not kept")
    valid = "" if found.validated else " NOT VALID"
    yield f"ADD CONSTRAINT {quote_identifier(name)} CHECK ({found.expression}){valid}"


def _commands(undo: Undo, steps: Sequence[Step]) -> Iterator[Node]:
    """Yield the sub-commands of other steps on the same table."""
    target, _ = undo.relation()
    for step in steps:
        if (
            step.node.kind == "AlterTableStmt"
            and undo.world.ranged(step.node.node("relation"))[0].id == target.id
        ):
            yield from step.node.nodes("cmds")


def _dropped_later(undo: Undo, name: str) -> bool:
    later = _commands(undo, undo.world.steps[undo.step.index + 1 :])
    return any(c.text("subtype") == "AT_DropConstraint" and c.text("name") == name for c in later)


def _added_before(undo: Undo, name: str) -> bool:
    before = _commands(undo, undo.world.steps[: undo.step.index])
    definitions = (c.node("def") for c in before if c.text("subtype") == "AT_AddColumn")
    return any(d is not None and d.text("colname") == name for d in definitions)


def _column(undo: Undo, command: Node, name: str) -> Iterator[str]:
    subtype, column = command.text("subtype"), f"ALTER COLUMN {quote_identifier(name)}"
    target, record = undo.relation()
    if not target.existed or _added_before(undo, name):
        return  # It goes with its table or column.
    before: Column | None = record.column_named(name) if record else None
    if before is None:
        raise Unknown("what the column was before is not known")
    if subtype == "AT_ColumnDefault":
        if before.has_default and not isinstance(before.default, str):
            raise Unknown("the old default was not read")
        yield f"{column} SET DEFAULT {before.default}" if before.has_default else f"{column} DROP DEFAULT"
    elif subtype == "AT_SetStatistics":
        yield f"{column} SET STATISTICS {before.statistics_target}"
    elif subtype == "AT_SetNotNull" and not before.not_null:
        yield f"{column} DROP NOT NULL"
    elif subtype == "AT_DropNotNull" and before.not_null:
        yield f"{column} SET NOT NULL"


def _row_security(undo: Undo, subtype: str) -> Iterator[str]:
    verb, was_on = _ROW_SECURITY[subtype]
    _, record = undo.relation()
    forced = "Force" in subtype
    if record is not None and (record.force_row_security if forced else record.row_security) != was_on:
        return  # It was so before.
    yield f"{verb} ROW LEVEL SECURITY"


def _options(undo: Undo, definition: Node) -> Iterator[str]:
    record = undo.record()
    names = [option.text("defname") for option in definition.nodes("items")]
    old = {name: value for name in names if (value := record.option(name)) is not None}
    gone = [quote_identifier(name) for name in names if name not in old]
    if old:
        yield f"SET ({', '.join(f'{quote_identifier(n)} = {quote_literal(v)}' for n, v in old.items())})"
    if gone:
        yield f"RESET ({', '.join(gone)})"


def _partition(undo: Undo, subtype: str, definition: Node) -> Iterator[str]:
    part = definition.node("name")
    if part is None:
        raise Unknown("its opposite is not known")
    name = quote_qualified(*range_name(part))
    if subtype == "AT_AttachPartition":
        yield f"DETACH PARTITION {name}"
        return
    _, record = undo.world.ranged(part)
    if record is None or not isinstance(record.partition_bound, str):
        raise Unknown("the partition's bounds are not known")
    yield f"ATTACH PARTITION {name} {record.partition_bound}"
