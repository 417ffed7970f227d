"""One transaction in a copy, measured after each of its statements."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.answer import RehearsedStatement
from pgplumb.migrate.rehearsal.hearing import Hearing, failure, is_end
from pgplumb.migrate.rehearsal.looking import Held, Inside, State, effect, held_by, named
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.migrate.rehearsal.verdict import Verdict, doubts
from pgplumb.twin import wire

if TYPE_CHECKING:
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.watchdog import Watch

_REFERENCED = ("RowShareLock", "ShareRowExclusiveLock")
"""On a table that a foreign key refers to, while it is verified: when it was there before, and when it is new."""
_SAVE = "SAVEPOINT pgplumb_statement"
_UNDO = "ROLLBACK TO SAVEPOINT pgplumb_statement"
_KEEP = "RELEASE SAVEPOINT pgplumb_statement"


class Transaction:
    """Begins with the first call of `begin`. Whoever began it ends it.

    A statement that may fail because there are no rows has a savepoint before it, so that others can follow.
    """

    def __init__(self, scratch: Scratch, watch: Watch, verdict: Verdict, hearing: Hearing) -> None:
        self._scratch = scratch
        self._watch = watch
        self._verdict = verdict
        self._hearing = hearing
        self._connection = scratch.caged
        self._held: Held = frozenset()
        self._inside = Inside(self._connection)
        self.state = State()

    def begin(self, before: State | None = None, again: Sequence[str] = ()) -> None:
        """Open it. `before` is what the one before it left, `again` is set anew for it. Raises psycopg.Error."""
        wire.send(self._connection, "BEGIN")
        self.enter(before)
        for text in again:
            wire.send(self._connection, text)

    def enter(self, before: State | None = None) -> None:
        """Take over one that the script has begun itself. Raises psycopg.Error."""
        self._held = frozenset()
        self._inside.begin()
        self.state = (before or State()).anew(self._inside.scans)

    def statement(self, part: Part) -> RehearsedStatement:
        """Run one statement and measure it. Raises psycopg.Error where the connection ended."""
        import psycopg

        guarded = part.moves_data or self._verdict.skipped or bool(self._verdict.absent)
        if guarded:
            wire.send(self._connection, _SAVE)
        self._hearing.taken()
        began = time.monotonic()
        try:
            wire.send(self._connection, part.text, part.rows)
        except psycopg.Error as error:
            if self._watch.why is not None or is_end(error):
                raise
            seconds = time.monotonic() - began
            if guarded:
                wire.send(self._connection, _UNDO)
            heard = self._hearing.taken()
            return self._verdict.failed(part, failure(error), heard, seconds, guarded=guarded)
        seconds = time.monotonic() - began
        if guarded and not part.control:
            wire.send(self._connection, _KEEP)
        return self._measured(part, seconds)

    def check_deferred(self) -> None:
        """Check deferred constraints, as COMMIT would. Raises psycopg.Error where the connection ended."""
        import psycopg

        wire.send(self._connection, _SAVE)
        try:
            wire.send(self._connection, "SET LOCAL statement_timeout = 0")
            wire.send(self._connection, "SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if is_end(error) or self._watch.why is not None:
                raise
            wire.send(self._connection, _UNDO)
            self._verdict.at_commit(failure(error))

    def _measured(self, part: Part, seconds: float) -> RehearsedStatement:
        notices = self._hearing.taken()
        inventory = self._scratch.inventory
        held = held_by(self._scratch.builder, self._connection.info.backend_pid)
        state = self._inside.state(self.state, (oid for oid, _ in held))
        done = effect(self.state, state, inventory, empties=part.empties)
        hidden = any(oid in inventory for oid, _ in self._held)
        new = held - self._held
        self._verdict.made |= part.makes
        functions = inventory.functions | self._verdict.made
        self._held, self.state = held, state
        return RehearsedStatement(
            index=part.index,
            locks=named(new, inventory),
            locks_exact=not hidden,
            held=named(held, inventory),
            rewrites=done.rewrites,
            emptied=done.emptied,
            rebuilds=done.rebuilds,
            scans=self._scans(part, done.scans, new),
            changed=done.changed,
            dropped=done.dropped,
            notices=notices,
            seconds=seconds,
            unknown=(
                *doubts(part, new, state, functions, with_rows=self._verdict.with_rows),
                *self._verdict.without(part),
            ),
        )

    def _scans(self, part: Part, scans: tuple[str, ...], new: Held) -> tuple[str, ...]:
        """Return what was read in full, and what would be if there were rows.

        Rows are compared by a hash join, which looks into the referenced table only when it has a row to look for.
        """
        if self._verdict.with_rows or not scans or not part.verifies_keys:
            return scans
        locked = ((self._scratch.inventory.get(oid), mode) for oid, mode in new)
        referenced = {k.name for k, mode in locked if k is not None and k.kind == "r" and mode in _REFERENCED}
        return tuple(sorted({*scans, *referenced}))
