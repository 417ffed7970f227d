"""Transactions: what cannot run in one, and transactions that are nested or never end."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.effects.other import has_option
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.rewording import is_concurrent
from pgplumb.migrate.hazards.step import Step, transaction_kind
from pgplumb.migrate.hazards.world import World

_OUTSIDE = {
    "CreatedbStmt": "CREATE DATABASE",
    "DropdbStmt": "DROP DATABASE",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "DropTableSpaceStmt": "DROP TABLESPACE",
    "AlterSystemStmt": "ALTER SYSTEM",
}


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find what the server refuses inside a transaction, and a BEGIN inside one."""
    node = step.node
    if transaction_kind(node) == "BEGIN" and step.index and _open_before(step, world):
        yield hazard(
            "transaction-nesting", step.index, (), "BEGIN inside a transaction does nothing but warn"
        )
    elif transaction_kind(node) == "BEGIN" and step.transaction == 0:
        message = "the text runs in a transaction already, so this BEGIN does nothing but warn"
        yield hazard("transaction-nesting", step.index, (), message)
    if step.transaction is None:
        return
    names = [lock.target.id for lock in effects.locks]
    if is_concurrent(node) and node.kind != "RefreshMatViewStmt":
        message = "CONCURRENTLY fails in a transaction block (25001): run it by itself"
        yield hazard("concurrently-in-transaction", step.index, names, message)
    command = _OUTSIDE.get(node.kind)
    if node.kind == "VacuumStmt" and node.flag("is_vacuumcmd"):
        command = "VACUUM"
    elif node.kind == "ReindexStmt" and node.text("kind").endswith(("SCHEMA", "SYSTEM", "DATABASE")):
        command = "REINDEX of many"
    elif (
        node.kind == "CreateSubscriptionStmt"
        and has_option(node, "connect")
        and has_option(node, "create_slot")
    ):
        command = "CREATE SUBSCRIPTION with a new slot"
    if command:
        message = f"{command} fails in a transaction block (25001): run it by itself"
        yield hazard("unsupported-operation", step.index, names, message)


def _open_before(step: Step, world: World) -> bool:
    before = world.steps[step.index - 1]
    ended = transaction_kind(before.node) in ("COMMIT", "ROLLBACK")
    return before.transaction is not None and not ended


def end(world: World) -> Iterator[Hazard]:
    """Find a BEGIN without its end."""
    if not world.steps:
        return
    last = world.steps[-1]
    if last.transaction and transaction_kind(last.node) not in ("COMMIT", "ROLLBACK"):
        message = "BEGIN has no COMMIT: the locks stay, and the work is undone when the session ends"
        yield hazard("uncommitted-transaction", None, (), message, "COMMIT;")


FAMILY = Family(
    "transactions",
    frozenset(
        {"concurrently-in-transaction", "transaction-nesting", "uncommitted-transaction",
         "unsupported-operation"}
    ),
    look,
    end,
)  # fmt: skip
