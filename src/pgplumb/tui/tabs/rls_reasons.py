"""What the detail says of one object and role: the facts of each command, the policies, what the checklist found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Text, Unread
from pgplumb.rls.access import Access, AccessCell
from pgplumb.sql.highlight import highlight
from pgplumb.tui.marks import badness, mark_of
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.rls_detail import Item
from pgplumb.tui.tabs.rls_facts import FACTS, letter, level, works_as
from pgplumb.tui.tabs.table_rows import KIND_WORDS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, text_of
from pgplumb.tui.widgets.sql_view import sql_lines

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Role
    from pgplumb.catalog.relation import Policy, Relation
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding
    from pgplumb.rls.access import AccessMatrix

ARROW = Span(f" {glyphs.ARROW} ", "faint")
POLICY_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
LEVELS = ("RLS off", "RLS on", "RLS forced")
SQL_INDENT = 14
BEFORE_BASES = 2
"""Reasons of a view before those about what it reads: the privilege, and as whom it works."""

Findings = Sequence[tuple["RuleResult", "Finding"]]


@dataclass(frozen=True, slots=True)
class Alike:
    """Commands of which a cell says the same, but for the command's name."""

    commands: tuple[str, ...]
    cell: AccessCell
    """That of the first."""
    reasons: tuple[str, ...]
    """With all commands named."""


def alike(cells: Sequence[AccessCell]) -> list[Alike]:
    """Put together the cells of one object and role that differ in the command's name alone."""
    found: dict[object, list[AccessCell]] = {}
    for cell in cells:
        found.setdefault((cell.state, cell.columns_only, _patterns(cell)), []).append(cell)
    return [_together(group) for group in found.values()]


def _patterns(cell: AccessCell) -> tuple[str, ...]:
    """Return the reasons with a hole for the command. A name that contains it keeps its cell apart."""
    if any(reason.count(cell.command) > 1 for reason in cell.reasons):
        return (cell.command, *cell.reasons)
    return tuple(reason.replace(cell.command, "\0") for reason in cell.reasons)


def _together(cells: list[AccessCell]) -> Alike:
    commands = tuple(cell.command for cell in cells)
    if len(cells) == 1:
        return Alike(commands, cells[0], cells[0].reasons)
    reasons = tuple(pattern.replace("\0", ", ".join(commands)) for pattern in _patterns(cells[0]))
    return Alike(commands, cells[0], reasons)


def commands(matrix: AccessMatrix, relation: Relation, role: Role) -> Iterator[Item]:
    """Yield an item for each set of commands that meet the same facts, and below a view its tables."""
    cells = [matrix.cell(relation.oid, role.oid, command) for command in matrix.commands(relation.oid)]
    own = Place("tables", relation.id, "policies" if relation.is_table else "")
    for group in alike(cells):
        fact = FACTS[group.cell.state]
        head: list[Span] = [letter(group.cell.state), Span("  "), Span("  ".join(group.commands), "strong")]
        below = BEFORE_BASES if group.cell.state is Access.VIEW else len(group.reasons)
        chain = _chain(group.reasons[:below])
        if group.cell.state is Access.DENIED:
            lines: tuple[tuple[int, Line], ...] = ((3, (*head, Span("   "), *_muted(chain))),)
        else:
            head.append(Span(f"   {fact.word}"))
            if group.cell.columns_only:
                head.append(Span("   on some columns only", "accent"))
            lines = ((3, tuple(head)), (5, (Span("   "), *chain)))
        copy = f"{', '.join(group.commands)}: {fact.word}: {text_of(_chain(group.reasons))}"
        yield Item((group.commands, 0), "access", lines, copy, own)
        for at, reason in enumerate(group.reasons[below:], 1):
            base = _named(matrix.catalog, relation, reason)
            target = Place("rls", base.id) if base else own
            text = (Span("     "), Span(reason, "link" if base else "text"))
            yield Item((group.commands, at), "access", ((7, text),), reason, target)


def _chain(reasons: Sequence[str]) -> Line:
    spans: list[Span] = []
    for reason in reasons:
        spans += [ARROW] * bool(spans) + [Span(reason)]
    return tuple(spans)


def _muted(chain: Line) -> Line:
    return tuple(Span(text, "muted" if ink == "text" else ink) for text, ink in chain)


def _named(catalog: Catalog, view: Relation, reason: str) -> Relation | None:
    """Return the relation below a view that a reason is about."""
    seen, waiting = {view.oid}, [view]
    while waiting:
        for oid in waiting.pop().depends_on:
            base = catalog.relations.get(oid)
            if base is None or oid in seen:
                continue
            seen.add(oid)
            if reason.startswith(f"{base.qualified} as ") or reason == f"reads the view {base.qualified}":
                return base
            if base.kind == "v":
                waiting.append(base)
    return None


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
        lines += _expression("USING", policy.using, policy.has_using)
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


def _expression(word: str, text: Text | None, has: bool) -> Iterator[tuple[int, Line]]:
    if not has:
        return
    label = Span(f"  {word:<{SQL_INDENT - 2}}", "muted")
    if text is None or isinstance(text, Unread):
        yield SQL_INDENT, (label, Span(text.reason if text else "not read yet", "warn"))
        return
    for at, one in enumerate(sql_lines(text, highlight)):
        yield SQL_INDENT + 2, (Span(" " * SQL_INDENT) if at else label, *one)


def _check(policy: Policy) -> Iterator[tuple[int, Line]]:
    if policy.has_check:
        yield from _expression("WITH CHECK", policy.check, True)
    elif policy.has_using:
        label = Span(f"  {'WITH CHECK':<{SQL_INDENT - 2}}", "muted")
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
