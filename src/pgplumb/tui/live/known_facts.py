"""What is known of the target, as the rules and a session in the twin take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import NOT_YET
from pgplumb.checks.facts import Facts

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.foundation.profile import Profile
    from pgplumb.tui.state import State

_SETTINGS = ("TimeZone", "search_path", "DateStyle", "IntervalStyle", "default_table_access_method")


def facts_of(catalog: Catalog, state: State, profile: Profile | None) -> Facts:
    """Return what the rules look at, as far as it was read."""
    known = [part.read_at for part in (state.statistics, state.activity) if part is not None]
    facts = Facts(
        catalog=catalog,
        now=max(known, default=catalog.read_at),
        statistics=state.statistics or NOT_YET,
        activity=state.activity or NOT_YET,
        statements=state.statements or NOT_YET,
        capabilities=state.capabilities or NOT_YET,
    )
    return facts if profile is None else replace(facts, profile=profile)


def settings_of(catalog: Catalog) -> Mapping[str, str]:
    """Return what a session of the target begins with, of what changes the meaning of statements."""
    found = {name: catalog.settings[name].reset_value for name in _SETTINGS if name in catalog.settings}
    return {name: value for name, value in found.items() if value}
