"""ApplyScreen: what would run and what stands against it, the confirmation, the run, and what stands afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from pgplumb.migrate.apply.events import Doubtful
from pgplumb.migrate.plan_file import PlanFileError, save_plan
from pgplumb.tui.actions import bindings
from pgplumb.tui.clipboard import copy
from pgplumb.tui.messages import Ask
from pgplumb.tui.requests import Rest, Wake
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.tabs.migration.actions import APPLY
from pgplumb.tui.tabs.migration.applying.course import Course, after, begun
from pgplumb.tui.tabs.migration.applying.ending import ask_to_end
from pgplumb.tui.tabs.migration.applying.job import Job, Looked, Told, Trouble
from pgplumb.tui.tabs.migration.applying.kept import commands_for, kept_at
from pgplumb.tui.tabs.migration.applying.keys import keys_of
from pgplumb.tui.tabs.migration.applying.lines import (
    Remark,
    obstacle_to,
    question_of,
    refused_on,
    warnings_of,
)
from pgplumb.tui.tabs.migration.applying.reason_screen import ReasonScreen
from pgplumb.tui.tabs.migration.applying.sheet import ApplySheet
from pgplumb.tui.widgets.ink import InkName, Line, Span
from pgplumb.tui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from pgplumb.migrate.apply.controls import Controls
    from pgplumb.migrate.apply.limits import Limits
    from pgplumb.migrate.plan import Plan
    from pgplumb.server.target import Target
    from pgplumb.tui.state import Connection

_CLOSING = 10.0
"""Seconds that a closing job has until the feed is woken all the same."""


class ApplyScreen(Overlay[str | None]):
    """Nothing is written before the name of the database is typed."""

    ACTIONS: ClassVar = APPLY
    BINDINGS: ClassVar[list[BindingType]] = bindings(APPLY)

    class Taken(Message):
        """The feed has left the server."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class Heard(Message):
        """Something happened in the job."""

        def __init__(self, told: Told) -> None:
            super().__init__()
            self.told = told

    def __init__(
        self,
        plan: Plan,
        connection: Connection,
        remarks: Sequence[Remark] = (),
        limits: Limits | None = None,
    ) -> None:
        """`remarks` are what is known of the plan that a person should know before it runs."""
        super().__init__()
        self._plan = plan
        self._connection = connection
        self._remarks = tuple(remarks)
        self._limits = limits
        self._job: Job | None = None
        self._looked: Looked | None = None
        self._course: Course | None = None
        self._trouble = ""
        self._waived: dict[str, str] = {}
        self._message: Line = ()
        self._sheet = ApplySheet(plan, connection, self._remarks)

    def compose(self) -> ComposeResult:
        """Where, how it stands; the steps, and what was found; the keys."""
        with Vertical(classes="frame") as frame:
            frame.border_title = f"Apply  {self._plan.title}"
            yield self._sheet

    def on_mount(self) -> None:
        """Have the server to ourselves, and look."""
        super().on_mount()
        self.post_message(Ask(Rest(lambda target: _post(self, self.Taken(target)))))
        self._draw()

    def on_unmount(self) -> None:
        """Leave the server, then let the feed come back."""
        job, app = self._job, self.app

        def close() -> None:
            if job is not None:
                job.wait(_CLOSING)
            app.post_message(Ask(Wake()))

        if job is not None:
            job.leave()
        threading.Thread(target=close, name="pgplumb apply ends", daemon=True).start()

    # What is heard

    @on(Taken)
    def _taken(self, event: Taken) -> None:
        event.stop()
        target = event.target
        self._trouble = refused_on(target)
        if self._trouble:
            self._draw()
            return
        if self._job is None:
            commands = commands_for(self._kept, target)
            self._job = Job(self._plan, target, commands, self._hear, self._limits)
            self._job.start()

    def _hear(self, told: Told) -> None:
        _post(self, self.Heard(told))

    @on(Heard)
    def _heard(self, event: Heard) -> None:
        event.stop()
        told = event.told
        if isinstance(told, Looked):
            self._looked = told
            self._trouble = ""
        elif isinstance(told, Trouble):
            self._trouble = told.text
            if told.ended:
                self._course = None
        elif self._course is not None:
            self._course = after(self._course, told)
        self._draw()

    @property
    def _kept(self) -> Path:
        return kept_at(self._plan, self._connection.database)

    # Drawing

    @property
    def _under_way(self) -> bool:
        return self._course is not None and self._course.last is None

    def _draw(self) -> None:
        course, job = self._course, self._job
        self._read_keys(scrolling=course is None)
        sheet = self._sheet
        if course is None:
            sheet.show_look(self._looked, self._waived, self._trouble)
        else:
            sheet.show_course(course, job.controls.share if job is not None else 1.0)
        sheet.keys.show(self._message or keys_of(self._looked, course, self._waived))

    def _read_keys(self, *, scrolling: bool) -> None:
        """While it runs single keys are the run's, not those that scroll a text."""
        if self._sheet.scrolls is not scrolling:
            self._sheet.scrolls = scrolling
            self.set_class(not scrolling, "-runs")
            self.set_focus(self._sheet.steps if scrolling else None)

    def on_resize(self, event: events.Resize) -> None:
        """Draw what depends on the width."""
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def _say(self, text: str, ink: InkName = "warn") -> None:
        self._message = (Span(text, ink),)
        self._draw()
        self.set_timer(4.0, self._hush)

    def _hush(self) -> None:
        self._message = ()
        self._draw()

    # Before it runs

    def action_begin(self) -> None:
        """Ask for the name of the database; after an end, look again."""
        if self._under_way:
            return
        if self._course is not None:
            self._look_again()
            return
        looked = self._looked
        if looked is None or self._job is None or self._trouble:
            self._say("the server has not been looked at yet")
            return
        obstacle = obstacle_to(looked, frozenset(self._waived))
        if obstacle:
            self._say(obstacle)
            return
        where = (Span("on   ", "muted"), Span(self._connection.label, "strong"), *self._sheet.badge)
        told = (where, *warnings_of(looked, self._remarks))
        self.app.push_screen(ConfirmScreen(question_of(looked), told, looked.found.database), self._confirmed)

    def _confirmed(self, agreed: bool | None) -> None:
        looked, job = self._looked, self._job
        if not agreed or looked is None or job is None:
            return
        try:
            save_plan(self._plan, self._kept)
        except PlanFileError as reason:
            self._say(f"not begun: {reason}", "fail")
            return
        self._course = begun(self._plan, looked.now.done, looked.direction)
        job.begin(dict(self._waived))
        self._draw()

    def _look_again(self) -> None:
        self._course = None
        self._looked = None
        self._draw()

    def action_turn(self) -> None:
        """Look at the other direction."""
        if self._under_way or self._job is None:
            return
        down = self._looked is None or self._looked.direction == "up" or self._course is not None
        self._look_again()
        self._job.turn("down" if down else "up")

    def action_waive(self) -> None:
        """Give a reason to run although something stands against it."""
        looked = self._looked
        if looked is None or self._course is not None:
            return
        failing = [item for item in looked.found.failing(frozenset(self._waived)) if item.waivable]
        if not failing:
            self._say("nothing that fails can be waived")
            return
        item = failing[0]

        def given(reason: str | None) -> None:
            if reason:
                self._waived[item.id] = reason
                self._draw()

        self.app.push_screen(ReasonScreen(item.title, f"{item.evidence}. {item.next_step}"), given)

    # While it runs

    def action_pause(self) -> None:
        """Hold a backfill after its batch, or let it go on."""
        self._steer(lambda controls: controls.go_on() if controls.paused else controls.pause())

    def action_faster(self) -> None:
        """Let a backfill work more of the time."""
        self._steer(lambda controls: controls.faster())

    def action_slower(self) -> None:
        """Let a backfill work less of the time."""
        self._steer(lambda controls: controls.slower())

    def _steer(self, turn: Callable[[Controls], None]) -> None:
        if self._under_way and self._job is not None:
            turn(self._job.controls)
            self._draw()

    def action_stop(self) -> None:
        """Stop in a clean state."""
        if not self._under_way or self._course is None or self._job is None:
            return
        if self._course.asks is not None:
            self._job.answer("no")
            return
        self._job.controls.stop()
        self._say("stopping: what runs is cancelled, or its batch is ended")

    def action_end_blocker(self) -> None:
        """Cancel or end who is in the way, once its process number is typed."""
        course, job = self._course, self._job
        blockers = [b for b in course.blockers if b.pid] if course is not None and self._under_way else []
        if not blockers or job is None:
            self._say("nobody is in the way")
            return
        ask_to_end(self.app, blockers[0], job.controls.end_blocker)

    def action_yes(self) -> None:
        """Answer yes to what the run asks."""
        if self._course is not None and self._course.asks is not None and self._job is not None:
            self._job.answer("done" if isinstance(self._course.asks, Doubtful) else "yes")

    def action_again(self) -> None:
        """Answer that it was not done."""
        if self._course is not None and isinstance(self._course.asks, Doubtful) and self._job is not None:
            self._job.answer("again")

    def action_copy(self) -> None:
        """Copy the command that goes on, or the steps."""
        last = self._course.last if self._course is not None else None
        command = getattr(last, "go_on", "")
        self._say(copy(self.app, command or self._sheet.steps.copy_text()), "pass")

    def action_close(self) -> None:
        """Close; what runs is stopped first."""
        if self._under_way:
            self._say("it runs: s stops it, then esc closes")
        else:
            last = self._course.last if self._course is not None else None
            self.dismiss(last.stands if last is not None else None)


def _post(screen: ApplyScreen, message: Message) -> None:
    """Send a message from another thread; a screen that is gone takes none."""
    if screen.is_attached:
        screen.post_message(message)
