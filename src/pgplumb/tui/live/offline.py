"""The feed of a saved catalog: read once, checked once, never current."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.board import Board
from pgplumb.tui.live.judging import Judging
from pgplumb.tui.live.profile import folder_profile
from pgplumb.tui.requests import OfRehearsal, OfServer, OfTwin, ReadProfile, Request
from pgplumb.tui.state import Connection, Phase, RehearsalState, State

if TYPE_CHECKING:
    from pgplumb.checks.facts import Facts
    from pgplumb.checks.saved import Saved
    from pgplumb.foundation.profile import Profile

NO_SERVER = Unread("needs a server: a saved catalog is shown")
NOT_REHEARSED = "a saved catalog is shown, and a twin is made from a server: connect to rehearse"


class OfflineFeed:
    """One state, from a file made by `pgplumb snapshot`."""

    def __init__(self, path: Path, profile: Profile | None = None) -> None:
        self._path = path
        self._profile = profile
        self._board = Board(State(Connection(label=path.name, phase=Phase.OFFLINE)))
        self._thread: threading.Thread | None = None
        self._facts: Facts | None = None
        self._judging: Judging | None = None

    def start(self, post: Callable[[State], None]) -> None:
        """Begin to read the file, in a thread."""
        self._board.open(post)
        self._board.change(reading=self._path.name)
        self._thread = threading.Thread(target=self._run, name="pgplumb offline", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a reading under way is left to itself."""
        self._board.close()

    def request(self, request: Request) -> None:
        """Answer that a server would be needed, judge by a profile that was written; the rest is ignored."""
        if isinstance(request, ReadProfile) and self._facts is not None:
            facts = replace(self._facts, profile=folder_profile(self._board))
            if self._judging is not None:
                self._judging.use_profile(facts.profile)
            threading.Thread(target=self._judge, args=(facts,), name="pgplumb profile", daemon=True).start()
        if isinstance(request, OfServer | OfTwin):
            self._board.change(answers={**self._board.state.answers, request: NO_SERVER})
        elif isinstance(request, OfRehearsal) and self._board.state.rehearsal.why_not is None:
            self._board.change(rehearsal=RehearsalState(why_not=NOT_REHEARSED))

    def _run(self) -> None:
        from pgplumb.catalog.snapshot import SnapshotError
        from pgplumb.checks.saved import open_facts

        try:
            saved = open_facts(self._path, self._profile or folder_profile(self._board))
        except SnapshotError as error:
            self._board.connection(phase=Phase.FAILED, error=str(error))
            self._board.change(reading=None)
            return
        self._show(saved)

    def _show(self, saved: Saved) -> None:
        facts = saved.facts
        role = facts.catalog.roles.get(facts.catalog.current_role)
        self._board.connection(
            database=facts.catalog.database.name,
            role=role.name if role else "",
            version=facts.catalog.server_version_text.split(" ")[0],
            standby=facts.catalog.is_standby,
        )
        self._board.change(
            catalog=facts.catalog,
            statistics=None if isinstance(facts.statistics, Unread) else facts.statistics,
            capabilities=None if isinstance(facts.capabilities, Unread) else facts.capabilities,
            statements=facts.statements,
            statements_since=NO_SERVER,
            access=saved.access,
            reading="checking",
        )
        self._facts = facts
        self._judge(facts)
        self._board.change(reading=None)
        self._judging = Judging(self._board, None, facts.profile)
        if isinstance(saved.access, Unread):
            self._judging.fail(saved.access)
        elif isinstance(saved.surface, Unread):
            self._judging.fail(saved.surface)
        else:
            self._judging.take(saved.access, saved.surface)

    def _judge(self, facts: Facts) -> None:
        from pgplumb.checks.engine import Engine
        from pgplumb.checks.quality import quality

        checklist = Engine().run(facts)
        named = quality(checklist, facts.profile, facts.now.date())
        self._board.change(checklist=checklist, quality=named)
