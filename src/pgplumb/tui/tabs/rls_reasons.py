"""What the detail says of an object beside verdicts: policies, the ways around them, what the checklist found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Text, Unread
from pgplumb.tui.marks import badness, mark_of
from pgplumb.tui.objects import place_of
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.rls_detail import Item
from pgplumb.tui.tabs.rls_facts import level, works_as
from pgplumb.tui.tabs.rls_predicate import predicate_lines
from pgplumb.tui.tabs.table_columns import KIND_WORDS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, text_of

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Function, Role
    from pgplumb.catalog.relation import Policy, Relation
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.rls.side_channels import SideChannel

POLICY_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
LEVELS = ("RLS off", "RLS on", "RLS forced")
SQL_INDENT = 14

Findings = Sequence[tuple["RuleResult", "Finding"]]


def policies(
    catalog: Catalog, matrix: AccessMatrix | None, relation: Relation, role: Role | None
) -> Iterator[Item]:
    """Yield an item a policy: what it is, whether it is for the role, and its expressions."""
    own = Place("tables", relation.id, "policies")
    for policy in relation.policies:
        to = ", ".join(catalog.role_name(oid) for oid in policy.roles or (0,))
        head = [
            Span(policy.name, "strong"),
            Span(
                f"   {'permissive' if policy.permissive else 'restrictive'}",
                "muted" if policy.permissive else "accent",
            ),
            Span(f"   {POLICY_COMMANDS[policy.command]}   to {to}", "muted"),
        ]
        if role is not None and matrix is not None:
            head.append(_for_role(matrix, relation, policy, role))
        lines: list[tuple[int, Line]] = [(2, tuple(head))]
        lines += expression("USING", policy.using, policy.has_using)
        if policy.command in "*wa":
            lines += _check(policy)
        copy = "\n".join(text_of(one).strip() for _, one in lines)
        yield Item(policy.oid, "policies", tuple(lines), copy, own)


def _for_role(matrix: AccessMatrix, relation: Relation, policy: Policy, role: Role) -> Span:
    """Say whether a policy is for a role, and whether it binds it."""
    if not any(oid == 0 or (role.oid, oid) in matrix.usage for oid in policy.roles):
        return Span(f"   not for {role.name}", "faint")
    command = "SELECT" if policy.command == "*" else POLICY_COMMANDS[policy.command]
    bypass = matrix.binding(relation, role.oid, command).bypass
    if bypass is not None:
        return Span(f"   does not bind {role.name}: {bypass}", "warn")
    return Span(f"   binds {role.name}", "accent")


def expression(word: str, text: Text | None, has: bool) -> Iterator[tuple[int, Line]]:
    if not has:
        return
    label = Span(f"   {word:<{SQL_INDENT - 3}}", "muted")
    if text is None or isinstance(text, Unread):
        yield SQL_INDENT, (label, Span(text.reason if text else "not read yet", "warn"))
        return
    for at, one in enumerate(predicate_lines(text)):
        yield SQL_INDENT + 2, (Span(" " * SQL_INDENT) if at else label, *one)


def _check(policy: Policy) -> Iterator[tuple[int, Line]]:
    if policy.has_check:
        yield from expression("WITH CHECK", policy.check, True)
    elif policy.has_using:
        label = Span(f"   {'WITH CHECK':<{SQL_INDENT - 3}}", "muted")
        yield SQL_INDENT, (label, Span("none of its own: new rows are held to USING", "muted"))


def found(findings: Findings) -> Iterator[Item]:
    """Yield an item a finding, the worst first."""
    for result, finding in sorted(findings, key=lambda pair: badness(mark_of(pair[0]))):
        mark = mark_of(result)
        spans = [Span(f"{mark.glyph} {mark.word:<6}", mark.ink), Span(finding.message)]
        if finding.fix is not None:
            spans += [Span("   "), Span("f", "key"), Span(" fix", "muted")]
        key = ("finding", result.rule.id, finding.object, finding.message)
        yield Item(key, "checklist", ((8, tuple(spans)),), finding.message, None, finding)


def channels(catalog: Catalog, found: Sequence[SideChannel]) -> Iterator[Item]:
    """Yield an item a way around row security."""
    for channel in found:
        head = (Span("! ", "warn"), Span(channel.kind, "strong"), Span(f"   {channel.object}", "muted"))
        lines = ((2, head), (2, (Span("  "), Span(channel.message))))
        target = place_of(channel.object, catalog)
        yield Item(("channel", channel), "around", lines, channel.message, target)


def function_line(catalog: Catalog, function: Function) -> Line:
    """Return the line about a function."""
    facts = ["function", f"owner {catalog.role_name(function.owner)}", "SECURITY DEFINER", function.language]
    text = f"   {f' {glyphs.DOT} '.join(facts)}"
    return (Span("  "), Span(function.id.removeprefix("function:"), "strong"), Span(text, "muted"))


def object_line(catalog: Catalog, relation: Relation, note: Line) -> Line:
    """Return the line about an object."""
    facts = [KIND_WORDS.get(relation.kind, relation.kind), f"owner {catalog.role_name(relation.owner)}"]
    if relation.is_partition:
        facts[0] = f"partition of {catalog.root(relation).qualified}"
    at = level(relation)
    if at is not None:
        number = len(relation.policies)
        facts += [LEVELS[at], f"{number} {'policy' if number == 1 else 'policies'}"]
    elif relation.kind == "v":
        facts.append(f"works as its {works_as(relation)}")
    else:
        facts.append("cannot have row security")
    text = f"   {f' {glyphs.DOT} '.join(facts)}"
    return (Span("  "), Span(relation.qualified, "strong"), Span(text, "muted"), *note)
