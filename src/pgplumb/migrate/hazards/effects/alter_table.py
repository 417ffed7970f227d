"""What ALTER TABLE, and ALTER VIEW, INDEX, SEQUENCE in its clothes, locks and reads."""

from __future__ import annotations

from pgplumb.migrate.hazards.effect import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    ROW_SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Effects,
    Target,
)
from pgplumb.migrate.hazards.effects.columns import Altered, add_column, change_type
from pgplumb.migrate.hazards.effects.partitions import partition
from pgplumb.migrate.hazards.effects.proofs import not_null
from pgplumb.migrate.hazards.effects.trees import TRIGGERS, children, is_valid
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import range_name

_UPDATE_EXCLUSIVE = {
    "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions", "AT_SetRelOptions", "AT_ResetRelOptions",
    "AT_ValidateConstraint", "AT_ClusterOn", "AT_DropCluster", "AT_AttachPartition", "AT_DetachPartitionFinalize",
}  # fmt: skip
_NEW_FILE = {
    "AT_SetLogged": "it becomes logged",
    "AT_SetUnLogged": "it becomes unlogged",
    "AT_SetAccessMethod": "its access method changes",
    "AT_SetTableSpace": "its files move",
    "AT_SetExpression": "a stored column is computed again",
}


def alter_table(node: Node, world: World, effects: Effects) -> None:
    """Collect the effects of every sub-command: they run under the strongest lock that any of them needs."""
    kind = node.text("objtype")
    if kind == "OBJECT_INDEX":
        return _alter_index(node, world, effects)
    if kind == "OBJECT_TYPE":
        return None
    target, relation = world.ranged(node.node("relation"))
    commands = node.nodes("cmds")
    dropping = frozenset(c.text("name") for c in commands if c.text("subtype") == "AT_DropConstraint")
    table = Altered(world, target, relation, effects, dropping)
    view = relation.kind == "v" if relation else kind == "OBJECT_VIEW"
    effects.lock(target, SHARE_UPDATE_EXCLUSIVE)
    for command in commands:
        effects.lock(target, _mode(command, view))
        _work(table, command)
    range_var = node.node("relation")
    if relation is not None and relation.is_table and range_var is not None and range_var.flag("inh"):
        children(table, relation, commands)
    return None


def _alter_index(node: Node, world: World, effects: Effects) -> None:
    index = node.node("relation")
    if index is None:
        return
    weak = all(c.text("subtype") in _UPDATE_EXCLUSIVE - {"AT_AttachPartition"} for c in node.nodes("cmds"))
    target, _ = world.find(range_name(index))
    known, _ = world.index_table(range_name(index))
    existed = known.existed if known else target.existed
    effects.lock(Target(target.id, existed), SHARE_UPDATE_EXCLUSIVE if weak else ACCESS_EXCLUSIVE)


def _mode(command: Node, view: bool) -> str:
    subtype = command.text("subtype")
    definition = command.node("def")
    if subtype == "AT_SetRelOptions" and view:
        return ACCESS_EXCLUSIVE
    if subtype in _UPDATE_EXCLUSIVE:
        return SHARE_UPDATE_EXCLUSIVE
    if subtype.startswith(TRIGGERS):
        return SHARE_ROW_EXCLUSIVE
    if subtype == "AT_AddConstraint" and definition and definition.text("contype") == "CONSTR_FOREIGN":
        return SHARE_ROW_EXCLUSIVE
    if subtype == "AT_DetachPartition" and definition and definition.flag("concurrent"):
        return SHARE_UPDATE_EXCLUSIVE
    return ACCESS_EXCLUSIVE


def _work(table: Altered, command: Node) -> None:
    subtype, name = command.text("subtype"), command.text("name")
    definition = command.node("def") or Node("", {})
    if subtype == "AT_AddColumn":
        known = table.relation.column_named(definition.text("colname")) if table.relation else None
        if known is None or not command.flag("missing_ok"):
            add_column(table, definition)
    elif subtype == "AT_AlterColumnType":
        change_type(table, name, definition)
    elif subtype == "AT_SetNotNull":
        _set_not_null(table, name)
    elif subtype == "AT_AddConstraint":
        _add_constraint(table, definition)
    elif subtype == "AT_ValidateConstraint":
        _validate(table, name)
    elif subtype == "AT_DropConstraint":
        _drop_constraint(table, name)
    elif subtype == "AT_DropColumn":
        _drop_column(table, name, cascade=command.text("behavior") == "DROP_CASCADE")
    elif subtype == "AT_DropIdentity":
        _drop_sequence(table, name)
    elif subtype in _NEW_FILE:
        _new_file(table, subtype, name)
    elif subtype in ("AT_AttachPartition", "AT_DetachPartition"):
        partition(table, definition, attaches=subtype == "AT_AttachPartition")
    elif subtype in ("AT_AddInherit", "AT_DropInherit"):
        parent, _ = table.world.ranged(definition)
        table.effects.lock(parent, SHARE_UPDATE_EXCLUSIVE if subtype == "AT_AddInherit" else ACCESS_SHARE)


def _set_not_null(table: Altered, column: str) -> None:
    proved = not_null(table.world, table.target, table.relation, column, table.dropping)
    if proved is None and table.relation is not None:
        table.effects.unsure(f"whether a check already proves that {column} holds no null")
    elif not proved:
        table.effects.does(table.target, "scan", f"{column} is looked through for nulls")


