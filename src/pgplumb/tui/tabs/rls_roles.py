"""The other way to look at row security: one line a role, with what it is and on how many objects it meets what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count
from pgplumb.rls.access import COMMANDS, Access
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.rls_detail import Item, title
from pgplumb.tui.tabs.rls_facts import FACTS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Cell, Line, Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Membership, Role
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.tui.tabs.rls_census import Census, Tally

COUNTED = (Access.BYPASS, Access.POLICIES, Access.VIEW, Access.NO_POLICY)
"""The facts that have a column."""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as the list shows it."""

    role: Role
    tally: Tally
    member_of: str
    """The roles that it was granted, by name."""


def role_rows(matrix: AccessMatrix, census: Census) -> list[RoleRow]:
    """Return superusers first, then the roles in the order of the columns."""
    granted: dict[int, list[str]] = {}
    for membership in matrix.catalog.memberships:
        granted.setdefault(membership.member, []).append(matrix.catalog.role_name(membership.role))
    return [
        RoleRow(role, census.tallies[role.oid], ", ".join(sorted(granted.get(role.oid, ()))))
        for role in (*census.superusers, *census.roles)
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


def _figure(counted: Mapping[Access, int], state: Access) -> Cell:
    number = counted.get(state, 0)
    return Span(count(number), FACTS[state].ink) if number else Span(glyphs.DOT, "faint")


def _counted(what: str, state: Access, priority: int) -> Column[RoleRow]:
    def counts(row: RoleRow) -> Counter[Access]:
        return row.tally.reads if what == "reads" else row.tally.writes

    return Column(
        f"{what} {state}",
        f"{what} {FACTS[state].letter}" if state is COUNTED[0] else FACTS[state].letter,
        lambda row: _figure(counts(row), state),
        width=8 if state is COUNTED[0] else 5,
        right=True,
        priority=priority,
        sort=lambda row: counts(row)[state],
        largest_first=True,
    )


COLUMNS: tuple[Column[RoleRow], ...] = (
    Column("role", "role", lambda row: row.role.name, sort=lambda row: row.role.name, max_width=40),
    Column("attributes", "attributes", lambda row: attributes(row.role), max_width=34, priority=1),
    *(_counted("reads", state, at) for at, state in enumerate(COUNTED)),
    *(_counted("writes", state, at) for at, state in enumerate(COUNTED)),
    Column(
        "member",
        "member of",
        lambda row: Span(row.member_of, "muted"),
        min_width=12,
        priority=len(COUNTED),
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


def role_items(matrix: AccessMatrix, role: Role, tally: Tally) -> Iterator[Item]:
    """Yield what the detail says of a role."""
    yield from _by_command(tally)
    catalog = matrix.catalog
    own = sum(r.owner == role.oid for r in matrix.objects)
    if own:
        yield Item("owns", "memberships", ((9, _said("owns", Span(f"{count(own)} objects"))),), "")
    for membership in catalog.memberships:
        if membership.member == role.oid:
            yield _membership(membership, "member of", catalog.roles.get(membership.role))
    for membership in catalog.memberships:
        if membership.role == role.oid:
            yield _membership(membership, "granted to", catalog.roles.get(membership.member))


def _by_command(tally: Tally) -> Iterator[Item]:
    """Yield a line a fact with the number of objects by command."""
    heads = "".join(f"{command:>9}" for command in COMMANDS)
    yield title("access", f"{'objects':<27}{heads}")
    for state, fact in FACTS.items():
        numbers = [tally.by_command[command][state] for command in COMMANDS]
        if any(numbers):
            spans = [Span(f"{fact.letter}  ", fact.ink), Span(f"{fact.word:<24}")]
            spans += [Span(f"{count(n):>9}", "text" if n else "faint") for n in numbers]
            yield Item(state, "access", ((0, tuple(spans)),), f"{fact.word}: {sum(numbers)}")


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
