"""The planner prices random reads as solid-state storage has them."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import known_value

_COST = 2.0


def check(facts: Facts, report: Report) -> None:
    """Look at random_page_cost; whether disks spin cannot be seen from here."""
    report.checked()
    value = known_value("random_page_cost", facts, report)
    if value is None:
        return
    if float(value) > facts.profile.threshold("random-page-cost-ssd", _COST):
        report.fail(
            "setting:random_page_cost",
            f"random_page_cost is {value}: on solid-state or cloud storage that keeps the planner from "
            "using indexes",
            {"value": value},
            fix=Fix("alter-system-setting", {"setting": "random_page_cost", "value": "1.1"}),
        )


RULE = Rule(
    id="random-page-cost-ssd",
    title="random_page_cost fits the storage",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="random_page_cost is at most 2 (threshold random-page-cost-ssd). Waive it on spinning disks.",
    why="The built-in 4 stands for disks whose head has to move. Where a random read costs about what a "
    "sequential one does, it makes index scans look four times as dear as they are.",
    source="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-RANDOM-PAGE-COST",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides the setting",
)
