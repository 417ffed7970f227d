"""The other way to look at row security: one line a role, what it is, and how many of its cells have which verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count
from pgplumb.rls.access import COMMANDS
from pgplumb.rls.verdict import Verdict
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.rls_detail import Item, title
from pgplumb.tui.tabs.rls_facts import LOOKS, letters
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import GAP, Column
from pgplumb.tui.widgets.ink import Cell, Line, Span, text_of
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgplumb.catalog.model import Catalog, Membership, Role
    from pgplumb.tui.tabs.rls_rows import RlsRow
    from pgplumb.tui.verdicts import Verdicts

_INITIALS = "".join(f"{command[0]} " for command in COMMANDS)


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as the list shows it."""

    role: Role
    tally: Counter[Verdict]
    member_of: str
    """The roles that it was granted, by name."""


def role_rows(verdicts: Verdicts) -> list[RoleRow]:
    """Return the roles in the order of the columns, then those that nothing binds."""
    catalog = verdicts.judgement.matrix.catalog
    granted: dict[int, list[str]] = {}
    for membership in catalog.memberships:
        granted.setdefault(membership.member, []).append(catalog.role_name(membership.role))
    return [
        RoleRow(role, verdicts.tallies[role.name], ", ".join(sorted(granted.get(role.oid, ()))))
        for role in (*verdicts.roles, *verdicts.unbound)
    ]


def attributes(role: Role) -> Line:
    """Return what a role is allowed beyond its grants, as far as row security goes."""
    facts = [Span("logs in") if role.can_login else Span("NOLOGIN", "muted")]
    if role.superuser:
        facts.append(Span("superuser", "warn"))
    elif role.bypass_rls:
        facts.append(Span("BYPASSRLS", "warn"))
    if not role.inherit:
        facts.append(Span("NOINHERIT", "accent"))
    spans: list[Span] = []
    for fact in facts:
        spans += [Span(f" {glyphs.DOT} ", "faint")] * bool(spans) + [fact]
    return tuple(spans)


def _counted(verdict: Verdict) -> Column[RoleRow]:
    shown = LOOKS[verdict]

    def cell(row: RoleRow) -> Cell:
        number = row.tally[verdict]
        return Span(count(number), shown.ink) if number else Span(glyphs.DOT, "faint")

    return Column(
        verdict.value,
        verdict.value,
        cell,
        width=8,
        right=True,
        priority=1 if verdict is Verdict.DENIED else 0,
        sort=lambda row: row.tally[verdict],
        largest_first=True,
    )


COLUMNS: tuple[Column[RoleRow], ...] = (
    Column("role", "role", lambda row: row.role.name, sort=lambda row: row.role.name, max_width=40),
    Column("attributes", "attributes", lambda row: attributes(row.role), max_width=34, priority=2),
    *map(_counted, LOOKS),
    Column(
        "member",
        "member of",
        lambda row: Span(row.member_of, "muted"),
        min_width=12,
        priority=4,
        grow=True,
        sort=lambda row: row.member_of,
    ),
)


class RoleTable(LineTable[RoleRow]):
    """The list of roles."""

    def __init__(self) -> None:
        super().__init__(
            COLUMNS,
            key=lambda row: row.role.oid,
            text=lambda row: f"{row.role.name} {row.member_of}",
            kinds=RowKind(copy=lambda row: row.role.name),
        )

    def ground_width(self, y: int) -> int:
        """The cursor's ground ends before the figures, as it ends before the letters of objects."""
        first = next((p.x for p in self._columns() if p.column.right), None)
        return super().ground_width(y) if first is None else first - GAP


def role_line(catalog: Catalog, role: Role) -> Line:
    """Return the line about a role: attributes, and what it was granted membership in."""
    spans: list[Span] = [*attributes(role)]
    granted = sorted(
        (catalog.role_name(m.role), m.inherit) for m in catalog.memberships if m.member == role.oid
    )
    for at, (name, inherits) in enumerate(granted):
        spans.append(Span(", " if at else f" {glyphs.DOT} member of ", "muted"))
        spans.append(Span(name if inherits else f"{name} (not inherited)", "muted"))
    return tuple(spans)


def role_items(verdicts: Verdicts, role: Role, rows: Sequence[RlsRow]) -> Iterator[Item]:
    """Yield what the detail says of a role: its letters for each object that it may use, then memberships."""
    yield from _objects(verdicts, role, rows)
    matrix = verdicts.judgement.matrix
    own = sum(r.owner == role.oid for r in matrix.objects)
    held = [m for m in matrix.catalog.memberships if role.oid in (m.member, m.role)]
    if own or held:
        yield title("memberships", "memberships")
    if own:
        yield Item("owns", "memberships", ((9, _said("owns", Span(f"{count(own)} objects"))),), "")
    for membership in held:
        if membership.member == role.oid:
            yield _membership(membership, "member of", matrix.catalog.roles.get(membership.role))
    for membership in held:
        if membership.role == role.oid:
            yield _membership(membership, "granted to", matrix.catalog.roles.get(membership.member))


def _objects(verdicts: Verdicts, role: Role, rows: Sequence[RlsRow]) -> Iterator[Item]:
    ranked = [
        (min((verdicts.rank(cell) for cell in row.cells.get(role.name, ())), default=5), row) for row in rows
    ]
    used = sorted(((rank, row) for rank, row in ranked if rank < 5), key=lambda pair: pair[0])
    yield title("objects", f"{_INITIALS}   {count(len(used))} objects, {count(len(rows) - len(used))} denied")
    for _, row in used:
        shown = letters(verdicts, row.cells[role.name])
        pad = Span(" " * max(13 - len(text_of(shown)), 1))
        yield Item(
            ("object", row.id), "objects", ((13, (*shown, pad, Span(row.qualified))),), row.qualified,
            Place("rls", row.id),
        )  # fmt: skip


def _membership(membership: Membership, how: str, other: Role | None) -> Item:
    rights = "inherits" if membership.inherit else "does not inherit"
    may_set = "may SET ROLE" if membership.set_role else "may not SET ROLE"
    note = f"{rights}, {may_set}{', ADMIN OPTION' if membership.admin else ''}"
    name = other.name if other else "a role that is gone"
    spans = (*_said(how, Span(name, "link" if other else "muted")), Span(f"   {note}", "muted"))
    key = (how, membership.role, membership.member)
    return Item(key, "memberships", ((14, spans),), name, Place("rls", other.id) if other else None)


def _said(what: str, value: Span) -> Line:
    return (Span(f"{what:<14}", "muted"), value)
