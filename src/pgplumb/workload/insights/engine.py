"""Asks every rule about one plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Insight, Severity
from pgplumb.workload.insights.raw import Explained, read_explained
from pgplumb.workload.insights.registry import all_rules
from pgplumb.workload.insights.rule import Found, Needs, Rule
from pgplumb.workload.plan import Plan

NOTHING = Context()
_ORDER = list(Severity)


def insights(plan: Plan | Mapping[str, object], context: Context = NOTHING) -> tuple[Insight, ...]:
    """Return what the rules find in a plan: the worst first, then in the order of the plan.

    `plan` is a Plan, one element of EXPLAIN (FORMAT JSON) with its times and triggers, or the "Plan" object
    alone; rules that need what is not there are silent. Never raises, whatever the JSON holds.
    """
    if isinstance(plan, Plan):
        context = replace(context, query=context.query or plan.query)
        explained = read_explained(plan.raw, plan.figures)
    else:
        explained = read_explained(plan)
    context = replace(context, settings={**explained.figures.settings, **context.settings})
    found = [(r, f) for r in all_rules() if _applies(r, explained) for f in r.look(explained, context)]
    places = {id(node): place for place, node in enumerate(explained.nodes)}
    kept = _folded([(r, f) for r, f in found if not _explained_by_another(r, f, found)])
    kept.sort(key=lambda both: (_ORDER.index(_severity(*both)), places[id(both[1].node)], both[0].id))
    return tuple(_insight(rule, one) for rule, one in kept)


def _applies(rule: Rule, explained: Explained) -> bool:
    if rule.needs is Needs.ANY:
        return True
    return explained.analysed == (rule.needs is Needs.ANALYSED)


def _folded(found: list[tuple[Rule, Found]]) -> list[tuple[Rule, Found]]:
    """Keep one of all that a rule says about one subject, and count the others."""
    kept: dict[tuple[str, str], Found] = {}
    more: dict[tuple[str, str], int] = {}
    order: list[tuple[Rule, tuple[str, str]]] = []
    for rule, one in found:
        key = (rule.id, one.subject if one.subject is not None else f"node {one.node.path}")
        if key in kept:
            more[key] = more.get(key, 0) + 1
        else:
            kept[key] = one
            order.append((rule, key))
    return [(rule, _counted(kept[key], more.get(key, 0))) for rule, key in order]


def _counted(found: Found, more: int) -> Found:
    if not more:
        return found
    message = f"{found.message}; {more} more nodes of the same table say the same"
    return replace(found, message=message, evidence={**found.evidence, "more_nodes": more})


def _explained_by_another(rule: Rule, one: Found, found: list[tuple[Rule, Found]]) -> bool:
    return any(other.id in rule.yields_to and f.node is one.node for other, f in found)


def _severity(rule: Rule, found: Found) -> Severity:
    return found.severity or rule.severity


def _insight(rule: Rule, found: Found) -> Insight:
    return Insight(
        rule.id,
        f"{found.node.path} {found.node.title}",
        found.message,
        found.evidence,
        _severity(rule, found),
        found.hint or rule.hint,
        rule.advise,
    )
