"""The main screen: header, tabs, checklist, key bar; where to go, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from pgplumb.tui.actions import REGISTRY, KeyMap, bindings
from pgplumb.tui.marks import counts
from pgplumb.tui.messages import Ask, EvidenceWanted, FixWanted, GoTo, GoToObject, Pointed, Say, WaiverWanted
from pgplumb.tui.objects import place_of
from pgplumb.tui.panels.checklist import ChecklistPanel
from pgplumb.tui.panels.deck import TabDeck
from pgplumb.tui.panels.header import HeaderBar
from pgplumb.tui.panels.outage import OutageLine
from pgplumb.tui.panels.strip import ChecklistStrip
from pgplumb.tui.place import History, Place
from pgplumb.tui.reach import Copyable, hints
from pgplumb.tui.requests import Cancel, Interval, Pause, Refresh
from pgplumb.tui.screens import main_actions
from pgplumb.tui.screens.overlays import Overlays
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs.registry import TABS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, line
from pgplumb.tui.widgets.key_bar import Hint, KeyBar
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import outdated, sent_from_behind
from pgplumb.tui.widgets.rule_line import RuleLine, UprightRule
from pgplumb.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding
    from pgplumb.foundation.config import Config

_OPENING = 0.05
BESIDE = 100
"""From so many columns on the checklist stands beside the tabs."""


class MainScreen(Screen[None]):
    """Holds the tabs and knows which one is shown; the state is the store's."""

    ACTIONS: ClassVar = main_actions.ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(main_actions.ACTIONS)
    AUTO_FOCUS = ""
    # Textual's own declaration repaints the whole screen whenever the focus moves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, store: Store, keys: KeyMap, config: Config) -> None:
        super().__init__()
        self.store = store
        self.keys = keys
        self.history = History()
        self.deck = TabDeck(store)
        self.panel = ChecklistPanel(store)
        self.overlays = Overlays(self, config)
        self._tab_bar = TabBar([(spec.number, spec.title) for spec in TABS])
        self._key_bar = KeyBar()
        self._upright = UprightRule(id="upright")
        self._upper, self._lower = RuleLine(id="upper"), RuleLine(id="lower")
        self._database = ""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield HeaderBar(self.store)
        yield self._tab_bar
        yield OutageLine(self.store)
        yield ChecklistStrip(self.store)
        yield self._upper
        with Horizontal(id="body"):
            yield self.deck
            yield self._upright
            yield self.panel
        yield self._lower
        yield self._key_bar
        yield LineLabel(line("too small: 30 x 8"), line("q quits"), id="too-small")

    def on_mount(self) -> None:
        """Show the first tab. While widgets find their places nothing is sent: it would be sent four times."""
        self.app.delay_update(_OPENING)
        self.store.subscribe(self, self._draw, "checklist", "connection")
        self.tab.enter()

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self.deck.tab

    def say(self, text: str, ink: InkName = "text") -> None:
        """Write to the message line."""
        self._key_bar.say(text, ink)

    @property
    def message(self) -> str:
        """What the message line says now."""
        return self._key_bar.message

    # Going somewhere

    async def show_tab(self, name: str) -> None:
        """Show a tab."""
        self.remove_class("-checklist")
        await self.deck.show(name)
        self._tab_bar.activate(self.deck.active.number)

    async def visit(self, place: Place, remember: bool = True) -> None:
        """Go to a place; Esc comes back to where this was."""
        left = self.tab.place()
        await self.show_tab(place.tab)
        if place.object and not self.tab.visit(place):
            self.say(f"{place.object} is not there any more", "warn")
        elif remember and left != place:
            self.history.leave(left)

    async def visit_object(self, object_id: str) -> None:
        """Go to where an object is shown."""
        catalog = self.store.state.catalog
        place = place_of(object_id, catalog) if catalog is not None else None
        if place is None:
            self.say(f"no tab shows {object_id}", "warn")
        else:
            await self.visit(place)

    async def compose_fix(self, finding: Finding | None) -> None:
        """Have a fix composed in the Migrations tab."""
        if finding is None or finding.fix is None:
            self.say(self.tab.no_fix_here(), "warn")
            return
        left = self.tab.place()
        await self.show_tab("migrations")
        if self.tab.take_fix(finding):
            self.history.leave(left)

    # Drawing

    def _draw(self, state: State) -> None:
        self._tab_bar.show_right(counts(state.checklist) if self.size.width >= BESIDE else ())
        if state.connection.database != self._database:
            self._database = state.connection.database
            self.history.clear()
        self.overlays.follow(state)

    def show_hints(self) -> None:
        """Show the keys that matter where the focus is."""
        found, last = hints(self, self.keys, main_actions.LAST, self.tab.rank)
        narrow = self.size.width < BESIDE
        if narrow:
            # The strip says it already; the room is for another.
            key = self.keys.keys(REGISTRY["main.checklist"])
            found = [hint for hint in found if hint.key not in key]
        if self.tab.in_detail or self.has_class("-checklist"):
            back = Hint(self.keys.keys(REGISTRY["main.back"])[0], "back")
            last = [back, *last[1:]] if narrow else [back, *last]
        self._key_bar.show(found, last)

    def on_resize(self, event: events.Resize) -> None:
        """Join the rules again and put the focus back that a small screen took."""
        if outdated(self.app.size, event):
            return
        self.call_after_refresh(self._arrange)

    def _compositor_refresh(self) -> None:
        if not sent_from_behind(self):
            super()._compositor_refresh()

    def _arrange(self) -> None:
        self._draw(self.store.state)
        x = self._upright.region.x
        shown = self._upright.region.width > 0
        self._upper.join({x: glyphs.TEE_DOWN} if shown else {})
        self._lower.join({x: glyphs.TEE_UP} if shown else {})
        if self.focused is None:
            self.tab.enter()

    # What widgets say

    def on_descendant_focus(self) -> None:
        """Another widget has the focus: other keys matter."""
        self.show_hints()

    def on_key(self) -> None:
        """A message has been read once a key is pressed."""
        if self.message:
            self._key_bar.hush()

    @on(TabBar.Picked)
    async def _picked(self, event: TabBar.Picked) -> None:
        await self.show_tab(next(spec.name for spec in TABS if spec.number == event.number))

    @on(Pointed)
    def _pointed(self, event: Pointed) -> None:
        self.panel.point_at(event.object_id, event.relation)

    @on(Say)
    def _said(self, event: Say) -> None:
        self.say(event.text, event.ink)

    @on(GoTo)
    async def _go_to(self, event: GoTo) -> None:
        await self.visit(event.place)

    @on(GoToObject)
    async def _go_to_object(self, event: GoToObject) -> None:
        await self.visit_object(event.object_id)

    @on(FixWanted)
    async def _fix_wanted(self, event: FixWanted) -> None:
        await self.compose_fix(event.finding)

    @on(EvidenceWanted)
    def _evidence_wanted(self, event: EvidenceWanted) -> None:
        self.overlays.evidence(event.result)

    @on(WaiverWanted)
    def _waiver_wanted(self, event: WaiverWanted) -> None:
        self.overlays.waiver(event.result, event.finding)

    # Actions

    async def action_tab(self, name: str) -> None:
        """Go to a tab."""
        await self.show_tab(name)

    async def action_next_tab(self) -> None:
        """Go to the next tab."""
        await self._step_tab(1)

    async def action_previous_tab(self) -> None:
        """Go to the tab before."""
        await self._step_tab(-1)

    async def _step_tab(self, step: int) -> None:
        await self.show_tab(TABS[(TABS.index(self.deck.active) + step) % len(TABS)].name)

    async def action_back(self) -> None:
        """Go back one level."""
        if self.panel.has_focus_within:
            if not self.panel.step_back():
                self._leave_checklist()
        elif not self.tab.step_back():
            place = self.history.back()
            if place is not None:
                await self.visit(place, remember=False)

    def action_checklist(self) -> None:
        """Go to the checklist, or back from it."""
        if self.panel.has_focus_within:
            self._leave_checklist()
        elif not self.tab.toggle_side():
            self.tab.leave()
            self.add_class("-checklist")
            self.panel.table.focus()

    def _leave_checklist(self) -> None:
        self.remove_class("-checklist")
        self.tab.enter()

    def action_this_object(self) -> None:
        """Keep the checklist to the object under the cursor, or not."""
        self.panel.toggle_about()

    async def action_fix(self) -> None:
        """Compose the fix of what is under the cursor."""
        await self.compose_fix(self.panel.fixable if self.panel.has_focus_within else self.tab.fix_here())

    async def action_migrate(self) -> None:
        """Begin a new migration about what is under the cursor."""
        left, object_id = self.tab.place(), self.tab.pointed
        await self.show_tab("migrations")
        self.history.leave(left)
        self.tab.begin_about(object_id)

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        from pgplumb.tui.clipboard import copy

        for node in self.focused.ancestors_with_self if self.focused else ():
            if isinstance(node, Copyable):
                text = node.copy_text()
                if text:
                    self.say(copy(self.app, text), "pass")
                return
        self.say("there is nothing to copy here", "warn")

    def action_refresh(self) -> None:
        """Read everything again."""
        self.post_message(Ask(Refresh()))
        self.say("reading again")

    def action_pause(self) -> None:
        """Stop reading, or go on."""
        self.post_message(Ask(Pause(not self.store.state.paused)))

    def action_faster(self) -> None:
        """Read counters more often."""
        self._set_interval(self.store.state.interval / 2)

    def action_slower(self) -> None:
        """Read counters less often."""
        self._set_interval(self.store.state.interval * 2)

    def _set_interval(self, seconds: float) -> None:
        seconds = min(max(seconds, 0.5), 64.0)
        self.post_message(Ask(Interval(seconds)))
        self.say(f"counters are read every {seconds:g} s")

    def action_connect(self) -> None:
        """Connect elsewhere."""
        self.overlays.connection()

    def action_suspend(self) -> None:
        """Suspend to the shell."""
        self.app.action_suspend_process()

    def action_interrupt(self) -> None:
        """Cancel what runs."""
        running = self.store.state.running
        if running is not None:
            self.post_message(Ask(Cancel()))
            self.say(f"cancelling {running}")
        else:
            self.say("nothing of ours runs; q quits")

    async def action_quit(self) -> None:
        """Quit; where something would be lost, ask first."""
        lost = [name for tab in self.deck.loaded if (name := tab.unsaved())]
        if lost:
            self.overlays.quit(lost)
        else:
            self.app.exit()

    def action_go_to(self) -> None:
        """Go to something by name."""
        self.overlays.palette(objects_first=True)

    def action_palette(self) -> None:
        """Do something by name."""
        self.overlays.palette(objects_first=False)

    def action_help(self) -> None:
        """Show the keys."""
        self.overlays.help()