def _new_file(table: Altered, subtype: str, name: str) -> None:
    relation = table.relation
    if subtype == "AT_SetLogged" and relation is not None and relation.persistence == "p":
        return
    if subtype == "AT_SetUnLogged" and relation is not None and relation.persistence == "u":
        return
    if subtype == "AT_SetAccessMethod" and relation is not None and name and relation.access_method == name:
        return
    if relation is not None and relation.kind == "p":
        return
    table.effects.does(table.target, "rewrite", _NEW_FILE[subtype])


def _add_constraint(table: Altered, constraint: Node) -> None:
    effects, target, world = table.effects, table.target, table.world
    kind = constraint.text("contype")
    name = constraint.text("conname") or "the constraint"
    if kind == "CONSTR_FOREIGN":
        parent, _ = world.ranged(constraint.node("pktable"))
        effects.lock(parent, SHARE_ROW_EXCLUSIVE)
        if not constraint.flag("skip_validation") and constraint.flag("is_enforced"):
            effects.does(target, "scan", f"{name} is verified for every row")
            effects.does(parent, "scan", f"{name} looks its rows up")
    elif kind in ("CONSTR_CHECK", "CONSTR_NOTNULL"):
        unenforced = kind == "CONSTR_CHECK" and not constraint.flag("is_enforced")
        if kind == "CONSTR_NOTNULL" and all(
            not_null(world, target, table.relation, column, table.dropping)
            for column in constraint.words("keys")
        ):
            return
        if not constraint.flag("skip_validation") and not unenforced:
            effects.does(target, "scan", f"{name} is verified for every row")
    elif kind == "CONSTR_PRIMARY" and constraint.text("indexname"):
        _primary_key_by_index(table, constraint.text("indexname"))
    elif kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION") and not constraint.text("indexname"):
        effects.does(target, "index", f"the index of {name} is built")


def _primary_key_by_index(table: Altered, index_name: str) -> None:
    """A primary key from an index makes its columns NOT NULL, which reads the rows unless that is known."""
    relation, columns = table.relation, None
    if relation is not None:
        index = next((i for i in relation.indexes if i.name == index_name), None)
        columns = relation.column_names(index.columns) if index else None
    for (_, name), made in table.world.made.indexes.items():
        if name == index_name:
            columns = tuple(e.text("name") for e in made.nodes("indexParams"))
    if columns is None:
        table.effects.unsure(f"whether the columns of {index_name} are NOT NULL: if not, every row is read")
        return
    for column in columns:
        proved = not_null(table.world, table.target, relation, column, table.dropping)
        if proved is None:
            table.effects.unsure(f"whether {column} is NOT NULL: if not, every row is read")
        elif not proved:
            table.effects.does(table.target, "scan", f"{column} is not NOT NULL, so every row is read")


def _validate(table: Altered, name: str) -> None:
    if is_valid(table.relation, name) and (table.target.id, name) not in table.world.made.constraints:
        return
    table.effects.does(
        table.target, "scan", f"{name} is verified for every row, while readers and writers go on"
    )
    parent = _parent(table, name)
    if parent is not None:
        table.effects.lock(parent, ROW_SHARE)
        table.effects.does(parent, "scan", f"{name} looks its rows up")


def _drop_constraint(table: Altered, name: str) -> None:
    parent = _parent(table, name)
    if parent is not None:
        table.effects.lock(parent, ACCESS_EXCLUSIVE)
        return
    relation, catalog = table.relation, table.world.catalog
    if relation is None or catalog is None:
        if table.target.existed and catalog is None:
            table.effects.unsure(
                f"whether {name} is a foreign key: if so, dropping it locks the other table too"
            )
        return
    found = next((c for c in relation.constraints if c.name == name), None)
    if found is not None and found.kind in "pu":
        for other, key in catalog.referencing.get(relation.oid, ()):
            if key.index == found.index:
                table.effects.lock(Target(other.qualified, existed=True), ACCESS_EXCLUSIVE)


def _parent(table: Altered, name: str) -> Target | None:
    """Return the table that a foreign key refers to."""
    made = table.world.made.constraints.get((table.target.id, name))
    if made is not None:
        constraint = made[0]
        return table.world.ranged(constraint.node("pktable"))[0] if constraint.node("pktable") else None
    for key in table.relation.foreign_keys if table.relation else ():
        if key.name == name and (other := table.world.relation(key.foreign_relation)):
            return Target(other.qualified, existed=True)
    return None


def _drop_column(table: Altered, name: str, *, cascade: bool) -> None:
    """The column's foreign keys go too, and with them a lock on what they refer to."""
    _drop_sequence(table, name)
    relation, catalog = table.relation, table.world.catalog
    column = relation.column_named(name) if relation else None
    if cascade and catalog is not None and relation is not None and column is not None:
        for referring, key in catalog.referencing.get(relation.oid, ()):
            if column.number in key.foreign_columns:
                table.effects.lock(Target(referring.qualified, existed=True), ACCESS_EXCLUSIVE)
                for child in table.world.descendants(referring):
                    table.effects.lock(child, ACCESS_EXCLUSIVE)
        views = [view.qualified for view in catalog.dependents.get(relation.oid, ())]
        if views:
            # Of which columns a view reads, the catalog that we read tells nothing.
            table.effects.unsure(f"whether {', '.join(views)} use {name}: then they are locked, and go")
    for key in relation.foreign_keys if relation and column else ():
        other = table.world.relation(key.foreign_relation)
        if column is not None and column.number in key.columns and other is not None:
            table.effects.lock(Target(other.qualified, existed=True), ACCESS_EXCLUSIVE)


def _drop_sequence(table: Altered, column: str) -> None:
    record = table.relation.column_named(column) if table.relation else None
    if record is not None and table.relation is not None:
        for sequence in table.world.owned_sequences(table.relation, record.number):
            table.effects.lock(sequence, ACCESS_EXCLUSIVE)
