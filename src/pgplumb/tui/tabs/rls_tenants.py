"""Confirms whose rows are whose: shows what was inferred, and keeps in the profile what somebody has looked through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.foundation.profile import FILE_NAME, ProfileError
from pgplumb.foundation.text import count
from pgplumb.rls.tenant_paths import path_text
from pgplumb.tui.requests import ReadProfile
from pgplumb.tui.widgets.ink import Line, Span, line

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.foundation.profile import ConfirmedTenants
    from pgplumb.rls.tenant_map import TenantMap
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.verdicts import Verdicts

_WITHOUT = 12
"""Tables without a tenant that are named."""


def confirm(tab: Tab, verdicts: Verdicts) -> None:
    """Show the map with what it rests on; when that is agreed to, write it into the profile and judge by it."""
    from pgplumb.rls.tenants import to_confirm
    from pgplumb.tui.screens.confirm import ConfirmScreen
    from pgplumb.tui.screens.waiver import who

    catalog, found = verdicts.judgement.matrix.catalog, verdicts.judgement.tenants
    if not found.path_of:
        tab.say("no tenant was found: state tenant_columns in pgplumb.toml", "warn")
        return
    confirmed = to_confirm(catalog, found, who() or "unknown", date.today())
    path = Path.cwd() / FILE_NAME

    def agreed(yes: bool | None) -> None:
        if yes:
            _write(tab, path, confirmed)

    tab.app.push_screen(ConfirmScreen("Are these the tenants?", list(lines(catalog, found, path))), agreed)


def _write(tab: Tab, path: Path, confirmed: ConfirmedTenants) -> None:
    from pgplumb.foundation.profile_tenants import confirm_tenants

    try:
        confirm_tenants(path, confirmed)
    except ProfileError as error:
        tab.say(str(error), "fail")
        return
    tab.request(ReadProfile())
    tab.say(f"confirmed, in {FILE_NAME}", "pass")


def lines(catalog: Catalog, found: TenantMap, path: Path) -> Iterator[Line]:
    """Say whose rows are whose, by what a session says who it is, how that is known, and where it will be kept."""
    yield line(Span(found.reason, "accent" if found.inferred else "muted"))
    yield ()
    yield line(Span("A session belongs to the tenant of", "muted"))
    for identity in found.identities:
        yield line("  ", Span(identity, "strong"))
    if not found.identities:
        yield line("  ", Span("nothing was found: state identities in pgplumb.toml", "warn"))
    yield ()
    yield line(Span("A row belongs to the tenant in", "muted"))
    columns = Counter(way.column for way in found.path_of.values() if not way.hops)
    for name, number in sorted(columns.items(), key=lambda one: (-one[1], one[0])):
        yield line(
            "  ", Span(name, "strong"), Span(f"   of {_relations(catalog, found, name, number)}", "muted")
        )
    for oid, way in found.path_of.items():
        relation = catalog.relations.get(oid)
        if way.hops and relation is not None and not relation.is_partition:
            yield line(
                "  ", Span(relation.qualified, "strong"), Span(f"   {path_text(catalog, way)}", "text")
            )
    without = [table.qualified for table in catalog.tables if table.oid not in found.path_of]
    if without:
        yield ()
        yield line(Span("Without a tenant, so nothing is proved of them", "muted"))
        more = f" and {count(len(without) - _WITHOUT)} more" if len(without) > _WITHOUT else ""
        yield line("  ", Span(", ".join(without[:_WITHOUT]) + more, "text"))
    yield ()
    yield line(Span(f"Kept as [tenants] in {path}", "muted"))
    yield line(Span("with your name and the day. Nothing is inferred from then on:", "muted"))
    yield line(Span("a table that comes without one of these has no tenant.", "muted"))


def _relations(catalog: Catalog, found: TenantMap, name: str, number: int) -> str:
    if number > 2:
        return f"{count(number)} relations"
    named = (oid for oid, way in found.path_of.items() if not way.hops and way.column == name)
    return ", ".join(catalog.relations[oid].qualified for oid in named if oid in catalog.relations)
