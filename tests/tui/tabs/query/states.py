"""States of the Queries tab: the sample database's statements as they were saved once, with a clock of their own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pgplumb.tui.state import State
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.insights.engine import insights
from pgplumb.workload.plan import Plan, Unplanned
from pgplumb.workload.plan_node import read_node
from pgplumb.workload.statements import Statement, Statements
from tests.tui.saved import demo_state
from tests.tui.tabs.query.entries import NOON


def statements() -> tuple[Statement, ...]:
    """What applications ran: of every entry the text is known."""
    found = demo_state().statements
    assert isinstance(found, Statements)
    return tuple(e for e in found.entries if e.role != "postgres" and e.query is not None)


def totals(*entries: Statement, seconds: float = 0.0) -> Statements:
    """A reading so many seconds after noon, three hours after the reset."""
    found = demo_state().statements
    assert isinstance(found, Statements)
    at = NOON + timedelta(seconds=seconds)
    return replace(found, read_at=at, stats_reset=NOON - timedelta(hours=3), entries=entries or statements())


def lately(*entries: Statement) -> Statements:
    """What ran in the last four minutes: the same statements, a tenth as often."""
    ran = entries or tuple(
        replace(
            e,
            calls=max(e.calls // 10, 1),
            total_ms=e.total_ms / 10,
            rows=e.rows // 10,
            min_ms=None,
            max_ms=None,
        )
        for e in statements()[:12]
    )
    return replace(totals(*ran), seconds=252.0)


def queries(**changes: object) -> State:
    """A live state with both."""
    state = replace(demo_state(), statements=totals(), statements_since=lately())
    return replace(state, **changes)  # type: ignore[arg-type]


def busy(tens: int) -> Statements:
    """A reading after so many times ten seconds, in which statements come and go."""
    grown = []
    for number, one in enumerate(statements()):
        shape = [(7 * n * (number + 3) + number) % 11 for n in range(1, tens + 1)]
        wave = sum(max(step - number % 5, 0) for step in shape)
        share = one.total_ms / 400
        grown.append(
            replace(one, calls=one.calls + wave + tens, total_ms=one.total_ms + share * wave) if wave else one
        )
    return totals(*grown, seconds=10.0 * tens)


def explained(*plans: Plan | Unplanned) -> Explained:
    """An answer: the generic plan, then those for common and rare values."""
    settings = ("generic", "common", "rare")
    return Explained(
        tuple(
            SettingPlan(setting, "", plan, insights(plan) if isinstance(plan, Plan) else ())
            for setting, plan in zip(settings, plans, strict=False)
        )
    )


def saved_plan() -> Plan:
    """A plan as EXPLAIN printed it once."""
    raw = json.loads(Path(__file__).with_name("plan.json").read_text(encoding="utf-8"))
    return Plan(read_node(raw), "", False, 1, raw)
