"""What stands under the cursor of the RLS tab, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.checks.finding import Finding
from pgplumb.rls.standing import FINE
from pgplumb.tui.tabs import rls_subject

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.rls.verdict import Cell
    from pgplumb.tui.state import State
    from pgplumb.tui.tabs.rls_detail import Item
    from pgplumb.tui.tabs.rls_rows import RlsRow
    from pgplumb.tui.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class Spot:
    """An object and a role, or a role alone, and the item of the detail where that has the focus."""

    verdicts: Verdicts | None
    row: RlsRow | None
    role: Role | None
    item: Item | None
    of_roles: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the item, else those of the object and role, the worst first."""
        if self.item is not None and self.item.cells:
            return self.item.cells
        if self.row is None or self.role is None or self.verdicts is None:
            return ()
        return tuple(sorted(self.row.cells.get(self.role.name, ()), key=self.verdicts.rank))

    def fix(self, state: State) -> Finding | None:
        """Return the item's finding, else what mends the worst cell, else the worst finding that has a fix."""
        if self.item is not None and self.item.finding is not None:
            return self.item.finding
        found = self._of_cell()
        if isinstance(found, Finding):
            return found
        oid = self.row.oid if self.row else 0
        return rls_subject.first_fix(state, oid, self.role if self.of_roles else None)

    def why_no_fix(self) -> str:
        """Return why nothing follows from the worst cell; empty where there is none."""
        found = self._of_cell()
        return found if isinstance(found, str) else ""

    def _of_cell(self) -> Finding | str:
        from pgplumb.tui.tabs.rls_fix import fix_of

        cells, verdicts = self.cells, self.verdicts
        if self.row is None or self.row.relation is None or verdicts is None or not cells:
            return ""
        branch = self.item.branch if self.item is not None else None
        return fix_of(verdicts, self.row.relation, cells[0], branch) if verdicts.rank(cells[0]) < FINE else ""
