"""What the detail says of the cells of one object and role: the verdict, and everything that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.rls.accepted import acceptance, key_of
from pgplumb.rls.verdict import Branch, Cell, Ground, Verdict
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.rls_detail import Item
from pgplumb.tui.tabs.rls_facts import EXCUSED, look
from pgplumb.tui.tabs.rls_grants import granted
from pgplumb.tui.tabs.rls_next import next_keys
from pgplumb.tui.tabs.rls_reasons import SQL_INDENT, expression
from pgplumb.tui.tabs.rls_words import reason_text, sentence
from pgplumb.tui.widgets.ink import InkName, Line, Span, text_of

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.tui.verdicts import Verdicts

INDENT = 3
GROUNDS = {
    Ground.ALWAYS: "always",
    Ground.ROW_FLAG: "a flag of the row",
    Ground.NULL_TENANT: "rows without a tenant",
    Ground.UNSET_SESSION: "a session that says nothing",
    Ground.FORGEABLE_SETTING: "a setting that anybody may set",
    Ground.SIGNED_CLAIM: "a signed claim",
    Ground.ADMIN_ROW: "an administrator's row",
    Ground.CONSTANT_TENANT: "a constant tenant",
    Ground.INEQUALITY: "an inequality",
    Ground.FOREIGN_WRITE: "a write beyond the tenant",
    Ground.TWO_STEP: "two steps",
    Ground.UNREAD: "not read",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of one object and role of which the same is said, but for the command."""

    cells: tuple[Cell, ...]

    @property
    def first(self) -> Cell:
        """The cell that speaks for all."""
        return self.cells[0]

    @property
    def commands(self) -> tuple[str, ...]:
        """Their commands."""
        return tuple(cell.command for cell in self.cells)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The chain of facts, all commands named."""
        if len(self.cells) == 1:
            return self.first.reasons
        return tuple(pattern.replace("\0", ", ".join(self.commands)) for pattern in _patterns(self.first))


def groups(verdicts: Verdicts, cells: Sequence[Cell]) -> list[Group]:
    """Put together cells that differ in the command's name alone, the worst first."""
    found: dict[object, list[Cell]] = {}
    for cell in sorted(cells, key=verdicts.rank):
        key = (look(verdicts, cell), cell.using, cell.check, cell.branches, cell.assumptions, _patterns(cell))
        found.setdefault(key, []).append(cell)
    return [Group(tuple(group)) for group in found.values()]


def _patterns(cell: Cell) -> tuple[str, ...]:
    """Return the reasons with a hole for the command. A name that contains it keeps its cell apart."""
    if any(reason.count(cell.command) > 1 for reason in cell.reasons):
        return (cell.command, *cell.reasons)
    return tuple(reason.replace(cell.command, "\0") for reason in cell.reasons)


def verdict_items(verdicts: Verdicts, catalog: Catalog, cells: Sequence[Cell]) -> Iterator[Item]:
    """Yield, for each group of cells, its verdict with reasons and predicates, then a line for each branch."""
    relation = catalog.relations.get(cells[0].relation or 0) if cells else None
    for group in groups(verdicts, cells):
        yield _verdict(verdicts, group, relation)
        cell = group.first
        for at, branch in enumerate(cell.branches):
            yield _branch(verdicts, group, branch, at)
        for name in cell.reaches if cell.verdict is not Verdict.DENIED else ():
            text = (Span("   reaches    ", "muted"), Span(name, "link"))
            target = _reached(catalog, name)
            yield Item(
                (*group.commands, "reaches", name),
                "verdicts",
                ((SQL_INDENT, text),),
                name,
                target,
                cells=group.cells,
            )


