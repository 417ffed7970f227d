"""The tabs, by number. Their modules are imported when they are first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.tui.tab import Tab


@dataclass(frozen=True, slots=True)
class TabSpec:
    """A tab before it is there: what the tab bar and the palette need."""

    number: int
    name: str
    """Its module in this package, and its id on the screen."""
    title: str
    class_name: str

    def load(self) -> type[Tab]:
        """Import the tab."""
        loaded: type[Tab] = getattr(import_module(f"pgplumb.tui.tabs.{self.name}"), self.class_name)
        return loaded


TABS = (
    TabSpec(1, "tables", "Tables", "TablesTab"),
    TabSpec(2, "indexes", "Indexes", "IndexesTab"),
    TabSpec(3, "rls", "RLS", "RlsTab"),
    TabSpec(4, "queries", "Queries", "QueriesTab"),
    TabSpec(5, "migrations", "Migrations", "MigrationsTab"),
)
BY_NAME = {spec.name: spec for spec in TABS}
