"""Indexes: the forms that lock, and what the concurrent ones refuse or leave behind."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.effects.dropping import object_name
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.rewording import insert_after, is_concurrent
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_qualified


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find index work that has, or lacks, an online form."""
    node = step.node
    if node.kind == "IndexStmt":
        yield from _create(step, node, world)
    elif node.kind == "DropStmt" and node.text("removeType") == "OBJECT_INDEX":
        yield from _drop(step, node, effects, world)
    elif node.kind == "ReindexStmt" and not is_concurrent(node):
        word = node.text("kind").removeprefix("REINDEX_OBJECT_").lower()
        names = [lock.target.id for lock in effects.locks if lock.target.existed]
        if names:
            message = "REINDEX locks each index against the planning of every query that could use it"
            yield hazard(
                "not-concurrently",
                step.index,
                names,
                message,
                insert_after(step.statement.text, word, "CONCURRENTLY"),
            )
    elif node.kind == "RefreshMatViewStmt" and not is_concurrent(node) and not node.flag("skipData"):
        target, record = world.ranged(node.node("relation"))
        if target.existed and (
            record is None or any(i.is_unique and not i.has_predicate for i in record.indexes)
        ):
            safer = insert_after(step.statement.text, "view", "CONCURRENTLY")
            message = (
                f"readers of {target.id} wait while its query runs; CONCURRENTLY needs a unique index on it"
            )
            yield hazard("not-concurrently", step.index, (target.id,), message, safer)


def _create(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    target, record = world.ranged(node.node("relation"))
    if not target.existed:
        return
    partitioned = record is not None and record.kind == "p"
    if node.flag("concurrent"):
        if partitioned:
            message = f"{target.id} is partitioned, and CREATE INDEX CONCURRENTLY does not work on it (0A000)"
            yield hazard("unsupported-operation", step.index, (target.id,), message, source="catalog")
        yield from _left_behind(step, node, record)
    else:
        relation = node.node("relation")
        if partitioned and relation is not None and not relation.flag("inh"):
            return
        message = f"writers of {target.id} wait until the index is built"
        safer = None if partitioned else insert_after(step.statement.text, "index", "CONCURRENTLY")
        yield hazard("not-concurrently", step.index, (target.id,), message, safer)
    if node.flag("unique"):
        message = f"the build fails if two rows of {target.id} share a key"
        yield hazard("fails-on-existing-rows-possible", step.index, (target.id,), message)


def _left_behind(step: Step, node: Node, record: Relation | None) -> Iterator[Hazard]:
    name = node.text("idxname")
    for index in record.indexes if record is not None else ():
        if index.name == name and not index.is_valid and node.flag("if_not_exists"):
            schema = record.schema if record is not None else ""
            safer = f"DROP INDEX CONCURRENTLY {quote_qualified(schema, name)};"
            message = f"{name} is there and INVALID, so IF NOT EXISTS leaves it as it is: drop it first"
            yield hazard(
                "invalid-index-left-behind",
                step.index,
                (name,),
                message,
                safer,
                "catalog",
            )


def _drop(step: Step, node: Node, effects: Effects, world: World) -> Iterator[Hazard]:
    names = [object_name(item) for item in node.nodes("objects")]
    if node.flag("concurrent"):
        if len(names) > 1:
            one_each = "\n".join(f"DROP INDEX CONCURRENTLY {quote_qualified(*name)};" for name in names)
            message = "DROP INDEX CONCURRENTLY takes one index at a time (0A000)"
            yield hazard(
                "unsupported-operation",
                step.index,
                [world.qualified(name) for name in names],
                message,
                one_each,
            )
        if node.text("behavior") == "DROP_CASCADE":
            message = "DROP INDEX CONCURRENTLY does not take CASCADE (0A000)"
            yield hazard(
                "unsupported-operation", step.index, [world.qualified(name) for name in names], message
            )
    for name in names:
        table, record = world.index_table(name)
        if table is not None and not table.existed:
            continue
        label = dotted(record.schema, name[-1]) if record else world.qualified(name)
        if not node.flag("concurrent"):
            where = table.id if table else "its table"
            message = f"readers and writers of {where} wait for a moment"
            safer = insert_after(step.statement.text, "index", "CONCURRENTLY") if len(names) == 1 else None
            yield hazard("not-concurrently", step.index, (label,), message, safer)
        index = next((i for i in record.indexes if i.name == name[-1]), None) if record else None
        if index is None or record is None:
            continue
        if any(c.index == index.oid and c.kind in "pux" for c in record.constraints):
            message = f"{label} backs a constraint of {record.qualified}: drop the constraint instead"
            yield hazard("blocked-by-dependents", step.index, (label,), message, source="catalog")
        elif index.is_unique:
            message = f"values in {record.qualified} need no longer be unique"
            yield hazard("weakens-invariant", step.index, (label,), message, source="catalog")


FAMILY = Family(
    "indexes",
    frozenset(
        {"not-concurrently", "unsupported-operation", "invalid-index-left-behind", "weakens-invariant",
         "blocked-by-dependents", "fails-on-existing-rows-possible"}
    ),
    look,
)  # fmt: skip
