"""How far ALTER TABLE goes down into partitions and inheritance children, as measured on PostgreSQL 15 and 18."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.migrate.hazards.effect import ACCESS_EXCLUSIVE, SHARE, rank
from pgplumb.migrate.hazards.effects.columns import Altered
from pgplumb.sql.node import Node

_ALONE = frozenset(
    {
        "AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity", "AT_NoForceRowSecurity",
        "AT_ChangeOwner", "AT_ReplicaIdentity", "AT_SetOptions", "AT_ResetOptions", "AT_SetRelOptions",
        "AT_ResetRelOptions", "AT_ReplaceRelOptions", "AT_ClusterOn", "AT_DropCluster", "AT_SetLogged",
        "AT_SetUnLogged",
        "AT_SetTableSpace", "AT_SetAccessMethod", "AT_AddInherit", "AT_DropInherit", "AT_AddOf", "AT_DropOf",
        "AT_EnableRule", "AT_DisableRule", "AT_EnableAlwaysRule", "AT_EnableReplicaRule", "AT_AttachPartition",
        "AT_DetachPartition", "AT_DetachPartitionFinalize", "AT_AlterConstraint",
    }
)  # fmt: skip
"""Sub-commands that leave partitions and inheritance children alone."""
TRIGGERS = ("AT_EnableTrig", "AT_DisableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig")


def children(table: Altered, relation: Relation, commands: tuple[Node, ...]) -> None:
    """Lock and work on partitions and inheritance children as on the table itself, where it goes down to them."""
    modes = [mode for command in commands if (mode := _mode_below(command, relation, table))]
    if not modes:
        return
    effects = table.effects
    mode = max(modes, key=rank)
    only_here = all(_stays(command) for command in commands)
    own = [w for w in effects.work if w.target.id == table.target.id and w.kind in ("scan", "rewrite")]
    own = [] if only_here else own
    for child in table.world.descendants(relation):
        effects.lock(child, mode)
        # The rows of a partitioned table are its partitions' anyway.
        for work in own if relation.kind == "r" else ():
            effects.does(child, work.kind, work.why, work.source)


def _stays(command: Node) -> bool:
    definition = command.node("def")
    return definition is not None and definition.flag("is_no_inherit")


def _mode_below(command: Node, relation: Relation, table: Altered) -> str | None:
    """Return the lock that a sub-command takes on what is below; None for those that leave it alone."""
    if not _goes_down(command, relation, table):
        return None
    own = table.effects.mode_on(table.target.id) or ACCESS_EXCLUSIVE
    definition = command.node("def")
    kind = definition.text("contype") if definition is not None else ""
    if _before_18(table) and command.text("subtype") == "AT_AddConstraint":
        if _stays(command):
            return None
        if kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"):
            return SHARE if relation.kind == "p" else None
    return own


def _before_18(table: Altered) -> bool:
    catalog = table.world.catalog
    return catalog is not None and catalog.server_version < 180000


def _goes_down(command: Node, relation: Relation, table: Altered) -> bool:
    subtype, name = command.text("subtype"), command.text("name")
    definition = command.node("def")
    if subtype in _ALONE:
        return False
    if subtype.startswith(TRIGGERS):
        return relation.kind == "p" and any(t.for_each_row and not t.internal for t in relation.triggers)
    if subtype == "AT_AddConstraint" and definition is not None:
        foreign = definition.text("contype") == "CONSTR_FOREIGN"
        return not (foreign and relation.kind == "r")
    if subtype == "AT_ValidateConstraint":
        return _constraint(relation, name) is None or not is_valid(relation, name)
    if subtype == "AT_DropNotNull":
        column = relation.column_named(name)
        return _before_18(table) or column is None or column.not_null
    return True


def _constraint(relation: Relation | None, name: str) -> Constraint | None:
    return next((c for c in relation.constraints if c.name == name), None) if relation else None


def is_valid(relation: Relation | None, name: str) -> bool:
    found = _constraint(relation, name)
    return found is not None and found.validated
