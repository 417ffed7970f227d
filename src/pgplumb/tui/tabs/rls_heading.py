"""The two lines above the RLS list: what there is in numbers, and what the letters mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import count
from pgplumb.tui.tabs.rls_facts import legend
from pgplumb.tui.widgets.ink import Line, Span, line, width_of

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.tui.tabs.rls_census import Census


class Levels(NamedTuple):
    """How many tables have row security, and how far."""

    tables: int = 0
    on: int = 0
    forced: int = 0
    bare: int = 0
    """On, and no policy."""


def count_levels(objects: Iterable[Relation]) -> Levels:
    """Count, partitions included."""
    tables = [r for r in objects if r.is_table]
    guarded = [r for r in tables if r.row_security]
    return Levels(
        len(tables),
        len(guarded),
        sum(r.force_row_security for r in guarded),
        sum(not r.policies for r in guarded),
    )


def figures(levels: Levels, census: Census | None, hidden: int, width: int) -> Line:
    """Return the counts of tables and roles; what does not fit is left out from the end."""
    parts: list[Line] = [
        (Span(count(levels.tables)), Span(" tables", "muted")),
        (Span("RLS on ", "muted"), Span(count(levels.on))),
        (Span("forced ", "muted"), Span(count(levels.forced))),
        (Span("on without policy ", "muted"), Span(count(levels.bare), "warn" if levels.bare else "text")),
        (Span("off ", "muted"), Span(count(levels.tables - levels.on))),
    ]
    if census is not None:
        parts.append((Span(count(len(census.roles))), Span(" roles", "muted")))
        if census.superusers:
            parts.append((Span(superusers(census.superusers), "muted"),))
    if hidden:
        parts.append((Span(f"{count(hidden)} partitions hidden: p", "faint"),))
    gap = "   " if sum(map(width_of, parts[:6])) + 15 <= width else "  "
    spans: list[Span] = []
    for part in parts:
        more = [Span(gap if spans else ""), *part]
        if width_of((*spans, *more)) > width:
            break
        spans += more
    return tuple(spans)


def superusers(roles: tuple[Role, ...]) -> str:
    """Say who is left out of the columns since nothing binds them."""
    if len(roles) <= 2:
        return f"beside superuser{'s' if len(roles) > 1 else ''} {', '.join(role.name for role in roles)}"
    return f"beside {len(roles)} superusers"


def privileges(access: AccessMatrix | Unread | None, census: Census | None, width: int) -> Line:
    """Return the legend with the number of cells of each letter, or why there are none."""
    if access is None:
        return line(Span("who may do what is not read yet", "muted"))
    if isinstance(access, Unread):
        said = f"who may do what could not be read: {access.reason}"
        return line(Span(said, "warn"), Span("   r reads again", "muted"))
    if census is None or not census.roles:
        return line(Span("no role but superusers logs in or was granted anything here", "muted"))
    return legend(census.cells, width)


def left_out(access: AccessMatrix | Unread | None) -> Line | None:
    """Return what is not in the matrix because there is too much of it."""
    if access is None or isinstance(access, Unread) or access.omitted is None:
        return None
    return line(Span(f"! {access.omitted.partition(':')[0]}: too many to ask about at once", "warn"))
