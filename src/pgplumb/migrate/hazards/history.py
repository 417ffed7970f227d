"""What each statement leaves behind for those after it: new relations, constraints, proofs, the search path."""

from __future__ import annotations

from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Target
from pgplumb.migrate.hazards.effects.dropping import object_name
from pgplumb.migrate.hazards.effects.proofs import not_null_columns
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.timeouts import setting_of
from pgplumb.migrate.hazards.world import Name, World, split_path
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import range_name

_OPAQUE = {
    "DoStmt",
    "CallStmt",
    "ExecuteStmt",
    "CreateExtensionStmt",
    "AlterExtensionStmt",
    "ImportForeignSchemaStmt",
}


def advance(world: World, step: Step) -> None:
    """Change the world by one statement."""
    node = step.node
    if (
        not node.kind
        or node.kind in _OPAQUE
        or (node.kind == "CreateSchemaStmt" and node.nodes("schemaElts"))
    ):
        world.opaque = True
    elif node.kind in ("CreateStmt", "CreateForeignTableStmt"):
        table = node if node.kind == "CreateStmt" else node.node("base") or node
        _make(world, table.node("relation"), node)
    elif node.kind == "CreateTableAsStmt":
        into = node.node("into")
        _make(world, into.node("rel") if into else None, node)
    elif node.kind == "ViewStmt":
        _make(world, node.node("view"), node)
    elif node.kind == "CreateSeqStmt":
        _make(world, node.node("sequence"), node)
    elif node.kind == "IndexStmt" and node.text("idxname"):
        target, record = world.ranged(node.node("relation"))
        schema = record.schema if record else _schema_of(target, world)
        world.made.indexes[(schema, node.text("idxname"))] = node
    elif node.kind in ("CreateEnumStmt", "CreateDomainStmt", "CompositeTypeStmt"):
        name = node.words("typeName") or node.words("domainname") or range_name(node.node("typevar") or node)
        world.made.types.add(_type_name(world, name))
    elif node.kind == "AlterEnumStmt" and not node.text("oldVal"):
        name = node.words("typeName")
        if _type_name(world, name) not in world.made.types:
            world.made.enum_labels[node.text("newVal")] = step.transaction
    elif node.kind == "CreatePolicyStmt":
        world.made.policies.add(world.ranged(node.node("table"))[0].id)
    elif node.kind == "AlterTableStmt":
        _alter(world, step)
    elif node.kind == "RenameStmt" and node.node("relation") is not None:
        _rename(world, node)
    elif node.kind == "AlterObjectSchemaStmt" and node.node("relation") is not None:
        _, record = world.ranged(node.node("relation"))
        if record is not None:
            world.renamed[(node.text("newschema"), record.name)] = record
    elif node.kind == "DropStmt":
        _drop(world, node)
    _set_parameters(world, node)


def _type_name(world: World, name: tuple[str, ...]) -> Name:
    """Return schema and name of a type."""
    return (name[-2], name[-1]) if len(name) > 1 else (world.search_path[0], name[-1])


def _schema_of(target: Target, world: World) -> str:
    made = next((name for name in world.made.relations if dotted(*name) == target.id), None)
    return made[0] if made else world.search_path[0]


def _make(world: World, relation: Node | None, node: Node) -> None:
    name = world.new_name(relation)
    exists = (
        world.catalog is not None
        and name in world.catalog.by_name
        and dotted(*name) not in world.made.dropped
    )
    if not exists:
        world.made.relations[name] = node


def _alter(world: World, step: Step) -> None:
    target, _ = world.ranged(step.node.node("relation"))
    for command in step.node.nodes("cmds"):
        subtype, name = command.text("subtype"), command.text("name")
        definition = command.node("def")
        if subtype == "AT_AddConstraint" and definition is not None:
            world.made.constraints[(target.id, definition.text("conname"))] = (definition, step.transaction)
            world.made.dropped.discard(f"{target.id}.{definition.text('conname')}")
            if not definition.flag("skip_validation"):
                _prove(world, target.id, definition)
        elif subtype == "AT_ValidateConstraint" and (target.id, name) in world.made.constraints:
            _prove(world, target.id, world.made.constraints[(target.id, name)][0])
        elif subtype == "AT_SetNotNull":
            world.made.not_null.add((target.id, name))
        elif subtype == "AT_DropNotNull":
            world.made.not_null.discard((target.id, name))
        elif subtype == "AT_DropConstraint":
            world.made.dropped.add(f"{target.id}.{name}")
        elif subtype == "AT_AddColumn" and definition is not None:
            kinds = {c.text("contype") for c in definition.nodes("constraints")}
            if kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"}:
                world.made.not_null.add((target.id, definition.text("colname")))


def _prove(world: World, table: str, constraint: Node) -> None:
    expression = constraint.node("raw_expr")
    columns = not_null_columns(expression) if expression else frozenset()
    if constraint.text("contype") in ("CONSTR_NOTNULL", "CONSTR_PRIMARY"):
        columns = frozenset(constraint.words("keys"))
    world.made.not_null |= {(table, column) for column in columns}


def _rename(world: World, node: Node) -> None:
    if node.text("renameType") not in ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE"):
        return
    target, record = world.ranged(node.node("relation"))
    new = node.text("newname")
    if record is not None:
        world.made.dropped.add(target.id)
        world.renamed[(record.schema, new)] = record
        return
    for name in list(world.made.relations):
        if dotted(*name) == target.id:
            world.made.relations[(name[0], new)] = world.made.relations.pop(name)


def _drop(world: World, node: Node) -> None:
    if node.text("removeType") not in ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE"):
        return
    for item in node.nodes("objects"):
        target, _ = world.find(object_name(item))
        found: list[Name] = [name for name in world.made.relations if dotted(*name) == target.id]
        for name in found:
            del world.made.relations[name]
        if not found:
            world.made.dropped.add(target.id)


def _set_parameters(world: World, node: Node) -> None:
    setting = setting_of(node)
    if setting is None or setting[1] is None:
        return
    if setting[0] == "search_path":
        world.search_path = split_path(setting[1], world.catalog)
    elif setting[0] == "timezone":
        world.time_zone = setting[1]
