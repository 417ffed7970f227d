"""Migrations: a change and what takes it back, written here and tried in the twin. Applying it is confirmed apart."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from pgplumb.tui.actions import bindings
from pgplumb.tui.clipboard import copy
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs.migration.actions import ACTIONS
from pgplumb.tui.tabs.migration.after_pane import AfterPane
from pgplumb.tui.tabs.migration.after_rows import strip_line
from pgplumb.tui.tabs.migration.files import Files
from pgplumb.tui.tabs.migration.hazard_screen import HazardScreen, Wish
from pgplumb.tui.tabs.migration.onward import Onward
from pgplumb.tui.tabs.migration.opening import Opening
from pgplumb.tui.tabs.migration.rows import Row, Side
from pgplumb.tui.tabs.migration.safer import taken_over
from pgplumb.tui.tabs.migration.summary import SummaryLine
from pgplumb.tui.tabs.migration.trial import Trial
from pgplumb.tui.tabs.migration.trials import Trials
from pgplumb.tui.tabs.migration.workbench import Workbench
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.widgets.editor.code_editor import CodeEditor
from pgplumb.tui.widgets.ink import Span, ends
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel, LineView
from pgplumb.tui.widgets.rule_line import UprightRule

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding
    from pgplumb.migrate.plan import Plan


class MigrationsTab(Tab):
    """One migration at a time, on its workbench."""

    FIELDS = ("catalog", "rehearsal", "compared", "answers", "twin", "connection")
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self.bench = Workbench()
        self.texts, self.known = self.bench.texts, self.bench.known
        self._files = Files(self, self.bench)
        self._opening = Opening(self, self.bench)
        self._onward = Onward(self, self.bench)
        self.after = AfterPane()
        self._strip = LineLabel(id="migration-strip")
        self.trials = Trials(self, self.bench, self._show_trial)

    def compose(self) -> ComposeResult:
        """The title above the workbench; beside them what would be after it."""
        with Horizontal():
            with Vertical(id="migration-main"):
                yield self._strip
                yield self.bench.head
                yield self.bench
            yield UprightRule(id="after-upright")
            yield self.after

    # Where the person is

    def show_state(self, state: State) -> None:
        """The schema is another: what is known of the text may be too."""
        if state.catalog is not self.bench.catalog:
            self.bench.catalog = state.catalog
            self.bench.read_now()
        self.trials.follow(state)

    @on(Workbench.Read)
    def _read(self, event: Workbench.Read) -> None:
        event.stop()
        self.trials.read()

    def _show_trial(self, trial: Trial) -> None:
        """Show what trying has brought; where nothing is written, the checklist stands there as ever."""
        self._stand_beside()
        self.after.show(trial)
        right = (Span("c", "key"), Span(" after ", "muted"))
        self._strip.show(ends((Span(" "), *strip_line(trial)), right, self._strip.content_size.width or 80))

    def _stand_beside(self) -> None:
        """Stand in the place of the checklist while something is tried and the tab is shown."""
        trial = self.trials.trial
        shown = self._shown and (trial.found is not None or trial.doing is not None)
        self.screen.set_class(shown, "-after")
        if not shown:
            self.remove_class("-beside")

    def toggle_side(self) -> bool:
        """Go to what would be after the migration, or back; False where the checklist stands there."""
        if not self.screen.has_class("-after"):
            return False
        if self.after.has_focus_within:
            self.remove_class("-beside")
            self.call_after_refresh(self._come_back)
        else:
            self.add_class("-beside")
            self.call_after_refresh(self.after.table.focus)
        return True

    def _come_back(self) -> None:
        # What changed while it was out of sight was drawn nowhere.
        for view in self.query("#migration-main LineView").results(LineView):
            view.refresh()
        self.focus_default()

    def enter(self) -> None:
        """Take the focus, also where what had it is out of sight at another size."""
        super().enter()
        self._stand_beside()
        self.call_after_refresh(self._keep_focus)

    def leave(self) -> None:
        """The checklist stands in its place again."""
        super().leave()
        self.screen.remove_class("-after")

    def _keep_focus(self) -> None:
        if self._shown and self.screen.focused is None:
            self.focus_default()

    def on_resize(self, event: events.Resize) -> None:
        """There may be room for more, or for less."""
        self.call_after_refresh(self.bench.draw_titles)

    def focus_default(self) -> None:
        """The list, or the line that stands for it: so the keys of the tab work."""
        self.known.focus_main()

    def step_back(self) -> bool:
        """Answer Esc: leave what stands beside, close the list where it hides the text."""
        if self.after.has_focus_within:
            return self.toggle_side()
        if not self.has_class("-reading"):
            return False
        self.remove_class("-reading")
        self.call_after_refresh(self.focus_default)
        return True

    def unsaved(self) -> str | None:
        """The migration, where it is kept nowhere else."""
        return f"the migration {self.bench.name_for_people}" if self.bench.would_be_lost else None

    def copy_text(self) -> str:
        """Return what `y` copies where it is not a row of the list: the text that is shown."""
        return self.texts.current.copy_text()

    def _edit(self, side: Side, place: tuple[int, int] | None = None) -> None:
        self.remove_class("-reading")
        self.texts.turn_to(side)
        self.bench.draw_titles()
        editor = self.texts.editor(side)
        editor.go_to(editor.buffer.cursor if place is None else place)

    # What is opened in its place

    def take_fix(self, finding: Finding) -> bool:
        """Write the fix of a finding, ready in the editor; False, with the reason said, where that cannot be."""
        return self._opening.fix(finding)

    @property
    def plan(self) -> Plan | None:
        """The plan that the texts were written from; None once somebody has changed them by hand."""
        return self.bench.plan

    def take_plan(self, plan: Plan, name: str) -> None:
        """Write the chosen way of a plan into the editors. Raises FormatError for a plan that does nothing."""
        self._opening.plan(plan, name)

    # What the parts say

    @on(CodeEditor.Left)
    def _left(self) -> None:
        self.focus_default()

    @on(CodeEditor.Copied)
    def _copied(self, event: CodeEditor.Copied) -> None:
        self.say(copy(self.app, event.text), "pass")

    @on(CodeEditor.Refused)
    def _refused(self, event: CodeEditor.Refused) -> None:
        self.say(event.text, "warn")

    @on(SummaryLine.Opened)
    def _list_wanted(self) -> None:
        if not self.known.table.view.rows:
            self.action_edit()
            return
        if not self.known.list_in_sight:
            self.add_class("-reading")
        self.call_after_refresh(self.known.table.focus)

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        row: Row = event.row
        if row.kind in ("statement", "fault"):
            self._edit(row.side, row.place)
        else:
            reading = self.known.reading
            text = reading.text(row.side) if reading is not None else ""
            self.app.push_screen(HazardScreen(row, text), partial(self._wished, row))

    def _wished(self, row: Row, wish: Wish | None) -> None:
        if wish == "edit":
            self._edit(row.side, row.place)
        elif wish == "use":
            self._take_over(row)

    def _take_over(self, row: Row) -> None:
        reading, editor = self.known.reading, self.texts.up
        if reading is None or row.hazard is None or row.statement is None or reading.job.up != editor.text:
            self.say("the text has changed meanwhile: choose it again", "warn")
            return
        start, end, safer = taken_over(editor.text, reading.up.statements[row.statement], row.hazard)
        editor.replace_range(start, end, safer)
        self.say("put into the text; ctrl+z in the text takes it back")

    # Actions

    def action_edit(self) -> None:
        """Go into the text."""
        self._edit(self.texts.side)

    def action_switch(self) -> None:
        """Turn to the other text."""
        was_typing = self.texts.current.has_focus
        self.remove_class("-reading")
        self.texts.turn_to("up" if self.texts.side == "down" else "down")
        self.bench.draw_titles()
        if was_typing:
            self.texts.current.focus()
        else:
            self.call_after_refresh(self.focus_default)

    def action_propose(self) -> None:
        """Propose the down."""
        self.bench.propose_down()
        self.texts.turn_to("down")
        self.say("the down is proposed from the up; what it cannot take back stands above it")

    async def action_probe(self) -> None:
        """Show what the target would be asked."""
        await self._onward.probe(self.trials.trial.answers)

    def action_mode(self) -> None:
        """Look at it as one transaction, or not."""
        self.bench.mode = "transaction" if self.bench.mode == "autocommit" else "autocommit"
        self.bench.read_now()

    def action_copy_all(self) -> None:
        """Copy the text that is shown."""
        text = self.copy_text()
        self.say(copy(self.app, text) if text else "there is nothing to copy", "pass" if text else "warn")

    def begin_about(self, object_id: str | None) -> None:
        """Choose what a new migration does to an object."""
        self._onward.begin(object_id)

    def action_wizard(self) -> None:
        """Choose what a new migration does."""
        self._onward.begin()

    def action_apply(self) -> None:
        """Look at what would run; it is confirmed there."""
        self._onward.apply()

    def action_export(self) -> None:
        """Choose the tool whose files it becomes."""
        self._onward.export()

    def action_new(self) -> None:
        """Begin a new migration."""
        self._opening.blank()

    def action_external(self) -> None:
        """Edit the text in the person's editor."""
        self._onward.edit(self.texts)

    def action_save(self) -> None:
        """Ask where to, and save."""
        self._files.save()

    def action_load(self) -> None:
        """Ask which file, and load it."""
        self._opening.instead("what a file holds", self._files.load)
