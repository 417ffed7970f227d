"""The deck: holds the tabs, of which one is shown. A tab is made when it is first shown."""

from __future__ import annotations

from textual.widgets import ContentSwitcher

from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs.registry import BY_NAME, TABS, TabSpec


class TabDeck(ContentSwitcher):
    """The part of the main screen that the tabs take turns in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.active: TabSpec = TABS[0]
        self._tabs: dict[str, Tab] = {TABS[0].name: TABS[0].load()(TABS[0], store)}
        super().__init__(*self._tabs.values(), initial=TABS[0].name, id="tabs")

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self._tabs[self.active.name]

    @property
    def loaded(self) -> tuple[Tab, ...]:
        """The tabs that were shown at least once."""
        return tuple(self._tabs.values())

    async def show(self, name: str) -> None:
        """Show a tab, making it the first time, and give it the focus."""
        spec = BY_NAME[name]
        if spec is not self.active:
            self.tab.leave()
            if name not in self._tabs:
                made = spec.load()(spec, self.store)
                await self.add_content(made)
                self._tabs[name] = made
            self.active = spec
            self.current = name
        self.tab.enter()
