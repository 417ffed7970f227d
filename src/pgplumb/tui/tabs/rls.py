"""RLS: who may do what with which object, and whether policies bind them. Facts alone: no verdict."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Finding
from pgplumb.rls.access import AccessMatrix
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.entry import Entry
from pgplumb.tui.objects import relation_of, split_id
from pgplumb.tui.place import Place
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs import rls_heading, rls_subject
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.tabs.rls_census import Census, take_census
from pgplumb.tui.tabs.rls_detail import RlsDetail
from pgplumb.tui.tabs.rls_roles import RoleTable, role_rows
from pgplumb.tui.tabs.rls_rows import ORDER, rows_of, rows_of_names
from pgplumb.tui.tabs.rls_table import MatrixTable, RoleStep
from pgplumb.tui.tabs.tables import placeholder
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.rule_line import RuleLine

ACTIONS = declare(
    "rls",
    Action("roles", "x", "roles", "Look at roles, one line each, or at objects.", hint=25),
    Action("partitions", "p", "partitions", "Show partitions that nobody was granted anything on, or not."),
    Action("next_section", "tab", "section", "Go to the next section of the detail.", hint=30),
    Action("previous_section", "shift+tab", "section", "Go to the section of the detail before."),
)
OF_TENANTS = "rls-enabled"
"""The rule whose findings are readable tables of tenants' rows without row security."""


