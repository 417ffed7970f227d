"""The way in: a script, a twin, and how the script will be run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import psycopg
from psycopg import sql

from pgplumb.migrate.rehearsal.after import After
from pgplumb.migrate.rehearsal.answer import Rehearsal, RehearsedStatement
from pgplumb.migrate.rehearsal.apart import hidden, unhidden
from pgplumb.migrate.rehearsal.committed import Committed
from pgplumb.migrate.rehearsal.inside import run_inside
from pgplumb.migrate.rehearsal.reading import BASES
from pgplumb.migrate.rehearsal.script import Part, parts_of, stays
from pgplumb.migrate.rehearsal.stopping import Stop
from pgplumb.migrate.rehearsal.verdict import Verdict
from pgplumb.migrate.rehearsal.workshop import Workshop
from pgplumb.migrate.target_settings import begins_with
from pgplumb.server.errors import ConnectError, LostConnection, QueryError
from pgplumb.twin.scratch import Scratch, Scratches, inventory, runs_as, scratches_of

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.sql.split import Statement
    from pgplumb.twin.twin import Twin
    from pgplumb.twin.watchdog import Watch

Mode = Literal["transaction", "autocommit"]
SECONDS = 30.0
"""How long a whole rehearsal may take, by the clock."""
_SETTINGS = ("TimeZone", "search_path", "DateStyle", "IntervalStyle", "default_table_access_method")


def rehearse(
    twin: Twin | Workshop,
    statements: str | Sequence[Statement],
    mode: Mode = "transaction",
    *,
    role: str | None = None,
    catalog: Catalog | None = None,
    settings: Mapping[str, str] | None = None,
    earlier: Sequence[tuple[str, Mode]] = (),
    exact: bool = True,
    seconds: float = SECONDS,
    stop: Stop | None = None,
) -> Rehearsal:
    """Run a migration in the twin and return what it did. Never raises for what a script does.

    `mode` says whether the script runs as one transaction or statement by statement; BEGIN and COMMIT in it are
    heeded. `role` is one that it runs as, else whoever the target was read as. `catalog` is the target's: the
    answer then holds it as it would be. `settings` are the session's: TimeZone and search_path change what
    statements do; those of the catalog hold where they are not given. `stop` ends it from another thread.

    `earlier` are scripts that have run before it, with their modes: what they made counts as there before, and the
    catalog holds it too. `exact` has each statement of a transaction run by itself as well, in another copy, where
    locks held before hide which ones it takes again: what is being typed needs it not.
    """
    verdict = Verdict(
        with_rows=isinstance(twin, Workshop),
        lacks_rights=twin.source.locality.superuser and role is None,
        absent={} if isinstance(twin, Workshop) else twin.gaps.relations,
    )
    run = _Run(
        scratches_of(twin),
        parts_of(statements),
        mode,
        _prologue(role or runs_as(twin.source), begins_with(_SETTINGS, catalog) | dict(settings or {})),
        tuple(earlier),
        verdict,
        stop or Stop(),
        time.monotonic() + seconds,
    )
    began = time.monotonic()
    found: list[RehearsedStatement] = []
    after = None
    try:
        after = After(twin, catalog)
        found = run.measured(after)
        if exact:
            found = run.unhidden(found)
    except (psycopg.Error, ConnectError, LostConnection, QueryError) as error:
        verdict.lost("the twin cannot be used: " + " ".join(str(error).split())[:400])
    rest = tuple(_unreached(part, found, verdict) for part in run.parts[len(found) :])
    return Rehearsal(
        mode,
        (*found, *rest),
        verdict.executes,
        after.catalog if after is not None and verdict.complete else None,
        seconds=time.monotonic() - began,
        with_rows=verdict.with_rows,
        stopped=verdict.stopped,
    )


@dataclass(slots=True)
class _Run:
    """One rehearsal."""

    copies: Scratches
    parts: tuple[Part, ...]
    mode: Mode
    prologue: list[str]
    earlier: tuple[tuple[str, Mode], ...]
    verdict: Verdict
    stop: Stop
    until: float
    """When it is to have ended, by the monotonic clock."""

    @property
    def really(self) -> bool:
        """Whether what is run is committed."""
        return stays(self.parts, autocommit=self.mode == "autocommit")

    def measured(self, after: After) -> list[RehearsedStatement]:
        """Run the script."""
        with self._copy() as (scratch, watch):
            if watch.why is None and self.really:
                run = Committed(scratch, watch, self.verdict)
                found = run.run(self.parts, self.prologue, in_transaction=self.mode == "transaction")
                after.read(scratch, committed=True)
            else:
                found = run_inside(
                    scratch, watch, self.verdict, self.parts, self.prologue, lambda: after.read(scratch)
                )
        return found

    def unhidden(self, found: list[RehearsedStatement]) -> list[RehearsedStatement]:
        """Run its statements apart, where some of their locks were hidden."""
        if self.really or not hidden(found) or self.stop.asked:
            return found
        with self._copy() as (scratch, watch):
            return unhidden(scratch, watch, self.parts[: len(found)], found, self.prologue)

    @contextmanager
    def _copy(self) -> Iterator[tuple[Scratch, Watch]]:
        """Give a copy in which the scripts before this one have run, under watch."""
        scratch = self.copies.take()
        try:
            with self.stop.watching(
                scratch.server, scratch.caged, max(self.until - time.monotonic(), 0)
            ) as watch:
                self._run_earlier(scratch, watch)
                yield scratch, watch
            if watch.why is not None:
                self.verdict.lost(watch.why)
            if "kill" in watch.taken:
                # The server began anew: every other session of it is gone.
                self.copies.forget()
                scratch.spoilt = True
        finally:
            self.copies.give_back(scratch)

    def _run_earlier(self, scratch: Scratch, watch: Watch) -> None:
        for text, mode in self.earlier:
            now = self.verdict
            before = Verdict(with_rows=now.with_rows, lacks_rights=now.lacks_rights, absent=now.absent)
            run = Committed(scratch, watch, before)
            run.run(parts_of(text), self.prologue, in_transaction=mode == "transaction")
            scratch.reset()
            if not before.complete:
                self.verdict.follows_gap()
        if self.earlier:
            scratch.inventory = inventory(scratch.builder)


def prepare(twin: Twin | Workshop, copies: int = 2) -> None:
    """Have what rehearsals need made ready in a thread, where they will follow soon. Returns at once."""
    scratches_of(twin).prepare(copies)
    threading.Thread(target=BASES.try_of, args=(twin,), name="twin catalog", daemon=True).start()


def _unreached(part: Part, found: Sequence[RehearsedStatement], verdict: Verdict) -> RehearsedStatement:
    last = found[-1].index if found else None
    why = verdict.stopped or (f"statement {last + 1} fails before it" if last is not None else "nothing ran")
    return RehearsedStatement(part.index, unknown=(f"not reached: {why}",), ran=False)


def _prologue(role: str | None, settings: Mapping[str, str]) -> list[str]:
    """Return what is set before the first statement, for the session."""
    made = [
        sql.SQL("SELECT pg_catalog.set_config({}, {}, false)").format(sql.Literal(name), sql.Literal(value))
        for name, value in settings.items()
    ]
    if role is not None:
        made.append(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    return [statement.as_string() for statement in made]
