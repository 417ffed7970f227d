"""What policies cost, in the forms of `pgplumb rls`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.checks.policy_cost_fixes import findings_of
from pgplumb.cli.writers.json_values import Json
from pgplumb.migrate.change import Change
from pgplumb.migrate.intents import change_or_why

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.checks.finding import Finding
    from pgplumb.cli.terminal import Screen
    from pgplumb.rls.cost.cost import PolicyCost, PolicyCosts


NAMED = 3
"""Reasons that are told for people."""


def document(costs: PolicyCosts | Unread, catalog: Catalog) -> dict[str, Json]:
    """Return the document of what was found, or of why nothing is known."""
    if isinstance(costs, Unread):
        return {
            "status": "unknown",
            "reason": costs.reason,
            "planned": 0,
            "unplanned": [],
            "limits": [],
            "findings": [],
        }
    return {
        "status": "known",
        "reason": None,
        "planned": costs.planned,
        "unplanned": list(costs.unplanned),
        "limits": list(costs.unseen),
        "findings": [_finding(cost, catalog) for cost in costs.findings],
    }


def _finding(cost: PolicyCost, catalog: Catalog) -> dict[str, Json]:
    return {
        "object": cost.table,
        "kind": cost.kind,
        "policies": sorted(cost.policies),
        "predicate": cost.predicate,
        "where": cost.where,
        "rows": cost.rows,
        "rows_at_least": cost.at_least,
        "saved": round(cost.saved, 4),
        "message": cost.message,
        "queries": [
            {
                "queryid": effect.key[2],
                "role": effect.role,
                "query": effect.query,
                "share": round(effect.share, 4),
                "cost_before": effect.before,
                "cost_after": effect.after,
            }
            for effect in cost.effects
        ],
        "fixes": [made for finding in findings_of(cost) if (made := _fix(finding, catalog)) is not None],
        "proved": _proved(cost),
        "declined": cost.declined,
    }


def _proved(cost: PolicyCost) -> Json:
    if cost.mend is None or not cost.mend.alterations:
        return None
    return {"gates": cost.mend.gates, "arguments": list(cost.mend.arguments)}


def _fix(finding: Finding, catalog: Catalog) -> dict[str, Json] | None:
    change = change_or_why(finding.fix, catalog) if finding.fix is not None else None
    if finding.fix is None or not isinstance(change, Change):
        return None
    fields: dict[str, Json] = {}
    for name, value in sorted(finding.fix.fields.items()):
        fields[name] = value if isinstance(value, str) else list(value) if isinstance(value, tuple) else None
    return {
        "intent": finding.fix.intent,
        "fields": fields,
        "sql": change.up,
        "down": change.down,
        "online": change.online,
    }


def text(costs: PolicyCosts | Unread, catalog: Catalog, screen: Screen) -> Iterator[str]:
    """Give the lines for people."""
    yield ""
    yield screen.paint("What policies cost", "bold")
    if isinstance(costs, Unread):
        yield from screen.wrap(screen.clean(f"unknown: {costs.reason}"), 2, hanging=2)
        return
    planned = "1 statement was" if costs.planned == 1 else f"{costs.planned:,} statements were"
    yield screen.paint(f"  {planned} planned in a twin, as the roles that ran them", "faint")
    for reason in costs.unplanned[:NAMED]:
        yield from screen.wrap(screen.clean(f"not planned: {reason}"), 2, hanging=2)
    for limit in costs.unseen:
        for line in screen.wrap(screen.clean(limit), 2, hanging=2):
            yield screen.paint(line, "faint")
    if not costs.findings:
        partly = bool(costs.unplanned) or not costs.planned
        said = "  nothing was found that would make one of those that were planned cheaper"
        yield screen.paint(said, "faint" if partly else "green")
    for cost in costs.findings:
        yield from _story(cost, catalog, screen)


def _story(cost: PolicyCost, catalog: Catalog, screen: Screen) -> Iterator[str]:
    for number, line in enumerate(screen.wrap(screen.own(screen.clean(f"! {cost.message}")), 2, hanging=2)):
        yield screen.paint(line, "yellow") if not number else line
    for finding in findings_of(cost):
        change = change_or_why(finding.fix, catalog) if finding.fix is not None else None
        for line in change.up.splitlines() if isinstance(change, Change) else ():
            yield screen.paint(f"      {screen.clean(line)}", "cyan")
    if cost.mend is not None and cost.mend.alterations:
        said = f"proved the same for {cost.mend.gates} gates of roles and commands: "
        yield from screen.wrap(screen.clean(said + "; ".join(cost.mend.arguments)), 4, hanging=2)
    if cost.declined is not None:
        yield from screen.wrap(screen.clean(f"not offered: {cost.declined}"), 4, hanging=2)


def markdown(costs: PolicyCosts | Unread) -> Iterator[str]:
    """Give one text a finding, for a review; they are data, not Markdown."""
    if isinstance(costs, Unread):
        yield f"unknown: {costs.reason}"
        return
    if not costs.findings:
        yield f"{costs.planned:,} statements were planned; nothing was found that would make one of them cheaper"
    for cost in costs.findings:
        said = f"; not offered: {cost.declined}" if cost.declined is not None else ""
        yield f"{cost.message}{said}"
