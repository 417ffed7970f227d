"""Opens what lies over the main screen, and does what was chosen there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.tui.entry import Entry
from pgplumb.tui.objects import object_entries
from pgplumb.tui.place import Place
from pgplumb.tui.reach import in_reach
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.registry import TABS
from pgplumb.tui.widgets.ink import Span, line

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding
    from pgplumb.foundation.config import Config
    from pgplumb.foundation.profile import Waiver
    from pgplumb.tui.actions import Action
    from pgplumb.tui.screens.evidence import Choice
    from pgplumb.tui.screens.main import MainScreen


class Overlays:
    """The dialogues of one main screen. Their modules are imported when they are first opened."""

    def __init__(self, main: MainScreen, config: Config) -> None:
        self._main = main
        self._config = config
        self._offered = False

    def help(self) -> None:
        """Show the keys that work where the focus is."""
        from pgplumb.tui.screens.help import HelpScreen

        actions = list(dict.fromkeys(action for _, action in in_reach(self._main)))
        self._main.app.push_screen(HelpScreen(actions, self._main.keys))

    def palette(self, objects_first: bool) -> None:
        """Offer everything by name."""
        from pgplumb.tui.screens.palette import PaletteScreen

        actions, objects = list(self._actions()), list(self._objects())
        entries = [*objects, *actions] if objects_first else [*actions, *objects]
        hint = (
            "go to an object or a tab, or do something" if objects_first else "do something, or go somewhere"
        )
        self._main.app.push_screen(PaletteScreen(entries, hint), self._run)

    def evidence(self, result: RuleResult) -> None:
        """Show a rule in full."""
        from pgplumb.tui.screens.evidence import EvidenceScreen

        self._main.app.push_screen(EvidenceScreen(result), self._evidence_chosen)

    def waiver(self, result: RuleResult, finding: Finding | None) -> None:
        """Ask for a waiver, write it and judge again."""
        from pgplumb.tui.screens.waiver import WaiverScreen

        folder = Path.cwd()
        screen = WaiverScreen(result, finding, date.today(), folder)
        self._main.app.push_screen(screen, partial(self._write_waiver, folder))

    def _write_waiver(self, folder: Path, waiver: Waiver | None) -> None:
        from pgplumb.foundation.profile import FILE_NAME, ProfileError
        from pgplumb.foundation.profile_waiver import add_waiver
        from pgplumb.tui.messages import Ask
        from pgplumb.tui.requests import ReadProfile

        if waiver is None:
            return
        try:
            add_waiver(folder / FILE_NAME, waiver)
        except ProfileError as error:
            self._main.say(str(error), "fail")
            return
        self._main.post_message(Ask(ReadProfile()))
        self._main.say(f"waived, in {FILE_NAME}", "pass")

    def connection(self) -> None:
        """Ask where to connect to."""
        from pgplumb.tui.screens.connection import ConnectionScreen

        self._main.app.push_screen(ConnectionScreen(self._main.store, self._config.connections))

    def quit(self, lost: Sequence[str]) -> None:
        """Ask whether to quit although something is not saved."""
        from pgplumb.tui.screens.confirm import ConfirmScreen

        lines = [line(Span("not saved: ", "warn"), name) for name in lost]
        self._main.app.push_screen(ConfirmScreen("Quit without saving?", lines), self._quit)

    def _quit(self, agreed: bool | None) -> None:
        if agreed:
            self._main.app.exit()

    def follow(self, state: State) -> None:
        """Ask where to connect to when it is needed: at the start without a target, for a password, on failure."""
        if self._main.store.fresh:
            return
        phase = state.connection.phase
        if phase in (Phase.LIVE, Phase.OFFLINE, Phase.CONNECTING):
            self._offered = False
        needed = phase in (Phase.IDLE, Phase.PASSWORD) or (phase is Phase.FAILED and state.catalog is None)
        if needed and not self._offered and self._main.is_current:
            self._offered = True
            self.connection()

    def _run(self, entry: Entry | None) -> None:
        if entry is not None:
            self._main.call_later(entry.run)

    async def _evidence_chosen(self, choice: Choice | None) -> None:
        if choice is None:
            return
        wish, finding = choice
        if wish == "fix":
            await self._main.compose_fix(finding)
        elif wish == "waive":
            result = next((r for r in self._results() if finding in r.findings), None)
            if result is not None:
                self.waiver(result, finding)
        else:
            await self._main.visit_object(finding.object)

    def _results(self) -> tuple[RuleResult, ...]:
        checklist = self._main.store.state.checklist
        return checklist.results if checklist is not None else ()

    def _actions(self) -> Iterator[Entry]:
        main = self._main
        for spec in TABS:
            go = partial(main.call_later, main.visit, Place(spec.name))
            yield Entry(spec.title, "tab", go, str(spec.number))
        for node, action in in_reach(main):
            if action.palette:
                yield self._action_entry(node, action)
        for tab in main.deck.loaded:
            yield from tab.palette_entries()

    def _action_entry(self, node: DOMNode, action: Action) -> Entry:
        keys = self._main.keys.keys(action)
        run = partial(self._main.call_later, self._main.app.run_action, action.call or action.name, node)
        return Entry(action.label, "action", run, keys[0] if keys else "", action.help)

    def _objects(self) -> Iterator[Entry]:
        main = self._main
        catalog = main.store.state.catalog
        if catalog is not None:
            yield from object_entries(catalog, lambda place: main.call_later(main.visit, place))
        for name in main.store.state.databases:
            yield Entry(name, "database", partial(self._use, name))

    def _use(self, name: str) -> None:
        from pgplumb.tui.messages import Ask
        from pgplumb.tui.requests import UseDatabase

        self._main.post_message(Ask(UseDatabase(name)))
