"""Saving a migration to files and loading it from them; disks are waited for in a thread."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.migrate.draft import Draft, DraftError, file_name, load_draft, save_draft
from pgplumb.tui.tabs.migration.draft_state import DownOrigin, DraftState
from pgplumb.tui.tabs.migration.path_screen import PathScreen
from pgplumb.tui.widgets.editor.buffer import line_breaks, too_much

if TYPE_CHECKING:
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.migration.workbench import Workbench


class Files:
    """The files of the migration that is open on a workbench."""

    def __init__(self, tab: Tab, bench: Workbench) -> None:
        self._tab = tab
        self._bench = bench

    def save(self) -> None:
        """Ask where to, and save."""
        path, draft = self._bench.state.path, self._bench.draft
        if not draft.up.strip() and not draft.down.strip():
            self._tab.say("there is nothing to save", "warn")
            return
        suggestion = str(path) if path is not None else file_name(draft.name, datetime.now(UTC))

        def objection(chosen: Path) -> str | None:
            if chosen.is_dir():
                return "this is a directory: name a file in it"
            exists = chosen != path and chosen.exists()
            return f"{chosen.name} exists: Enter once more writes over it" if exists else None

        self._tab.app.push_screen(PathScreen("Save", suggestion, _here(), objection), self._save_to)

    def load(self) -> None:
        """Ask which file, and load it."""

        def objection(chosen: Path) -> str | None:
            return None if chosen.is_file() else "there is no such file"

        self._tab.app.push_screen(PathScreen("Load", "", _here(), objection), self._load_from)

    def _save_to(self, path: Path | None) -> None:
        if path is not None:
            self._tab.run_worker(self._save(self._bench.draft, path), exclusive=True, group="file")

    async def _save(self, draft: Draft, path: Path) -> None:
        try:
            saved = await asyncio.to_thread(save_draft, draft, path)
        except DraftError as reason:
            self._tab.say(str(reason), "fail")
            return
        self._bench.state = replace(self._bench.state, path=saved.path, kept=(draft.up, draft.down))
        self._bench.draw_titles()
        self._tab.say(f"saved to {saved.path}; not rehearsed, not applied", "pass")

    def _load_from(self, path: Path | None) -> None:
        if path is not None:
            self._tab.run_worker(self._load(path), exclusive=True, group="file")

    async def _load(self, path: Path) -> None:
        try:
            draft = await asyncio.to_thread(load_draft, path)
        except DraftError as reason:
            self._tab.say(str(reason), "fail")
            return
        refusal = too_much(draft.up) or too_much(draft.down)
        if refusal is not None:
            self._tab.say(f"not loaded: {refusal}", "fail")
            return
        up, down = line_breaks(draft.up), line_breaks(draft.down)
        origin: DownOrigin = "file" if down else "proposed"
        self._bench.open(DraftState(draft.name, draft.path, (up, down), origin), up, down or None)
        self._tab.focus_default()
        self._tab.say(f"loaded {draft.path}; not rehearsed, not applied")


def _here() -> str:
    """Return the directory that relative paths start from, as people write it."""
    try:
        here, home = str(Path.cwd()), str(Path.home())
    except (OSError, RuntimeError):
        return "here"
    return f"~{here.removeprefix(home)}" if here == home or here.startswith(f"{home}/") else here
