"""The effects of any statement, by the kind of its tree."""

from __future__ import annotations

from collections.abc import Callable

from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.effects import creating, dropping, other
from pgplumb.migrate.hazards.effects.alter_table import alter_table
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node

Collect = Callable[[Node, World, Effects], None]

_COLLECTORS: dict[str, Collect] = {
    "AlterTableStmt": alter_table,
    "CreateStmt": creating.create_table,
    "CreateForeignTableStmt": lambda node, world, effects: None,
    "CreateTableAsStmt": creating.create_table_as,
    "ViewStmt": creating.create_view,
    "IndexStmt": creating.create_index,
    "CreateTrigStmt": creating.create_trigger,
    "CreatePolicyStmt": creating.policy,
    "AlterPolicyStmt": creating.policy,
    "RuleStmt": creating.rule,
    "CreateStatsStmt": creating.statistics,
    "CreatePublicationStmt": creating.publication,
    "AlterPublicationStmt": creating.publication,
    "CreateSchemaStmt": creating.schema,
    "DropStmt": dropping.drop,
    "TruncateStmt": dropping.truncate,
    "RenameStmt": other.rename,
    "AlterObjectSchemaStmt": other.set_schema,
    "RefreshMatViewStmt": other.refresh,
    "ReindexStmt": other.reindex,
    "ClusterStmt": other.cluster,
    "VacuumStmt": other.vacuum,
    "CommentStmt": other.comment,
    "AlterDomainStmt": other.alter_domain,
    "LockStmt": other.lock,
    "InsertStmt": other.write,
    "UpdateStmt": other.write,
    "DeleteStmt": other.write,
    "MergeStmt": other.write,
    "SelectStmt": other.read,
    "CopyStmt": other.copy,
    "AlterSeqStmt": other.alter_sequence,
    "DoStmt": other.opaque,
    "CallStmt": other.opaque,
    "ExecuteStmt": other.opaque,
    "CreateExtensionStmt": other.opaque,
    "AlterExtensionStmt": other.opaque,
    "ImportForeignSchemaStmt": other.opaque,
    "DropOwnedStmt": other.opaque,
}

_NO_RELATION_LOCK = frozenset(
    {
        "TransactionStmt", "VariableSetStmt", "VariableShowStmt", "DiscardStmt", "GrantStmt", "GrantRoleStmt",
        "AlterDefaultPrivilegesStmt", "CreateFunctionStmt", "AlterFunctionStmt", "CreateEnumStmt", "AlterEnumStmt",
        "CreateDomainStmt", "CompositeTypeStmt", "CreateRangeStmt", "AlterTypeStmt", "CreateRoleStmt",
        "AlterRoleStmt", "AlterRoleSetStmt", "DropRoleStmt", "AlterDatabaseSetStmt", "AlterDatabaseStmt",
        "AlterSystemStmt", "CreateSeqStmt", "DefineStmt", "AlterOwnerStmt", "CreateCastStmt",
        "CreateEventTrigStmt", "AlterEventTrigStmt", "NotifyStmt", "ListenStmt",
        "UnlistenStmt", "CheckPointStmt", "LoadStmt", "SecLabelStmt", "CreatedbStmt", "DropdbStmt", "CreateFdwStmt",
        "CreateForeignServerStmt", "CreateUserMappingStmt", "AlterForeignServerStmt", "AlterUserMappingStmt",
        "PrepareStmt", "DeallocateStmt", "ReassignOwnedStmt", "CreateOpClassStmt", "CreateOpFamilyStmt",
        "AlterStatsStmt", "ExplainStmt", "ConstraintsSetStmt", "AlterObjectDependsStmt", "AlterOperatorStmt",
        "CreateSubscriptionStmt", "AlterSubscriptionStmt", "CreateTransformStmt", "AlterCollationStmt",
    }
)  # fmt: skip
"""Statements that lock no relation of users in a way that anybody notices."""


def effects_of(node: Node, world: World) -> Effects:
    """Return the effects of a statement in a world; what is not known is said in `undecided`."""
    effects = Effects()
    collect = _COLLECTORS.get(node.kind)
    if collect is not None:
        collect(node, world, effects)
    elif node.kind not in _NO_RELATION_LOCK:
        effects.unsure("what it locks")
    return effects
