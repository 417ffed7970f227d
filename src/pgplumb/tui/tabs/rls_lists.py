"""The two lists of the RLS tab, of objects and of roles, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.tui.tabs import rls_heading
from pgplumb.tui.tabs.rls_roles import RoleTable, role_rows
from pgplumb.tui.tabs.rls_rows import RlsRow, rows_of, rows_of_names
from pgplumb.tui.tabs.rls_table import VerdictTable
from pgplumb.tui.tabs.tables import placeholder
from pgplumb.tui.widgets.filter_input import ListPane

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.tui.state import State
    from pgplumb.tui.verdicts import Verdicts


class Lists:
    """Drawn anew only where a source changed: rows keep their identity, and nothing is sent for what stays."""

    def __init__(self) -> None:
        self.table = VerdictTable()
        self.pane = ListPane(self.table, noun="objects", id="rls-list")
        self.roles = RoleTable()
        self.role_pane = ListPane(self.roles, noun="roles", id="rls-role-list")
        self.partitions = False
        """Whether partitions are rows that nobody but their owner may use."""
        self.hidden = 0
        """How many of those are left out."""
        self.rows: list[RlsRow] = []
        """All objects, once they were judged."""
        self._sources: tuple[object, ...] = ()

    def draw(self, state: State, verdicts: Verdicts | None, catalog: Catalog | None) -> None:
        """Draw what a state says of objects and roles."""
        names = None if catalog else state.names
        sources = (state.verdicts, catalog, names, self.partitions, state.connection.phase)
        known = self._sources
        if len(sources) != len(known) or any(a is not b for a, b in zip(sources, known, strict=True)):
            if not known or known[0] is not state.verdicts:
                self.table.show_roles(verdicts)
            self._sources = sources
            self._fill(state, verdicts, catalog)
        if self.table.locked is not state.locked:
            self.table.locked = state.locked
            self.table.repaint()

    def _fill(self, state: State, verdicts: Verdicts | None, catalog: Catalog | None) -> None:
        if catalog is None:
            rows, self.hidden = rows_of_names(state.names or ()), 0
        else:
            rows, self.hidden = rows_of(catalog, verdicts, self.partitions, self.rows)
        nothing = placeholder(state)
        shown = self.table.view.rows
        untouched = bool(shown) and self.table.row is shown[0] and not self.rows
        self.rows = rows if verdicts is not None else []
        self.table.show(rows, nothing)
        if untouched and self.rows:
            # Nobody went anywhere yet, and now it is known what is worst.
            self.table.action_first()
        if verdicts is not None:
            self.roles.show(role_rows(verdicts), nothing)
        else:
            self.roles.show((), (rls_heading.figures(state, 0, 0),) if catalog else nothing)
