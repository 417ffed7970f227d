"""What every tab is: a part of the screen that draws from the state while it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from pgplumb.tui.actions import Action
from pgplumb.tui.entry import Entry
from pgplumb.tui.messages import Ask, FixWanted, GoTo, GoToObject, Pointed, Say
from pgplumb.tui.place import Place
from pgplumb.tui.requests import Request
from pgplumb.tui.state import State
from pgplumb.tui.store import Store

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding
    from pgplumb.tui.tabs.registry import TabSpec
    from pgplumb.tui.widgets.filter_input import ListPane
    from pgplumb.tui.widgets.ink import InkName

REST = 0.35
"""Seconds that the cursor must rest before what follows it is drawn: moving on costs one row, not a detail."""


class Tab(Vertical):
    """Base of all tabs. A hidden tab costs nothing: it is drawn again when it is shown.

    A subclass composes widgets, names the `FIELDS` of the state that it draws and implements `show_state`;
    the rest may stay as it is.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ()
    """Fields of State: `show_state` is called when one of them changed."""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(id=spec.name)
        self.spec = spec
        self.store = store
        self._shown = False
        self._stale = True
        self._last_focus: Widget | None = None
        self._resting: Timer | None = None
        self._pointed: tuple[str | None, int | None] = (None, None)

    # For subclasses to implement

    def show_state(self, state: State) -> None:
        """Draw what the fields say. Called on the event loop, only while the tab is shown."""

    def focus_default(self) -> None:
        """Give the focus to the tab's main widget."""

    def place(self) -> Place:
        """Return where the person is in this tab, so that they can come back to it."""
        return Place(self.spec.name)

    def visit(self, place: Place) -> bool:
        """Go to an object (and part) in this tab; False where it is not there. Clear a filter that hides it."""
        return True

    def step_back(self) -> bool:
        """Answer Esc: close a detail, clear a filter. False where there is nothing to go back from."""
        return False

    def toggle_side(self) -> bool:
        """Go to what stands in the place of the checklist, or back; False where that is the checklist itself."""
        return False

    def take_fix(self, finding: Finding) -> bool:
        """Compose the fix of a finding; only the Migrations tab does."""
        return False

    def begin_about(self, object_id: str | None) -> None:
        """Begin a new migration about an object; only the Migrations tab does."""

    def unsaved(self) -> str | None:
        """Return what would be lost if the program ended now; None where nothing would."""
        return None

    def fix_here(self) -> Finding | None:
        """Return the finding that `f` is about here: one of the object under the cursor that has a fix."""
        return None

    def no_fix_here(self) -> str:
        """Say why `f` has nothing to compose here."""
        return "there is no fix to compose here"

    def rank(self, action: Action) -> int:
        """Return where a key stands in the key bar while this tab is shown; 0 where it does not."""
        return action.hint

    @property
    def in_detail(self) -> bool:
        """Whether Esc leaves a detail that was opened."""
        return self.has_class("-detail") or bool(self.query("SplitPane.-detail"))

    def palette_entries(self) -> Iterable[Entry]:
        """Yield what the palette should reach in this tab beside its actions and the schema's objects."""
        return ()

    # For subclasses to call

    @property
    def state(self) -> State:
        """The current state."""
        return self.store.state

    def request(self, request: Request) -> None:
        """Ask the server for something; see `State.answers`."""
        self.post_message(Ask(request))

    def go_to(self, place: Place) -> None:
        """Go somewhere; Esc comes back here."""
        self.post_message(GoTo(place))

    def go_to_object(self, object_id: str) -> None:
        """Go to where an object is shown; Esc comes back here."""
        self.post_message(GoToObject(object_id))

    @property
    def pointed(self) -> str | None:
        """The object under the cursor, as it was told last."""
        return self._pointed[0]

    def point_at(self, object_id: str | None, relation: int | None = None) -> None:
        """Tell the checklist which object is under the cursor."""
        self._pointed = (object_id, relation)
        self.post_message(Pointed(object_id, relation))

    def say(self, text: str, ink: InkName = "text") -> None:
        """Write to the message line."""
        self.post_message(Say(text, ink))

    def compose_fix(self, finding: Finding) -> None:
        """Have a finding's fix composed in the Migrations tab."""
        self.post_message(FixWanted(finding))

    def back_to(self, listed: ListPane, detail: Widget) -> bool:
        """Leave a detail for its list, else clear the list's filter; False where there is nothing to do."""
        if self.has_class("-detail") or detail.has_focus:
            self.remove_class("-detail")
            listed.focus_list()
            return True
        return listed.clear_filter()

    def when_resting(self, draw: Callable[[], None]) -> None:
        """Call `draw` once the cursor has rested: for details that follow it."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, draw)

    # What the main screen calls

    def on_mount(self) -> None:
        """Follow the state."""
        self.store.subscribe(self, self._state_changed, *self.FIELDS)

    def enter(self) -> None:
        """The tab is shown: draw what changed meanwhile and take the focus back."""
        self._shown = True
        self.post_message(Pointed(*self._pointed))
        if self._stale and self.is_mounted:
            self._state_changed(self.state)
        if self._last_focus is not None and self._last_focus.is_attached:
            self._last_focus.focus()
        else:
            self.focus_default()

    def leave(self) -> None:
        """Another tab is shown."""
        self._shown = False
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            self._last_focus = focused

    def _state_changed(self, state: State) -> None:
        self._stale = not self._shown
        if self._shown:
            self.show_state(state)
