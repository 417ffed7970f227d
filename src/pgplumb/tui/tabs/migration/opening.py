"""Opens another migration on the workbench; where something would be lost, a person is asked first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pgplumb.migrate.change import Unwritable
from pgplumb.tui.tabs.migration.choice_screen import Answer, ReplaceScreen
from pgplumb.tui.tabs.migration.compose import Composed, compose
from pgplumb.tui.tabs.migration.draft_state import DraftState
from pgplumb.tui.tabs.migration.plan_text import texts_of

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding
    from pgplumb.migrate.plan import Plan
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.migration.workbench import Workbench


class Opening:
    """Puts the fix of a finding, a plan, or nothing yet into the editors."""

    def __init__(self, tab: Tab, bench: Workbench) -> None:
        self._tab = tab
        self._bench = bench

    def instead(self, by: str, go_on: Callable[[], None], append: Callable[[], None] | None = None) -> None:
        """Go on at once, or ask first; `by` names for people what comes in its place."""
        if not self._bench.would_be_lost:
            go_on()
            return

        def chosen(answer: Answer | None) -> None:
            if answer == "replace":
                go_on()
            elif answer == "append" and append is not None:
                append()

        screen = ReplaceScreen(self._bench.name_for_people, by, append is not None)
        self._tab.app.push_screen(screen, chosen)

    def blank(self) -> None:
        """Begin a new migration."""
        self.instead("an empty text", self._begin)

    def fix(self, finding: Finding) -> bool:
        """Write the fix of a finding; False, with the reason said, where that cannot be."""
        catalog = self._tab.state.catalog
        if catalog is None:
            self._tab.say("no fix can be composed before the catalog was read", "warn")
            return False
        try:
            composed = compose(finding, catalog, self._tab.state.checklist)
        except Unwritable as reason:
            self._tab.say(f"no fix was composed: {reason}", "warn")
            return False
        self.instead(composed.name, partial(self._take, composed), partial(self._append, composed))
        return True

    def plan(self, plan: Plan, name: str) -> None:
        """Write the chosen way of a plan. Raises FormatError for a plan that does nothing."""
        up, down = texts_of(plan)
        self.instead(name, partial(self._open_plan, plan, name, up, down))

    def _begin(self) -> None:
        self._bench.open(DraftState(), "", None)
        self._tab.focus_default()

    def _take(self, composed: Composed) -> None:
        down = composed.down
        kept = (composed.up, down or "")
        state = DraftState(composed.name, None, kept, "proposed" if down is None else "fix")
        self._bench.mode = "autocommit"
        self._bench.open(state, composed.up, down, undoable=True)
        self._tab.focus_default()
        self._tab.say("composed; not rehearsed, not applied")

    def _append(self, composed: Composed) -> None:
        self._bench.append(composed.up, composed.down)
        self._tab.focus_default()
        self._tab.say("appended; not rehearsed, not applied")

    def _open_plan(self, plan: Plan, name: str, up: str, down: str | None) -> None:
        self._bench.mode = "autocommit"
        state = DraftState(name, None, (up, down or ""), "plan")
        self._bench.open(state, up, down or "", undoable=True, plan=plan)
        self._tab.focus_default()
