"""Nothing stands in the way of pg_upgrade to the next major version."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id, part

_SLOTS_KEPT = 170000
_CHILDREN_LOOKED_AT = 180000
_REMOVED = {"adminpack": 17, "old_snapshot": 17}
"""Extensions that no longer come with PostgreSQL, by the first major version without them."""


def check_relation(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for inheriting tables whose columns may be null where the parent's may not: 18 refuses them."""
    if relation.kind != "r" or relation.is_partition or facts.catalog.server_version >= _CHILDREN_LOOKED_AT:
        return
    parents = [p for oid in relation.parents if (p := facts.catalog.relations.get(oid)) is not None]
    if not parents:
        return
    report.checked()
    required = {c.name for parent in parents for c in parent.columns if c.not_null}
    for column in relation.columns:
        if column.name in required and not column.not_null:
            report.fail(
                relation.column_id(column),
                f"{relation.qualified}.{part(column.name)} may be NULL, and {parents[0].qualified}, from which it is "
                "inherited, forbids that: pg_upgrade to 18 refuses this database",
                {"column": column.name},
                related=(relation.id, *(parent.id for parent in parents)),
                fix=Fix("set-not-null", {"table": relation.qualified, "column": column.name}),
            )


def check(facts: Facts, report: Report) -> None:
    """Look at prepared transactions, at logical slots that would be lost or are, and at extensions that are no more."""
    catalog = facts.catalog
    report.checked()
    for extension in sorted(catalog.extensions.values(), key=lambda e: e.name):
        gone = _REMOVED.get(extension.name)
        if gone is not None and catalog.server_version < gone * 10000:
            report.fail(
                extension.id,
                f"{extension.name} does not come with PostgreSQL {gone} any more: pg_upgrade to it fails",
                {"version": extension.version, "gone_in": gone},
            )
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    for prepared in statistics.prepared:
        report.fail(
            object_id("database", prepared.database),
            f"the prepared transaction {prepared.gid} was not ended: pg_upgrade refuses to start",
            {"gid": prepared.gid, "owner": prepared.owner},
        )
    slots = statistics.slots
    if isinstance(slots, Unread):
        report.unknown(f"replication slots: {slots.reason}")
        return
    for slot in slots:
        if slot.slot_type != "logical" or slot.temporary:
            continue
        if catalog.server_version < _SLOTS_KEPT:
            why = "pg_upgrade keeps logical slots from 17 on: its reader has to begin anew"
        elif slot.wal_status == "lost":
            why = "it lost its WAL, and pg_upgrade refuses a server with such a slot"
        else:
            continue
        evidence = {"plugin": slot.plugin, "wal_status": slot.wal_status}
        report.fail(object_id("slot", slot.name), f"the logical slot {slot.name}: {why}", evidence)


RULE = Rule(
    id="upgrade-ready",
    title="Nothing stands in the way of pg_upgrade",
    category=Category.AVAILABILITY,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="There is no prepared transaction, no logical slot that pg_upgrade loses (before 17) or refuses (lost WAL), "
    "no extension that later versions lack, and no inheriting table without its parent's NOT NULL (before 18). "
    "Types of columns are no-unsupported-reg-types and no-removed-types.",
    why="Each of them is found by pg_upgrade --check at the earliest, often only in the maintenance window. All of "
    "them can be put right in advance, while the application runs.",
    source="https://www.postgresql.org/docs/current/pgupgrade.html",
    looks_at="pg_prepared_xacts, pg_replication_slots, pg_extension, pg_inherits, pg_attribute.attnotnull",
    each_relation=check_relation,
    whole=check,
    whole_reads=("statistics", "catalog.extensions"),
    unknown_when="the statistics or the replication slots were not read; other databases of the server are not looked "
    "at, nor are the texts of views and functions",
)
