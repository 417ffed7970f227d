"""Rows that stand in the way of a new partition: its own outside of its bound, and those of the default one inside."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.probes.bounds import Unreadable, inside
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.moment import Moment, Table
from pgplumb.migrate.probes.probe import Probe
from pgplumb.sql.node import Node


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for ATTACH PARTITION and CREATE TABLE ... PARTITION OF."""
    node = moment.node
    if node.kind == "CreateStmt" and node.node("partbound") is not None:
        for ranged in node.nodes("inhRelations"):
            _, parent = moment.world.ranged(ranged)
            if parent is not None:
                yield from _default(moment, parent, node.node("partbound") or node, None)
    for command in moment.commands("AT_AttachPartition"):
        whole, bound = moment.table, command.definition.node("bound")
        if whole is None or bound is None:
            continue
        target, record = moment.world.ranged(command.definition.node("name"))
        if record is not None:
            shape = moment.situation.shape(record)
            table = Table(record, target.id, False, shape, shape)
            yield _outside(moment, whole.relation, table, bound)
        yield from _default(moment, whole.relation, bound, target.id)


def _outside(moment: Moment, parent: Relation, table: Table, bound: Node) -> Probe:
    sql, cannot = None, None
    try:
        condition = inside(moment, parent, bound, moment.text)
        sql = f"SELECT 1 FROM {table.shape.source(only=False)} WHERE NOT ({condition}) LIMIT 1"
    except Unreadable as problem:
        cannot = str(problem)
    probe = moment.probe(
        "partitions",
        f"Does a row of {table.id} lie outside of the bound?",
        sql,
        table,
        violation=f"at least one row of {table.id} lies outside of the bound that it is attached with",
        cannot=cannot,
    )
    return _naming(probe, parent)


def _default(moment: Moment, parent: Relation, bound: Node, attached: str | None) -> Iterator[Probe]:
    key = parent.partition_key
    default = moment.catalog.relations.get(key.default_partition) if key else None
    if default is None or bound.flag("is_default") or default.qualified == attached:
        return
    shape = moment.situation.shape(default)
    table = Table(default, default.qualified, False, shape, shape)
    sql, cannot = None, None
    try:
        sql = f"SELECT 1 FROM {shape.source(only=False)} WHERE {inside(moment, parent, bound, moment.text)} LIMIT 1"
    except Unreadable as problem:
        cannot = str(problem)
    probe = moment.probe(
        "partitions",
        f"Does the default partition {default.qualified} hold rows that belong into the new one?",
        sql,
        table,
        violation=f"{default.qualified} holds at least one row that belongs into the new partition",
        cannot=cannot,
    )
    yield _naming(probe, parent)


def _naming(probe: Probe, parent: Relation) -> Probe:
    """Name the parent too: hazards of the statement are its."""
    from dataclasses import replace

    return replace(probe, objects=(*probe.objects, parent.qualified))


FACT = Fact("partitions", ask)