def _verdict(verdicts: Verdicts, group: Group, relation: Relation | None) -> Item:
    cell = group.first
    shown = look(verdicts, cell)
    head: list[Span] = [
        Span(f"{shown.glyph} ", shown.ink),
        Span("  ".join(group.commands), "strong"),
        Span("   "),
        Span(shown.word, shown.ink),
    ]
    if cell.policies:
        head.append(Span(f"   through {', '.join(cell.policies)}", "muted"))
    lines: list[tuple[int, Line]] = [(INDENT, tuple(head))]
    said = sentence(group.cells, shown)
    if said is not None:
        lines.append((INDENT + 2, (Span(" " * INDENT), said)))
    told = {_leak(branch) for branch in cell.branches}
    for at, reason in enumerate(group.reasons):
        if not any(text in reason for text in told):
            ink: InkName = "fail" if reason.startswith("witness:") else "muted"
            by = _granted(verdicts, relation, group) if at == 0 else ""
            lines.append((INDENT + 2, (Span(" " * INDENT), Span(f"{reason_text(reason)}{by}", ink))))
    lines += expression("USING", cell.using, cell.using is not None)
    lines += expression("WITH CHECK", cell.check, cell.check is not None)
    for text in cell.assumptions:
        lines.append((INDENT + 2, (Span("   assumed    ", "muted"), Span(text, "muted"))))
    if verdicts.waits(cell):
        lines.append((INDENT + 2, _witness(verdicts, cell)))
    for one in verdicts.excused.get(key_of(cell), ()) if shown is EXCUSED else ():
        until = f", until {one.until.isoformat()}" if one.until else ""
        lines.append((INDENT + 2, (Span(f"   accepted by {one.by}{until}: ", "waived"), Span(one.reason))))
    keys = next_keys(verdicts, relation, cell)
    if keys:
        lines.append((SQL_INDENT, keys))
    copy = "\n".join(text_of(text).strip() for _, text in lines)
    return Item((*group.commands, "verdict"), "verdicts", tuple(lines), copy, cells=group.cells)


def _granted(verdicts: Verdicts, relation: Relation | None, group: Group) -> str:
    """Return by which grant the role may run the commands, as the end of a sentence."""
    matrix = verdicts.judgement.matrix
    role = next((one for one in matrix.roles if one.name == group.first.role), None)
    if relation is None or role is None or group.first.verdict is Verdict.DENIED:
        return ""
    by = granted(matrix.catalog, relation, role, group.commands)
    return f": {by}" if by else ""


def _witness(verdicts: Verdicts, cell: Cell) -> Line:
    if key_of(cell) in verdicts.sought:
        return (Span("   no row was found that passes: it stays suspected", "muted"),)
    if verdicts.seeking:
        return (Span("   a witness is being sought", "muted"),)
    return (Span("   no row was seen to pass yet   ", "muted"), Span("W", "key"), Span(" seek one", "muted"))


def _branch(verdicts: Verdicts, group: Group, branch: Branch, at: int) -> Item:
    accepted = acceptance(group.first, branch, verdicts.accepted, verdicts.on)
    confirmed = Span("seen to pass", "fail") if branch.confirmed else Span("not seen to pass", "warn")
    said: list[Span] = [Span(" " * SQL_INDENT), Span(GROUNDS[branch.ground], "strong")]
    if branch.ground is not Ground.UNREAD:
        said += [Span("   "), confirmed]
    if branch.policies and len(set(group.first.policies)) > 1:
        said.append(Span(f"   policy {', '.join(branch.policies)}", "muted"))
    if accepted is not None:
        said.append(Span(f"   accepted: {accepted.reason}", "waived"))
    elif branch.ground is not Ground.UNREAD:
        said += [Span("   "), Span("a", "key"), Span(" accept", "muted")]
    word = "not read" if branch.ground is Ground.UNREAD else "leak"
    lines = [*expression(word, branch.text, True), (SQL_INDENT, tuple(said))]
    key = (*group.commands, "branch", at)
    return Item(key, "verdicts", tuple(lines), branch.text, cells=group.cells, branch=branch)


def _leak(branch: Branch) -> str:
    return f": {branch.text}"


def _reached(catalog: Catalog, name: str) -> Place | None:
    found = next((r for r in catalog.relations.values() if r.qualified == name and r.kind in "rpvmf"), None)
    return Place("rls", found.id) if found else None
