"""RLS: how far each role and command stays within a tenant, proved cell by cell, and what each verdict rests on."""

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
from pgplumb.rls.standing import ORDER
from pgplumb.tui.actions import Action, bindings
from pgplumb.tui.entry import Entry
from pgplumb.tui.objects import relation_of, split_id
from pgplumb.tui.place import Place
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs import rls_cost, rls_doing, rls_heading, rls_subject, rls_tenants
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.tabs.rls_actions import ACTIONS, rank
from pgplumb.tui.tabs.rls_detail import RlsDetail
from pgplumb.tui.tabs.rls_lists import Lists
from pgplumb.tui.tabs.rls_news import News
from pgplumb.tui.tabs.rls_spot import Spot
from pgplumb.tui.tabs.rls_table import RoleStep
from pgplumb.tui.verdicts import Verdicts
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.rule_line import RuleLine


class RlsTab(Tab):
    """Objects or roles as a list, the detail below it, or behind Enter where there is no room."""

    FIELDS = ("names", "catalog", "access", "verdicts", "checklist", "locked", "connection", *rls_cost.FIELDS)
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._news = News()

    def compose(self) -> ComposeResult:
        """Two lines of heading, one of the lists, a rule, the detail."""
        self.heading = LineLabel((), (), id="rls-heading")
        self.lists = lists = Lists()
        self.table, self.list = lists.table, lists.pane
        self.roles, self.role_list = lists.roles, lists.role_pane
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
        self.lists.draw(state, self._verdicts, self._catalog)
        self._draw_heading()
        self._draw_detail()
        if self._verdicts is not None:
            self._news.tell(self, self._verdicts, self.table.row)

    def _draw_heading(self) -> None:
        if self._catalog is None:
            self.heading.show((), ())
            return
        width = max(self.heading.content_size.width - 4, 20)
        above = rls_heading.figures(self.state, self.lists.hidden, width)
        below = rls_heading.tenants(self.state, width)
        self.heading.show((Span("  "), *above), (Span("  "), *below))

    def _draw_detail(self) -> None:
        if not self.detail.display:
            return
        state, catalog, verdicts = self.state, self._catalog, self._verdicts
        shown = rls_subject.Shown()
        if self._of_roles:
            if self.roles.row is not None and verdicts is not None:
                shown = rls_subject.of_role(state, verdicts, self.roles.row, self.lists.rows)
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
        hidden = relation is not None and relation.is_partition and not self.lists.partitions
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
            # What changed while the detail hid it was drawn for no width.
            self.call_after_refresh(self._draw_heading)
            self.focus_default()
            return True
        if self._pane.clear_filter():
            return True
        if self._of_roles:
            self.action_roles()
            return True
        return False

    @property
    def _spot(self) -> Spot:
        """What stands under the cursor."""
        item = self.detail.item if self.detail.table.has_focus else None
        if self._of_roles:
            role = self.roles.row.role if self.roles.row else None
            return Spot(self._verdicts, None, role, item, True)
        return Spot(self._verdicts, self.table.row, self.table.role, item)

    def fix_here(self) -> Finding | None:
        """The finding under the cursor of the detail, else what mends the worst cell, else the worst with a fix."""
        return self._spot.fix(self.state)

    def no_fix_here(self) -> str:
        """Why nothing follows from the worst cell here."""
        return self._spot.why_no_fix() or super().no_fix_here()

    def rank(self, action: Action) -> int:
        """What can be done about an object, or about a role."""
        return rank(action, self._of_roles)

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
        rls_doing.accept(self, self._spot)

    def action_witness(self) -> None:
        """Seek a witness of the worst suspected cell under the cursor."""
        rls_doing.seek_witness(self, self._spot, self._news.awaited.add)

    def action_probe(self) -> None:
        """Look at rows of the object under the cursor."""
        rls_doing.probe_rows(self, self._spot)

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
        self.lists.partitions = not self.lists.partitions
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
