"""What comes of a twin, as it was saved once: plans at two sizes, an executed plan, advice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pgplumb.tui.live.twin_work import TwinPlans, WithIndexes
from pgplumb.tui.state import TwinState
from pgplumb.workload.advisor.advice import Advice, AdvisedIndex, Declined, Drop, Effect
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.insights.engine import insights
from pgplumb.workload.plan import Plan, read_plan
from tests.tui.saved import demo_state

MADE_AT = datetime(2026, 3, 14, 14, 3, tzinfo=UTC)
RUNNING = TwinState(made_at=MADE_AT, version="18.6")


@cache
def saved() -> dict[str, Any]:
    """Everything that was saved."""
    found: dict[str, Any] = json.loads(
        Path(__file__).with_name("twin_plans.json").read_text(encoding="utf-8")
    )
    return found


def plan_of(raw: Mapping[str, object], query: str = "SELECT $1") -> Plan:
    """A plan of a "Plan" object."""
    return read_plan([{"Plan": raw}], query, query)


def explained(name: str, *, unknown: tuple[str, ...] = ()) -> Explained:
    """The plans for three settings: "target", "one" or "ten"."""
    found = []
    for setting, raw in saved()[name].items():
        plan = plan_of(raw, saved()["query"])
        found.append(SettingPlan(setting, "", plan, insights(plan), unknown))
    return Explained(tuple(found))


def twin_plans(*, unknown: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> TwinPlans:
    """The plans at both sizes."""
    catalog = demo_state().catalog
    assert catalog is not None
    one, ten = explained("one", unknown=unknown), explained("ten", unknown=unknown)
    return TwinPlans(one, ten, MADE_AT, "18.6", notes, catalog)


def executed() -> SettingPlan:
    """An executed plan."""
    plan = read_plan([saved()["executed"]], saved()["query"], saved()["query"])
    return SettingPlan("common", "", plan, insights(plan))


OLDEST = (
    "DELETE FROM app.comments WHERE id = (SELECT id FROM app.comments WHERE tenant_id = $1"
    " ORDER BY created_at LIMIT $2)"
)


def advice(query: str = OLDEST) -> Advice:
    """Advice with an index that helps one query and hurts another, an index to drop, queries without advice."""
    helps = Effect(query, 1250, 790.3, 11.2, 7805.6, 11.4)
    hurts = Effect("UPDATE app.comments SET body = $1 WHERE id = $2", 400, 8.3, 9.6, 8.3, 9.7)
    first = AdvisedIndex(
        "comments_tenant_id_created_at_idx",
        "CREATE INDEX CONCURRENTLY comments_tenant_id_created_at_idx ON app.comments"
        " (tenant_id, created_at DESC) INCLUDE (id) WHERE deleted_at IS NULL",
        "DROP INDEX CONCURRENTLY app.comments_tenant_id_created_at_idx",
        "app.comments",
        "btree",
        ("tenant_id", "created_at"),
        ("id",),
        "deleted_at IS NULL",
        (helps,),
        (hurts,),
        1_400_000,
        14_200_000,
        62.0,
        "twin",
        ("comments_tenant_id_created_at_idx ends HOT updates of app.comments: 31 % of them are HOT now",),
    )
    second = AdvisedIndex(
        "notifications_created_at_idx",
        "CREATE INDEX CONCURRENTLY notifications_created_at_idx ON app.notifications (created_at)",
        "DROP INDEX CONCURRENTLY app.notifications_created_at_idx",
        "app.notifications",
        "btree",
        ("created_at",),
        (),
        None,
        (Effect("DELETE FROM app.notifications WHERE created_at < $1", 90, 1164.0, 527.3, 8755.6, None),),
        (),
        696_320,
        6_900_000,
        29.0,
        "twin",
    )
    return Advice(
        5_300_000.0,
        1_200_000.0,
        (first, second),
        (
            Drop(
                "app.comments_task_lookup",
                "redundant: app.idx_comments_tenant_id_task_id begins with the same columns",
                "DROP INDEX CONCURRENTLY app.comments_task_lookup",
                "CREATE INDEX comments_task_lookup ON app.comments USING btree (tenant_id)",
                1_310_720,
            ),
        ),
        (
            Declined("UPDATE app.tasks SET status = $1 WHERE id = $2", "needs no index: one call costs 8.3"),
            Declined(
                "SELECT lower(word), count(*) FROM app.comments GROUP BY 1",
                "no condition that an index could serve",
            ),
        ),
        (
            "app.idx_comments_tenant_id_task_id was not scanned, but counters are 3 days old: too young to drop it",
        ),
        {"queries": 15, "planned": 14, "candidates": 25, "plans": 42},
    )


def with_indexes(query: str = OLDEST) -> tuple[WithIndexes, ...]:
    """The plans of a query without and with an index."""
    scan: dict[str, object] = {
        "Node Type": "Seq Scan",
        "Schema": "app",
        "Relation Name": "comments",
        "Alias": "comments",
    }
    index = {**scan, "Node Type": "Index Scan", "Index Name": "comments_tenant_id_created_at_idx"}

    def made(node: dict[str, object], cost: float) -> Plan:
        return plan_of({**node, "Total Cost": cost, "Plan Rows": 1, "Filter": "(tenant_id = $1)"})

    return (WithIndexes(query, made(scan, 790.3), made(index, 11.2), made(scan, 7805.6), made(index, 11.4)),)
