"""The way in: a script, a twin, and how the script will be run."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

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
from pgplumb.twin.scratch import Scratches, runs_as, scratches_of

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.sql.split import Statement
    from pgplumb.twin.twin import Twin

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
    exact: bool = True,
    seconds: float = SECONDS,
    stop: Stop | None = None,
) -> Rehearsal:
    """Run a migration in the twin and return what it did. Never raises for what a script does.

    `mode` says whether the script runs as one transaction or statement by statement; BEGIN and COMMIT in it are
    heeded. `role` is one that it runs as, else whoever the target was read as. `catalog` is the target's: the
    answer then holds it as it would be. `settings` are the session's: TimeZone and search_path change what
    statements do; those of the catalog hold where they are not given. `stop` ends it from another thread.

    `exact` has each statement of a transaction run by itself as well, in another copy, where locks held before hide
    which ones it takes again: what is typed needs it not.
    """
    began = time.monotonic()
    parts = parts_of(statements)
    stop = stop or Stop()
    locality = twin.source.locality
    verdict = Verdict(with_rows=isinstance(twin, Workshop), lacks_rights=locality.superuser and role is None)
    prologue = _prologue(role or runs_as(twin.source), _session(catalog) | dict(settings or {}))
    after = After(twin, catalog)
    copies = scratches_of(twin)
    really = stays(parts, autocommit=mode == "autocommit")
    scratch = copies.take()
    try:
        with stop.watching(scratch.server, scratch.caged, seconds) as watch:
            if really:
                run = Committed(scratch, watch, verdict)
                found = run.run(parts, prologue, in_transaction=mode == "transaction")
                after.read(scratch, committed=True)
            else:
                found = run_inside(scratch, watch, verdict, parts, prologue, lambda: after.read(scratch))
        if watch.why is not None:
            verdict.lost(watch.why)
    finally:
        copies.give_back(scratch)
    if exact and not really and hidden(found) and not stop.asked:
        found = _unhidden(copies, parts, found, prologue, stop, seconds - (time.monotonic() - began))
    rest = tuple(_unreached(part, found, verdict) for part in parts[len(found) :])
    return Rehearsal(
        mode,
        (*found, *rest),
        verdict.executes,
        after.catalog if verdict.complete else None,
        seconds=time.monotonic() - began,
        with_rows=verdict.with_rows,
        stopped=verdict.stopped,
    )


def _unhidden(
    copies: Scratches,
    parts: Sequence[Part],
    found: list[RehearsedStatement],
    prologue: Sequence[str],
    stop: Stop,
    seconds: float,
) -> list[RehearsedStatement]:
    scratch = copies.take()
    try:
        with stop.watching(scratch.server, scratch.caged, seconds) as watch:
            return unhidden(scratch, watch, parts[: len(found)], found, prologue)
    finally:
        copies.give_back(scratch)


def prepare(twin: Twin | Workshop, copies: int = 2) -> None:
    """Have what rehearsals need made ready in a thread, where they will follow soon. Returns at once."""
    scratches_of(twin).prepare(copies)
    threading.Thread(target=BASES.try_of, args=(twin,), name="twin catalog", daemon=True).start()


def _unreached(part: Part, found: Sequence[RehearsedStatement], verdict: Verdict) -> RehearsedStatement:
    last = found[-1].index if found else None
    why = verdict.stopped or (f"statement {last} fails before it" if last is not None else "nothing ran")
    return RehearsedStatement(part.index, unknown=(f"not reached: {why}",), ran=False)


def _session(catalog: Catalog | None) -> dict[str, str]:
    """Return what a session of the target begins with and what changes the meaning of statements."""
    found = {}
    for name in _SETTINGS:
        setting = catalog.settings.get(name) if catalog else None
        # The value itself is what the reading transaction had set for its own duration.
        if setting is not None and setting.reset_value:
            found[name] = setting.reset_value
    return found


def _prologue(role: str | None, settings: Mapping[str, str]) -> list[str]:
    """Return what is set before the first statement, for the session."""
    made = [
        sql.SQL("SELECT pg_catalog.set_config({}, {}, false)").format(sql.Literal(name), sql.Literal(value))
        for name, value in settings.items()
    ]
    if role is not None:
        made.append(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    return [statement.as_string() for statement in made]
