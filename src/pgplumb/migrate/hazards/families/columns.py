"""Columns: types that are regretted later, and changes that rows or running code do not survive."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.column_types import ALIASES, loses_values, stored, written
from pgplumb.migrate.hazards.effect import Effects, Target
from pgplumb.migrate.hazards.effects.columns import constraints_of, is_null
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node

_NARROW = {"int4": "2.1 billion", "int2": "32,767"}


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find columns that are added or changed in a way that hurts."""
    node = step.node
    if node.kind == "CreateStmt":
        table = world.ranged(node.node("relation"))[0]
        keys = {
            k
            for e in node.nodes("tableElts")
            if e.text("contype") == "CONSTR_PRIMARY"
            for k in e.words("keys")
        }
        for element in node.nodes("tableElts"):
            if element.kind == "ColumnDef":
                yield from _type(step, element, table, element.text("colname") in keys)
    if node.kind != "AlterTableStmt":
        return
    target, record = world.ranged(node.node("relation"))
    for command in node.nodes("cmds"):
        definition = command.node("def") or Node("", {})
        if command.text("subtype") == "AT_AddColumn":
            yield from _type(step, definition, target, keyed=False)
            if target.existed:
                yield from _not_null_without_default(step, definition, target, record, world)
        elif command.text("subtype") == "AT_AlterColumnType" and target.existed:
            yield from _type(
                step, Node("ColumnDef", {**definition.fields, "colname": command.text("name")}), target, False
            )
            yield from _changed_type(step, command.text("name"), definition, target, record, world)


def _type(step: Step, column: Node, target: Target, keyed: bool) -> Iterator[Hazard]:
    type_name = column.node("typeName")
    if type_name is None:
        return
    name = column.text("colname")
    here = (f"{target.id}.{name}",)
    spelled = type_name.words("names")[-1:]
    shape = written(type_name)
    if shape.name == "json":
        yield hazard(
            "json-no-equality",
            step.index,
            here,
            f"{name}: json has no equality, so DISTINCT and GROUP BY fail: use jsonb",
        )
    elif shape.name == "bpchar":
        yield hazard("char-padding", step.index, here, f"{name}: char(n) is padded with spaces: use text")
    elif shape.name == "timestamp":
        message = f"{name}: timestamp without time zone names no point in time: use timestamptz"
        yield hazard("timestamp-without-time-zone", step.index, here, message)
    numbered = spelled and spelled[0] in ALIASES and "serial" in spelled[0]
    is_key = (
        keyed
        or bool(constraints_of(column, "PRIMARY"))
        or bool(constraints_of(column, "IDENTITY"))
        or numbered
    )
    if is_key and shape.name in _NARROW and not constraints_of(column, "FOREIGN"):
        message = f"{name}: {shape.name} ends at {_NARROW[shape.name]}: use bigint"
        yield hazard("narrow-key-type", step.index, here, message)


def _not_null_without_default(
    step: Step, column: Node, target: Target, record: Relation | None, world: World
) -> Iterator[Hazard]:
    required = constraints_of(column, "NOTNULL") or constraints_of(column, "PRIMARY")
    filled = [d for d in constraints_of(column, "DEFAULT") if not is_null(d.node("raw_expr"))]
    generated = constraints_of(column, "IDENTITY") or constraints_of(column, "GENERATED")
    names = (column.node("typeName") or Node("", {})).words("names")
    serial = bool(names) and "serial" in names[-1]
    if not required or filled or generated or serial:
        return
    name = column.text("colname")
    here = (f"{target.id}.{name}",)
    held = world.rows(record)
    if held:
        message = f"{target.id} has rows, for which {name} would be null (23502): add it nullable, or with a default"
        yield hazard("fails-on-existing-rows", step.index, here, message, source="catalog")
    elif held is None:
        message = f"if {target.id} has rows, {name} would be null (23502): add it nullable, or with a default"
        yield hazard("fails-on-existing-rows-possible", step.index, here, message)
    message = f"code that does not know {name} can no longer insert into {target.id}"
    yield hazard("breaks-old-code", step.index, here, message)


def _changed_type(
    step: Step, name: str, definition: Node, target: Target, record: Relation | None, world: World
) -> Iterator[Hazard]:
    here = (f"{target.id}.{name}",)
    yield hazard(
        "breaks-old-code", step.index, here, f"code written for the old type of {name} meets another one"
    )
    column = record.column_named(name) if record else None
    kind = world.column_type(column) if column else None
    type_name = definition.node("typeName")
    if column is None or kind is None or type_name is None:
        return
    old, new = stored(kind, column.typmod), written(type_name)
    if loses_values(old, new):
        message = f"values of {name} are rounded or cut on the way from {old.name} to {new.name}"
        yield hazard("data-loss", step.index, here, message, source="catalog")
    elif new.modifiers and old.modifiers > new.modifiers:
        message = f"this fails if a value of {name} does not fit any more"
        yield hazard("fails-on-existing-rows-possible", step.index, here, message, source="catalog")


FAMILY = Family(
    "columns",
    frozenset(
        {"json-no-equality", "char-padding", "timestamp-without-time-zone", "narrow-key-type", "breaks-old-code",
         "fails-on-existing-rows", "fails-on-existing-rows-possible", "data-loss"}
    ),
    look,
)  # fmt: skip
