"""What leads to a migration and on from the one that is open: the wizard, the files of a tool, applying it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pgplumb.tui.state import Phase
from pgplumb.tui.widgets.editor.buffer import too_much

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import App

    from pgplumb.catalog.unread import Unread
    from pgplumb.migrate.plan import Plan
    from pgplumb.migrate.probes import Answer
    from pgplumb.tui.requests import Request
    from pgplumb.tui.state import State
    from pgplumb.tui.store import Store
    from pgplumb.tui.tabs.migration.texts_pane import TextsPane
    from pgplumb.tui.tabs.migration.workbench import Workbench
    from pgplumb.tui.widgets.ink import InkName


class Bearer(Protocol):
    """The tab, as far as it is needed here."""

    @property
    def app(self) -> App[object]:
        """The application."""

    @property
    def state(self) -> State:
        """The current state."""

    @property
    def store(self) -> Store:
        """What holds the state."""

    @property
    def plan(self) -> Plan | None:
        """The plan that is open; None where the text was written by hand."""

    def take_plan(self, plan: Plan, name: str) -> None:
        """Open a plan."""

    def action_new(self) -> None:
        """Begin a blank migration."""

    def request(self, request: Request) -> None:
        """Ask the server for something."""

    def say(self, text: str, ink: InkName = "text") -> None:
        """Write to the message line."""


class Onward:
    """Opens the screens."""

    def __init__(self, tab: Bearer, bench: Workbench) -> None:
        self._tab = tab
        self._bench = bench

    def apply(self) -> None:
        """Look at what would run; it is confirmed there."""
        from pgplumb.tui.tabs.migration.applying.remarks import remarks_on
        from pgplumb.tui.tabs.migration.applying.screen import ApplyScreen
        from pgplumb.tui.tabs.migration.trial import trial_of

        if self._tab.state.connection.phase is not Phase.LIVE:
            self._tab.say("there is no server to apply it to: connect first", "warn")
            return
        plan = self._open_plan()
        if plan is not None:
            draft, state = self._bench.draft, self._tab.state
            trial = trial_of(state, draft.up, draft.down, self._bench.mode)
            remarks = remarks_on(plan, self._bench.known.reading, trial)
            self._tab.app.push_screen(ApplyScreen(plan, state.connection, remarks), self._bench.say_stands)

    def export(self) -> None:
        """Choose the tool whose files it becomes."""
        from pgplumb.tui.tabs.migration.export.screen import ExportScreen

        plan = self._open_plan()
        if plan is None:
            return

        def done(written: str | None) -> None:
            if written:
                self._tab.say(written, "pass")

        if plan.intent is None:
            # The hash tells texts apart where they are applied; in the name of a file it says nothing.
            plan = replace(plan, id=plan.id.rpartition("_")[0])
        self._tab.app.push_screen(ExportScreen(plan, Path("migrations")), done)

    def begin(self, object_id: str | None = None) -> None:
        """Choose what a new migration does; about an object where it was opened from one."""
        from pgplumb.tui.tabs.migration.wizard.screen import WizardScreen
        from pgplumb.tui.tabs.migration.wizard.subject import subject_of

        catalog = self._tab.state.catalog

        def chosen(found: Plan | Literal["blank"] | None) -> None:
            if found == "blank":
                self._tab.action_new()
            elif found is not None:
                self._take(found)

        wizard = WizardScreen(catalog, subject_of(object_id, catalog), latest=lambda: self._tab.state.catalog)
        self._tab.app.push_screen(wizard, chosen)

    async def probe(self, answers: Sequence[Answer] | Unread | None) -> None:
        """Show what the target would be asked."""
        import asyncio

        from pgplumb.tui.requests import AskTarget
        from pgplumb.tui.tabs.migration.probe_screen import ProbeScreen

        tab, up, mode = self._tab, self._bench.texts.up.text, self._bench.mode
        catalog = tab.state.catalog
        if catalog is None or not up.strip():
            tab.say("there is nothing to ask the target about yet", "warn")
            return

        def found() -> AskTarget:
            from pgplumb.migrate.probes import probes_for

            return AskTarget(up, mode, probes=probes_for(up, catalog, mode))

        request = await asyncio.to_thread(found)
        tab.app.push_screen(ProbeScreen(tab.store, request, tab.request, answers))

    def edit(self, texts: TextsPane) -> None:
        """Edit the text that is shown in the person's editor."""
        from pgplumb.tui.tabs.migration.external import EditorFailed, edited

        editor = texts.current
        try:
            text = edited(self._tab.app, editor.text, f"migration.{texts.side}.sql")
        except EditorFailed as reason:
            self._tab.say(str(reason), "warn")
            return
        refusal = too_much(text)
        if refusal is not None:
            self._tab.say(f"not taken over: {refusal}", "warn")
            return
        editor.replace_all(text)
        self._tab.say("back from the editor; not rehearsed, not applied")

    def _take(self, plan: Plan) -> None:
        from pgplumb.migrate.formats.parts.model import FormatError

        try:
            self._tab.take_plan(plan, plan.title)
        except FormatError as reason:
            self._tab.say(str(reason), "warn")

    def _open_plan(self) -> Plan | None:
        """Return the plan that is open, or the text as one; None, with the reason said, where it is none."""
        from pgplumb.migrate.by_hand import NoPlan, plan_of

        if self._tab.plan is not None:
            return self._tab.plan
        bench, draft = self._bench, self._bench.draft
        down = None if bench.follows else draft.down
        try:
            return plan_of(draft.name, draft.up, down, bench.mode, bench.catalog)
        except NoPlan as reason:
            self._tab.say(str(reason), "warn")
            return None
