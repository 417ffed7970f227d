"""RLS: how far each role and command stays within a tenant, proved cell by cell, and what each verdict rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Finding
from pgplumb.rls.accepted import CellKey
from pgplumb.rls.verdict import Cell
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.entry import Entry
from pgplumb.tui.objects import relation_of, split_id
from pgplumb.tui.place import Place
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs import rls_cost, rls_doing, rls_heading, rls_subject, rls_tenants
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.tabs.rls_detail import RlsDetail
from pgplumb.tui.tabs.rls_fix import fix_of
from pgplumb.tui.tabs.rls_roles import RoleTable, role_rows
from pgplumb.tui.tabs.rls_rows import ORDER, RlsRow, rows_of, rows_of_names
from pgplumb.tui.tabs.rls_table import RoleStep, VerdictTable
from pgplumb.tui.tabs.tables import placeholder
from pgplumb.tui.verdicts import Probed, Verdicts
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.rule_line import RuleLine

ACTIONS = declare(
    "rls",
    Action("roles", "x", "roles", "Look at roles, one line each, or at objects.", hint=25),
    Action("accept", "a", "accept", "Accept a branch that lets foreign rows pass, with a reason.", hint=40),
    Action(
        "witness", "W", "witness", "Seek a row that shows a suspected leak; what will run is shown.", hint=45
    ),
    Action("probe", "p", "probe", "Look for other tenants' rows among the real ones; asks first.", hint=48),
    Action("costs", "$", "costs", "Plan the queries seen in a twin, and see what policies cost.", hint=49),
    Action("tenants", "T", "tenants", "Look at whose rows are whose, and confirm it.", hint=50),
    Action("partitions", "P", "partitions", "Show partitions that nobody but their owner may use, or not."),
    Action("next_section", "tab", "section", "Go to the next section of the detail.", hint=30),
    Action("previous_section", "shift+tab", "section", "Go to the section of the detail before."),
)


class RlsTab(Tab):
    """Objects or roles as a list, the detail below it, or behind Enter where there is no room."""

    FIELDS = ("names", "catalog", "access", "verdicts", "checklist", "locked", "connection", *rls_cost.FIELDS)
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._partitions = False
        self._drawn: tuple[object, ...] = ()
        self._hidden = 0
        self._asked: set[CellKey] = set()
        self._probed: Mapping[int, Probed] = {}
        self._rows: list[RlsRow] = []

    def compose(self) -> ComposeResult:
        """Two lines of heading, one of the lists, a rule, the detail."""
        self.heading = LineLabel((), (), id="rls-heading")
        self.table = VerdictTable()
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
    def _verdicts(self) -> Verdicts | None:
        return self.state.verdicts if isinstance(self.state.verdicts, Verdicts) else None

    @property
    def _catalog(self) -> Catalog | None:
        """The catalog that was judged, since their facts belong together; else the latest."""
        verdicts = self._verdicts
        return verdicts.judgement.matrix.catalog if verdicts is not None else self.state.catalog

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
        names = None if catalog else state.names
        sources = (state.verdicts, catalog, names, self._partitions, state.connection.phase)
        if len(sources) != len(self._drawn) or any(
            a is not b for a, b in zip(sources, self._drawn, strict=True)
        ):
            if not self._drawn or self._drawn[0] is not state.verdicts:
                self.table.show_roles(self._verdicts)
            self._drawn = sources
            self._draw_lists(catalog)
        self.table.locked = state.locked
        self.table.repaint()
        self._draw_heading()
        self._draw_detail()
        verdicts = self._verdicts
        if verdicts is not None:
            for key in self._asked & verdicts.sought:
                self._asked.discard(key)
                rls_doing.tell_witness(self, verdicts, key)
            for oid, probed in verdicts.probed.items():
                row = self.table.row
                if self._probed.get(oid) is not probed and row is not None and row.oid == oid:
                    rls_doing.tell_probe(self, probed, row.qualified)
            self._probed = verdicts.probed

    def _draw_lists(self, catalog: Catalog | None) -> None:
        verdicts = self._verdicts
        if catalog is None:
            rows, self._hidden = rows_of_names(self.state.names or ()), 0
        else:
            rows, self._hidden = rows_of(catalog, verdicts, self._partitions)
        nothing = placeholder(self.state)
        shown = self.table.view.rows
        untouched = bool(shown) and self.table.row is shown[0] and not self._rows
        self._rows = rows if verdicts is not None else []
        self.table.show(rows, nothing)
        if untouched and self._rows:
            # Nobody went anywhere yet, and now it is known what is worst.
            self.table.action_first()
        if verdicts is not None:
            self.roles.show(role_rows(verdicts), nothing)
        else:
            self.roles.show((), (rls_heading.figures(self.state, 0, 0),) if catalog else nothing)

    def _draw_heading(self) -> None:
        if self._catalog is None:
            self.heading.show((), ())
            return
        width = max(self.heading.content_size.width - 4, 20)
        above = rls_heading.figures(self.state, self._hidden, width)
        below = rls_heading.tenants(self.state, width)
        self.heading.show((Span("  "), *above), (Span("  "), *below))

    def _draw_detail(self) -> None:
        if not self.detail.display:
            return
        state, catalog, verdicts = self.state, self._catalog, self._verdicts
        shown = rls_subject.Shown()
        if self._of_roles:
            if self.roles.row is not None and verdicts is not None:
                shown = rls_subject.of_role(state, verdicts, self.roles.row, self._rows)
        elif self.table.row is not None and catalog is not None:
            role = self.table.role
            number, count = self.table.role_number, self.table.role_count
            chosen = rls_subject.Chosen(role, number, count) if role else None
            shown = rls_subject.of_object(state, catalog, self.table.row, chosen)
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
            chosen = self.roles.row
            return Place(self.spec.name, chosen.role.id if chosen else "")
        row = self.table.row
        return Place(self.spec.name, row.id if row and self._catalog else "")

    def visit(self, place: Place) -> bool:
        """Put the cursor on a role, or on an object."""
        catalog = self._catalog
        if catalog is None:
            return False
        if split_id(place.object)[0] == "role":
            role = next((r for r in catalog.roles.values() if r.id == place.object), None)
            self._look_at_roles(True)
            return role is not None and self._move_to(role.oid)
        self._look_at_roles(False)
        relation = relation_of(place.object, catalog)
        wanted = relation.id if relation is not None else place.object
        hidden = relation is not None and relation.is_partition and not self._partitions
        if hidden and self.table.view.position(wanted) is None:
            self.action_partitions()
        return self._move_to(wanted)

    def _move_to(self, key: int | str) -> bool:
        if not self._pane.reach(key):
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
        row = self.table.row if not self._of_roles else None
        found = self._fix_of_cell()
        if isinstance(found, Finding):
            return found
        return rls_subject.first_fix(self.state, row.oid if row else 0, role)

    def no_fix_here(self) -> str:
        """Why nothing follows from the worst cell here."""
        found = self._fix_of_cell()
        return found if isinstance(found, str) and found else super().no_fix_here()

    def _fix_of_cell(self) -> Finding | str:
        """The fix of the worst cell under the cursor, or why there is none."""
        row, cells, verdicts = self.table.row, self._cells_here, self._verdicts
        if self._of_roles or row is None or row.relation is None or verdicts is None or not cells:
            return ""
        return fix_of(verdicts, row.relation, cells[0]) if verdicts.rank(cells[0]) < 4 else ""

    @property
    def _cells_here(self) -> tuple[Cell, ...]:
        """The cells under the cursor of the detail, else those of the row and the chosen role, the worst first."""
        item = self.detail.item if self.detail.table.has_focus else None
        row, role, verdicts = self.table.row, self.table.role, self._verdicts
        if item is not None and item.cells:
            return item.cells
        if self._of_roles or row is None or role is None or verdicts is None:
            return ()
        return tuple(sorted(row.cells.get(role.name, ()), key=verdicts.rank))

    def palette_entries(self) -> Iterable[Entry]:
        """The roles."""
        for role in self._verdicts.judgement.matrix.roles if self._verdicts is not None else ():
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

    def action_accept(self) -> None:
        """Accept the branch under the cursor, or the first that leaks here."""
        verdicts, cells = self._verdicts, self._cells_here
        item = self.detail.item if self.detail.table.has_focus else None
        if verdicts is None or not cells:
            self.say("choose an object and a role first", "muted")
            return
        choices = rls_doing.open_branches(verdicts, cells)
        if item is not None and item.branch is not None:
            choices = [pair for pair in choices if pair[1] == item.branch]
        if choices:
            rls_doing.accept(self, *choices[0])
        else:
            self.say("no branch here lets foreign rows pass without being accepted", "muted")

    def action_witness(self) -> None:
        """Seek a witness of the worst suspected cell under the cursor."""
        verdicts = self._verdicts
        cell = next((c for c in self._cells_here if verdicts is not None and verdicts.waits(c)), None)
        if verdicts is None or cell is None:
            self.say("no suspected leak is under the cursor", "muted")
        else:
            rls_doing.seek_witness(self, verdicts, cell, self._asked.add)

    def action_probe(self) -> None:
        """Look at rows of the object under the cursor."""
        verdicts, row = self._verdicts, self.table.row
        if verdicts is None or row is None or not row.oid or self._of_roles:
            self.say("choose a table or a view first", "muted")
        else:
            rls_doing.probe_rows(self, verdicts, row.oid, row.qualified)

    def action_tenants(self) -> None:
        """Show whose rows are whose, and keep it in the profile when that is agreed to."""
        verdicts = self._verdicts
        if verdicts is None:
            self.say("nothing is judged yet", "muted")
        else:
            rls_tenants.confirm(self, verdicts)

    def action_costs(self) -> None:
        """Have the queries seen planned with the policies as they are and as they might be."""
        rls_cost.ask(self)

    def action_partitions(self) -> None:
        """Show all partitions, or those alone that somebody beside their owner may use."""
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
            said = ORDER if self.table.sort_column is None else ""
            self.list.note(Span(said if self._verdicts is not None else "", "faint"))

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
