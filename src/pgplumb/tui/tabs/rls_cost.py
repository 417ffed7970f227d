"""What the detail says of the costs of an object's policies, and how it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.checks.policy_cost_fixes import findings_of
from pgplumb.foundation.text import percent
from pgplumb.rls.cost import words
from pgplumb.tui.live.costed_policies import CostedPolicies
from pgplumb.tui.requests import CostPolicies
from pgplumb.tui.state import Phase
from pgplumb.tui.tabs.rls_detail import Item, title
from pgplumb.tui.tabs.rls_reasons import expression
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.workload.statements import Statements

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation
    from pgplumb.checks.finding import Finding
    from pgplumb.rls.cost.cost import PolicyCost
    from pgplumb.tui.state import State
    from pgplumb.tui.tab import Tab

FIELDS = ("answers", "twin")
"""What of the state this part is drawn from."""
_INDENT = 2
_REASONS = 3
_ASK: Line = (Span("$", "key"), Span(" plan the queries seen, in a twin", "muted"))


def ask(tab: Tab) -> None:
    """Have the costs of all policies worked out, or say why not."""
    state = tab.state
    if state.twin.doing is not None:
        tab.say(f"the twin is at work: {state.twin.doing}", "muted")
    elif (why_not := _impossible(state)) is not None:
        tab.say(f"what policies cost is not known: {why_not}", "muted")
    else:
        tab.request(CostPolicies())


def cost_items(state: State, relation: Relation) -> Iterator[Item]:
    """Yield what is known of the costs of a table's policies, or how to know it."""
    if not relation.row_security or not relation.policies:
        return
    found = state.answers.get(CostPolicies())
    yield title("costs", "costs of policies, by the plans of the queries seen")
    if isinstance(found, CostedPolicies) and _same(found.catalog.relations.get(relation.oid), relation):
        yield from _known(found, relation)
        return
    if state.twin.doing is not None:
        said: Line = (Span(state.twin.doing, "accent"),)
    elif (why_not := _impossible(state)) is not None:
        said = (Span(f"unknown: {why_not}", "unknown"),)
    elif isinstance(found, Unread) or state.twin.why_not is not None:
        reason = found.reason if isinstance(found, Unread) else state.twin.why_not or ""
        said = line(Span(reason, "warn"), Span("   "), *_ASK)
    elif isinstance(found, CostedPolicies):
        said = line(Span("its policies were changed since they were looked at   ", "muted"), *_ASK)
    else:
        said = _ASK
    yield Item("costs", "costs", ((_INDENT, (Span("  "), *said)),))


def _same(then: Relation | None, now: Relation) -> bool:
    """Whether a table has the policies that it had."""
    if then is None or then.row_security is not now.row_security:
        return False
    return then is now or then.policies == now.policies


def _known(found: CostedPolicies, relation: Relation) -> Iterator[Item]:
    own = [cost for cost in found.costs.findings if cost.relation == relation.oid]
    for number, cost in enumerate(own):
        for at, finding in enumerate(findings_of(cost)):
            yield _cost(cost, finding, (number, at))
    if not own:
        said = words.looked(found.costs.looked.get(relation.oid))
        more = f"; {found.costs.planned} were planned" if relation.oid not in found.costs.looked else ""
        lines: list[tuple[int, Line]] = [(_INDENT, (Span("  "), Span(said + more, "muted")))]
        for reason in found.costs.unplanned[:_REASONS]:
            lines.append((_INDENT, (Span("  not planned: ", "muted"), Span(reason, "unknown"))))
        yield Item("costs", "costs", tuple(lines), said)


def _cost(cost: PolicyCost, finding: Finding, key: tuple[int, int]) -> Item:
    head = [Span("! ", "warn"), Span(cost.message)]
    if finding.fix is not None:
        head += [Span("   "), Span("f", "key"), Span(" fix", "muted")]
    lines: list[tuple[int, Line]] = [(_INDENT, tuple(head))]
    if finding.fix is not None and cost.mend is not None and cost.mend.alterations:
        for word, field in (("USING", "using"), ("WITH CHECK", "check")):
            text = finding.fix.fields.get(field)
            lines += expression(word, text if isinstance(text, str) else None, isinstance(text, str))
        proved = f"   proved     the same for {cost.mend.gates} gates of roles and commands"
        lines.append((_INDENT + 12, (Span(proved, "pass"),)))
        for argument in cost.mend.arguments:
            lines.append((_INDENT + 12, (Span(" " * 14), Span(argument, "muted"))))
    if cost.declined is not None:
        lines.append((_INDENT + 12, (Span("   no fix     ", "muted"), Span(cost.declined, "muted"))))
    for effect in cost.effects[:3]:
        share, prices = percent(effect.share), f"{effect.before:,.0f} → {effect.after:,.0f}"
        text = f"   {share:>5}  {prices}  {effect.role}: {words.plain(effect.query)}"
        lines.append((_INDENT + 12, (Span(text, "faint"),)))
    shown = finding if finding.fix is not None else None
    return Item(("costs", *key), "costs", tuple(lines), cost.message, None, shown)


def _impossible(state: State) -> str | None:
    """Return why plans of the queries seen cannot be had."""
    if state.connection.phase is Phase.OFFLINE:
        return "a saved catalog is shown, and a twin is made from a server"
    if isinstance(state.statements, Unread):
        return state.statements.reason
    if not isinstance(state.statements, Statements):
        return "the statements were not read yet"
    return None