class RlsTab(Tab):
    """Objects or roles as a list, the detail below it, or behind Enter where there is no room."""

    FIELDS = ("names", "catalog", "access", "checklist", "locked", "connection")
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._partitions = False
        self._drawn: tuple[object, ...] = ()
        self._hidden = 0
        self._levels = rls_heading.Levels()
        self._census: Census | None = None

    def compose(self) -> ComposeResult:
        """Two lines of heading, one of the lists, a rule, the detail."""
        self.heading = LineLabel((), (), id="rls-heading")
        self.table = MatrixTable()
        self.list = ListPane(self.table, noun="objects", id="rls-list")
        self.roles = RoleTable()
        self.role_list = ListPane(self.roles, noun="roles", id="rls-role-list")
        self.detail = RlsDetail()
        yield self.heading
        yield self.list
        yield self.role_list
        yield RuleLine(id="rls-rule")
        yield self.detail

    @property
    def _matrix(self) -> AccessMatrix | None:
        return self.state.access if isinstance(self.state.access, AccessMatrix) else None

    @property
    def _catalog(self) -> Catalog | None:
        """The catalog that the matrix was read with, since their facts belong together; else the latest."""
        return self._matrix.catalog if self._matrix is not None else self.state.catalog

    @property
    def _of_roles(self) -> bool:
        return self.has_class("-roles")

    @property
    def _pane(self) -> ListPane:
        return self.role_list if self._of_roles else self.list

    # What is drawn

    def show_state(self, state: State) -> None:
        """Draw the lists where one of their sources changed, and what stands around them."""
        catalog = self._catalog
        judged = state.checklist.result(OF_TENANTS) if state.checklist else None
        names = None if catalog else state.names
        sources = (state.access, catalog, names, judged, self._partitions, state.connection.phase)
        if len(sources) != len(self._drawn) or any(
            a is not b for a, b in zip(sources, self._drawn, strict=True)
        ):
            if not self._drawn or self._drawn[0] is not state.access:
                self._take_access()
            self._drawn = sources
            self._draw_lists(catalog, frozenset(f.object for f in judged.findings) if judged else frozenset())
        self.table.locked = state.locked
        self.table.repaint()
        self._draw_heading()
        self._draw_detail()

    def _take_access(self) -> None:
        matrix = self._matrix
        self._census = take_census(matrix) if matrix is not None else None
        self.table.show_roles(matrix, self._census.roles if self._census else ())

    def _draw_lists(self, catalog: Catalog | None, of_tenants: frozenset[str]) -> None:
        census, matrix = self._census, self._matrix
        if catalog is None:
            rows, self._hidden = rows_of_names(self.state.names or ()), 0
            self._levels = rls_heading.Levels()
        else:
            objects = census.objects if census else catalog.exposed
            rows, self._hidden = rows_of(catalog, objects, matrix, of_tenants, self._partitions)
            self._levels = rls_heading.count_levels(objects)
        nothing = placeholder(self.state)
        self.table.show(rows, nothing)
        if matrix is not None and census is not None:
            self.roles.show(role_rows(matrix, census), nothing)
        else:
            said = rls_heading.privileges(self.state.access, census, 0)
            self.roles.show((), (said,) if catalog else nothing)

    def _draw_heading(self) -> None:
        state, census = self.state, self._census
        if self._catalog is None:
            self.heading.show((), ())
            return
        width = max(self.heading.content_size.width - 4, 20)
        above = rls_heading.figures(self._levels, census, self._hidden, width)
        below = rls_heading.privileges(state.access, census, width)
        self.heading.show((Span("  "), *(rls_heading.left_out(state.access) or above)), (Span("  "), *below))

    def _draw_detail(self) -> None:
        if not self.detail.display:
            return
        state, catalog, matrix = self.state, self._catalog, self._matrix
        shown = rls_subject.Shown()
        if self._of_roles:
            if self.roles.row is not None and matrix is not None:
                shown = rls_subject.of_role(state, matrix, self.roles.row)
        elif self.table.row is not None and catalog is not None:
            role = self.table.role
            number, count = self.table.role_number, self.table.role_count
            chosen = rls_subject.Chosen(role, number, count) if role else None
            shown = rls_subject.of_object(state, catalog, matrix, self.table.row, chosen)
        self.detail.show((self._of_roles, shown.about), shown.heading, shown.items)

    def on_resize(self) -> None:
        """The heading says as much as fits; a detail may have come into sight."""
        self.call_after_refresh(self._draw_heading)
        self.call_after_refresh(self._draw_detail)

    # Where the person is

    def focus_default(self) -> None:
        """The list."""
        self._pane.focus_list()

    def place(self) -> Place:
        """The object or role under the cursor."""
        if self._of_roles:
            row = self.roles.row
            return Place(self.spec.name, row.role.id if row else "")
        relation = self.table.row.relation if self.table.row else None
        return Place(self.spec.name, relation.id if relation else "")

    def visit(self, place: Place) -> bool:
        """Put the cursor on a role, or on an object."""
        catalog = self._catalog
        if catalog is None:
            return False
        if split_id(place.object)[0] == "role":
            role = next((r for r in catalog.roles.values() if r.id == place.object), None)
            self._look_at_roles(True)
            return role is not None and self._move_to(role.oid)
        relation = relation_of(place.object, catalog)
        if relation is None:
            return False
        self._look_at_roles(False)
        if relation.is_partition and not self._partitions and self.table.view.position(relation.oid) is None:
            self.action_partitions()
        return self._move_to(relation.oid)

    def _move_to(self, key: int) -> bool:
        pane = self._pane
        if not pane.table.move_to(key):
            pane.clear_filter()
            if not pane.table.move_to(key):
                return False
        self._draw_detail()
        return True

    def step_back(self) -> bool:
        """Leave the detail, else clear the filter, else go from roles to objects."""
        if self.has_class("-detail") or self.detail.table.has_focus:
            self.remove_class("-detail")
            self.focus_default()
            return True
        if self._pane.clear_filter():
            return True
        if self._of_roles:
            self.action_roles()
            return True
        return False

    def fix_here(self) -> Finding | None:
        """The finding under the cursor of the detail, else the worst one here that has a fix."""
        item = self.detail.item if self.detail.table.has_focus else None
        if item is not None and item.finding is not None:
            return item.finding
        role = self.roles.row.role if self._of_roles and self.roles.row else None
        relation = self.table.row.oid if not self._of_roles and self.table.row else 0
        return rls_subject.first_fix(self.state, relation, role)

    def palette_entries(self) -> Iterable[Entry]:
        """The roles."""
        for role in self._matrix.roles if self._matrix is not None else ():
            yield Entry(role.name, "role", partial(self.go_to, Place(self.spec.name, role.id)))

    # Actions and messages

    def action_roles(self) -> None:
        """Go from objects to roles with the cursor on the chosen role, or back with that role chosen."""
        if self._of_roles:
            if self.roles.row is not None:
                self.table.choose(self.roles.row.role.oid)
            self._look_at_roles(False)
        else:
            self._look_at_roles(True)
            if self.table.role is not None:
                self.roles.move_to(self.table.role.oid)
        self._draw_detail()

    def _look_at_roles(self, roles: bool) -> None:
        if roles is not self._of_roles:
            self.remove_class("-detail")
            self.set_class(roles, "-roles")
            self.focus_default()

    def action_partitions(self) -> None:
        """Show all partitions, or those alone that somebody was granted something on."""
        self._partitions = not self._partitions
        self.show_state(self.state)

    def action_next_section(self) -> None:
        """Go to the next section of the detail."""
        self._section(1)

    def action_previous_section(self) -> None:
        """Go to the section before."""
        self._section(-1)

    def _section(self, step: int) -> None:
        if self.detail.table.has_focus:
            self.detail.next_section(step)
        else:
            self._open()

    def _open(self) -> None:
        self.add_class("-detail")
        self.detail.table.focus()
        self.call_after_refresh(self._draw_detail)

    @on(RoleStep)
    def _role_step(self, event: RoleStep) -> None:
        event.stop()
        if not self._of_roles:
            self.table.step_role(event.step)
            self._draw_detail()

    @on(LineTable.Highlighted)
    def _moved(self, event: LineTable.Highlighted) -> None:
        if event.table is self._pane.table:
            object_id = self.place().object or None
            relation = self.table.row.relation if self.table.row and not self._of_roles else None
            self.point_at(object_id, relation.oid if relation else None)
            self.when_resting(self._draw_detail)

    @on(LineTable.Changed)
    def _ordered(self, event: LineTable.Changed) -> None:
        if event.table is self.table:
            said = f"{ORDER}, then by name" if self.table.sort_column is None else ""
            self.list.note(Span(said if self._matrix is not None else "", "faint"))

    @on(LineTable.Selected)
    def _opened(self, event: LineTable.Selected) -> None:
        if event.table is self._pane.table:
            self._open()

    @on(RlsDetail.Followed)
    def _followed(self, event: RlsDetail.Followed) -> None:
        self.go_to(event.target)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.when_resting(self._draw_detail)
