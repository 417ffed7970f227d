"""Workbench: the texts, what is known of them and where they came from, kept in step.

A change of the text is read after a pause, in a thread; what was read is shown if the text is still the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.timer import Timer

from pgplumb.migrate.draft import Draft
from pgplumb.tui.tabs.migration.draft_state import DraftState
from pgplumb.tui.tabs.migration.known import Known, Wanted
from pgplumb.tui.tabs.migration.reader import Reader
from pgplumb.tui.tabs.migration.reading import Job
from pgplumb.tui.tabs.migration.reading_pane import ReadingPane
from pgplumb.tui.tabs.migration.texts_pane import TextsPane, TitleLine
from pgplumb.tui.widgets.editor.text_sheet import TextSheet
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.rule_line import UprightRule

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.hazards.step import Mode
    from pgplumb.migrate.plan import Plan
    from pgplumb.tui.live.rehearsed import Rehearsed
    from pgplumb.tui.tabs.migration.reading import Reading
    from pgplumb.tui.tabs.migration.trial import Trial

PAUSE = 0.15
"""Seconds without a key after which the text is read."""
HOLD = 0.4
"""Seconds for which what was read off a text is held back where a rehearsal will follow sooner than that."""
NOT_REHEARSED: Line = (Span("not rehearsed, not applied", "warn"),)
_ORIGINS = {
    "proposed": "proposed from the up",
    "fix": "from the fix",
    "plan": "from the plan",
    "file": "from the file",
    "own": "yours",
}


class Workbench(Container):
    """One migration, open."""

    class Read(Message):
        """The texts were read as they stand: nothing more is known of them by now."""

    class Arrived(Message):
        """Something was found out."""

        def __init__(self, known: Known) -> None:
            super().__init__()
            self.known = known

    def __init__(self) -> None:
        super().__init__(id="migration-body", classes="-empty")
        self.texts = TextsPane()
        self.known = ReadingPane()
        self.head = TitleLine(id="migration-head")
        self.state = DraftState()
        self.mode: Mode = "autocommit"
        self.catalog: Catalog | None = None
        self.read: Reading | None = None
        """What was read last of the texts; with what was measured, where that is known."""
        self._reader = Reader(self._found_out)
        self._pause: Timer | None = None
        self._held: Timer | None = None
        self._given = ""
        self._measured: Rehearsed | None = None
        self._trial: Line = NOT_REHEARSED
        self._stands = ("", "")
        self.soon = False
        """Whether a rehearsal of what was read will follow at once."""
        self._plan: tuple[Plan, str, str] | None = None

    def compose(self) -> ComposeResult:
        """The texts, and what is known of them."""
        yield self.texts
        yield UprightRule(id="migration-upright")
        yield self.known

    def on_mount(self) -> None:
        """Say what stands here."""
        self.draw_titles()

    def on_unmount(self) -> None:
        """Read nothing any more."""
        self._reader.stop()

    # The texts

    @property
    def follows(self) -> bool:
        """Whether the down is ours to propose."""
        return self.state.down == "proposed"

    @property
    def would_be_lost(self) -> bool:
        """Whether something was written that is kept nowhere else."""
        return self.state.would_be_lost(self.texts.up.text, self.texts.down.text)

    @property
    def plan(self) -> Plan | None:
        """The plan that the texts were written from, as long as they are as it wrote them."""
        if self._plan is None or self._plan[1:] != (self.texts.up.text, self.texts.down.text):
            return None
        return self._plan[0]

    @property
    def draft(self) -> Draft:
        """The migration as it is now."""
        return Draft(self.name_for_people, self.texts.up.text, self.texts.down.text, self.state.path)

    @property
    def name_for_people(self) -> str:
        """Its name, or what its first statement does where it has none."""
        if self.state.name:
            return self.state.name
        reading = self.known.reading
        if reading is None or not reading.up.statements:
            return "migration"
        facts = reading.analysis.statements[0] if reading.analysis else None
        about = facts.locks[0].target.id if facts and facts.locks else ""
        return f"{reading.up.statements[0].kind} {about}".strip().lower()

    def open(
        self,
        state: DraftState,
        up: str,
        down: str | None,
        *,
        undoable: bool = False,
        plan: Plan | None = None,
    ) -> None:
        """Show another migration; without a down, one is proposed. `undoable` lets undo bring the old one back.

        `plan` is what the texts were written from.
        """
        self.state = state
        for editor, text in ((self.texts.up, up), (self.texts.down, down or "")):
            if undoable:
                editor.replace_all(text)
            else:
                editor.load(text)
        self._given = down or ""
        self._plan = None if plan is None else (plan, self.texts.up.text, self.texts.down.text)
        self.known.begin()
        self.texts.turn_to("up")
        self.draw_titles()
        self.read_now()

    def append(self, up: str, down: str | None) -> None:
        """Put another change behind the one that is open, and what takes it back before the other's down."""
        self.texts.up.replace_all(f"{self.texts.up.text.rstrip()}\n\n{up}")
        if down is not None and not self.follows:
            self._given = f"{down}\n{self.texts.down.text}"
            self.texts.down.replace_all(self._given)
        self.texts.turn_to("up")
        self.read_now()

    def draw_titles(self) -> None:
        """Say which text is shown, where it lives, and that nothing was run."""
        both, side = self.texts.both_in_sight, self.texts.side
        shown = "up" if both else side
        down: Line = (
            Span("down", "title" if side == "down" else "muted"),
            Span(f"  {_ORIGINS[self.state.down]}", "faint"),
        )
        left: Line = (Span("up", "title" if side == "up" else "muted"),) if shown == "up" else down
        applied, stands = self._stands
        tried = (Span(stands, "strong"),) if stands and applied == self.texts.up.text else self._trial
        self.head.show((*left, Span("   "), *self._file()), tried)
        self.texts.parting.show(down)

    def _file(self) -> Line:
        name = self.state.path.name if self.state.path is not None else self.state.name
        spans = [Span(name, "text")] if name else []
        if self.would_be_lost:
            spans.append(Span(f"{'  ' if name else ''}not saved", "muted"))
        return tuple(spans)

    # Reading

    @on(TextSheet.Changed)
    def _changed(self, event: TextSheet.Changed) -> None:
        event.stop()
        self._note_hand()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self.read_now)

    def _note_hand(self) -> None:
        """A down that is not as it was given is the person's own from then on."""
        if self.texts.down.text != self._given and self.state.down != "own":
            self.state = replace(self.state, down="own")
            self.draw_titles()

    def read_now(self) -> None:
        """Have the texts read."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        self.known.expect()
        self._measured = None
        self._reader.ask(Wanted(self._job()))

    def take_measured(self, trial: Trial) -> None:
        """Put what was found out about the texts, as they stand, in the place of what was read off them."""
        self._measured = trial.current
        why_not = trial.why_not if trial.current is None else None
        self._reader.ask(Wanted(self._job(), trial.current, trial.asked, trial.compared, why_not))

    def say_trial(self, trial: Line) -> None:
        """Say how far the migration was tried."""
        if trial != self._trial:
            self._trial = trial
            self.draw_titles()

    def say_stands(self, stands: str | None) -> None:
        """Say what of the text stands on the server after a run, until the text is another."""
        if stands is not None:
            self._stands = (self.texts.up.text, stands)
            self.draw_titles()

    def _found_out(self, known: Known) -> None:
        """Take what was found out, in the reader's thread."""
        self.post_message(self.Arrived(known))

    def _job(self) -> Job:
        down = "" if self.follows else self.texts.down.text
        return Job(self.texts.up.text, down, self.catalog, self.mode, self.follows)

    @on(Arrived)
    def _arrived(self, event: Arrived) -> None:
        event.stop()
        self._note_hand()
        reading = event.known.reading
        if not reading.job.same_text(self._job()):
            return
        if reading.proposed is not None and reading.proposed.text != self._given:
            self._give(reading.proposed.text)
        if self._held is not None:
            self._held.stop()
            self._held = None
        if reading.joined:
            self._show(event.known)
            return
        if self._measured is not None:
            return
        self.read = reading
        self.post_message(self.Read())
        if self.soon and not reading.faulty:
            # What is measured follows at once: nothing changes on the screen twice.
            self._held = self.set_timer(HOLD, lambda: self._show(event.known))
        else:
            self._show(event.known)

    def _show(self, known: Known) -> None:
        self._held = None
        if not known.reading.job.same_text(self._job()):
            return
        self.known.show(known)
        self.texts.remark(known)
        self.set_class(not known.rows, "-empty")
        self.draw_titles()

    def _give(self, down: str) -> None:
        """Write the down ourselves."""
        self._given = down
        self.texts.down.load(down)

    def propose_down(self) -> None:
        """Propose the down, whatever stands there; it follows the up from now on."""
        if not self.follows:
            self.texts.down.replace_all("")
            self._given = ""
            self.state = replace(self.state, down="proposed")
        self.read_now()
