"""What a session of the target begins with, for statements that are tried elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.model import Catalog


def begins_with(names: Iterable[str], catalog: Catalog | None) -> dict[str, str]:
    """Return settings by name, as far as they are known."""
    found = {}
    for name in names:
        setting = catalog.settings.get(name) if catalog else None
        # The value itself is what the reading transaction had set for its own duration.
        if setting is not None and setting.reset_value:
            found[name] = setting.reset_value
    return found
