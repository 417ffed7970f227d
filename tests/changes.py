"""What a fix becomes, for tests that need no reason where it becomes nothing."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Fix
from pgplumb.migrate.change import Change
from pgplumb.migrate.intents import change_or_why


def change_for(fix: Fix, catalog: Catalog) -> Change | None:
    """Return the change that a fix stands for; None where the catalog lacks what is needed to write it."""
    found = change_or_why(fix, catalog)
    return found if isinstance(found, Change) else None
