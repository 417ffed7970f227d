"""Rehearsing for real, in a copy that is thrown away: statement by statement, and scripts with their own transactions.

A statement that may run inside a transaction gets one of its own, so that it can be measured before it is committed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.answer import RehearsedStatement
from pgplumb.migrate.rehearsal.frozen import Frozen, relations_of
from pgplumb.migrate.rehearsal.hearing import Hearing, ended, failure, is_end
from pgplumb.migrate.rehearsal.looking import CHANGED_ROWS, MARK, RELATIONS_NOW, State, effect, named
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.migrate.rehearsal.transaction import Transaction
from pgplumb.migrate.rehearsal.verdict import Verdict
from pgplumb.sql.query_files import query_file
from pgplumb.twin import wire

if TYPE_CHECKING:
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.watchdog import Watch

_TERMINATES = "2D000"
"""invalid_transaction_termination: code that commits, which it can only outside of a transaction block."""
_NOT_INSIDE = "25001"
"""active_sql_transaction: on a partitioned table REINDEX runs partition by partition, outside of any."""


class Committed:
    """One script that runs for real."""

    def __init__(self, scratch: Scratch, watch: Watch, verdict: Verdict) -> None:
        self._scratch = scratch
        self._watch = watch
        self._verdict = verdict
        self._connection = scratch.caged
        self._block: Transaction | None = None
        """The transaction that the script itself has begun."""
        self._state = State()

    def run(
        self, parts: Sequence[Part], prologue: Sequence[str], *, in_transaction: bool
    ) -> list[RehearsedStatement]:
        """Run statements until one fails for certain. `in_transaction`: whoever runs the script has begun one."""
        import psycopg

        found: list[RehearsedStatement] = []
        self._scratch.spoilt = True
        with Hearing(self._connection) as hearing:
            try:
                for text in prologue:
                    wire.send(self._connection, text)
                if in_transaction:
                    self._block = self._transaction(hearing)
                    self._block.begin()
                for part in parts:
                    if self._verdict.over or self._watch.why is not None:
                        break
                    found.append(self._one(part, hearing))
                self._finish(hearing, in_transaction=in_transaction)
            except psycopg.Error as error:
                self._verdict.lost(self._watch.why or ended(error))
        return found

    def _one(self, part: Part, hearing: Hearing) -> RehearsedStatement:
        if part.way in ("refused", "syntax") or (part.way == "alone" and self._block is not None):
            return self._verdict.unsent(part)
        if part.way == "control":
            return self._control(part, hearing)
        if self._block is not None:
            return self._block.statement(part)
        if part.needs_bare:
            return self._bare(part, hearing)
        return self._own(part, hearing)

    def _transaction(self, hearing: Hearing) -> Transaction:
        return Transaction(self._scratch, self._watch, self._verdict, hearing)

    def _own(self, part: Part, hearing: Hearing) -> RehearsedStatement:
        """Run a statement in a transaction of its own."""
        import psycopg

        transaction = self._transaction(hearing)
        transaction.begin(self._state)
        until_now = self._verdict.executes
        found = transaction.statement(part)
        apart = _TERMINATES if part.is_code else _NOT_INSIDE
        if found.error is not None and found.error.sqlstate == apart:
            wire.send(self._connection, "ROLLBACK")
            self._verdict.over, self._verdict.executes = False, None if part.is_code else until_now
            return self._bare(part, hearing, watched=True)
        if not found.ran:
            wire.send(self._connection, "ROLLBACK")
            if found.error is None:
                # It fails for want of rows: those after it may still be seen.
                self._verdict.over = False
            return found
        try:
            wire.send(self._connection, "COMMIT")
        except psycopg.Error as error:
            if is_end(error):
                raise
            heard = hearing.taken()
            return self._verdict.failed(part, failure(error), heard, found.seconds, guarded=True)
        self._state = transaction.state
        return found

    def _control(self, part: Part, hearing: Hearing) -> RehearsedStatement:
        """Run what begins or ends a transaction."""
        import psycopg
        from psycopg.pq import TransactionStatus

        hearing.taken()
        began = time.monotonic()
        try:
            wire.send(self._connection, part.text)
        except psycopg.Error as error:
            if is_end(error):
                raise
            seconds = time.monotonic() - began
            return self._verdict.failed(part, failure(error), hearing.taken(), seconds, guarded=False)
        seconds = time.monotonic() - began
        inside = self._connection.info.transaction_status == TransactionStatus.INTRANS
        if self._block is not None and not inside:
            self._state = self._block.state if part.control == "COMMIT" else State()
            self._block = None
        elif self._block is None and inside:
            self._block = self._transaction(hearing)
            self._block.enter(self._state)
        return RehearsedStatement(part.index, notices=hearing.taken(), seconds=seconds)

    def _bare(self, part: Part, hearing: Hearing, *, watched: bool = False) -> RehearsedStatement:
        """Run a statement outside of any transaction, and look at what it did from outside."""
        import psycopg

        scratch, builder = self._scratch, self._scratch.builder
        watched = watched or part.way == "alone" or part.is_code
        mark = builder.execute(MARK.encode()).fetchall()[0][0]
        before = self._state.anew(self._scans() if watched else {})
        relations = () if part.is_code or not watched else relations_of(part.node, scratch)
        frozen = Frozen(scratch, relations, tree=part.node.kind == "ReindexStmt")
        hearing.taken()
        began = time.monotonic()
        try:
            if watched:
                frozen.run(part.text)
            else:
                wire.send(self._connection, part.text)
        except psycopg.Error as error:
            if self._watch.why is not None or is_end(error):
                raise
            seconds = time.monotonic() - began
            return self._verdict.failed(part, failure(error), hearing.taken(), seconds, guarded=False)
        seconds = time.monotonic() - began
        if not watched:
            return RehearsedStatement(part.index, notices=hearing.taken(), seconds=seconds)
        scans = self._scans()
        locked = frozenset(oid for oid, _ in frozen.seen | frozen.brief) | frozenset(frozen.named)
        wanted = {"relations": sorted(locked), "mark": mark}
        now = builder.execute(RELATIONS_NOW.encode(), wanted).fetchall()
        rows = [(*row[:6], scans.get(row[0], 0), row[7]) for row in now]
        written = builder.execute(CHANGED_ROWS.encode(), wanted).fetchall()
        after = before.then(locked, rows, written)
        done = effect(before, after, scratch.inventory, empties=part.empties)
        self._state = after
        return RehearsedStatement(
            part.index,
            locks=named(frozen.seen, scratch.inventory),
            brief=named(frozen.brief, scratch.inventory),
            rewrites=done.rewrites,
            rebuilds=done.rebuilds,
            scans=done.scans,
            changed=done.changed,
            dropped=done.dropped,
            notices=hearing.taken(),
            seconds=seconds,
            unknown=(
                *(
                    ()
                    if frozen.relations
                    else ("its locks were looked at now and then, and some may be missing",)
                ),
                *self._verdict.without(part),
            ),
        )

    def _scans(self) -> dict[int, int]:
        """Return the scans of tables until now, having had the session tell its own."""
        builder = self._scratch.builder
        if builder.info.server_version < 150000:
            return {}
        wire.send(self._connection, "SELECT pg_catalog.pg_stat_force_next_flush()")
        return dict(builder.execute(query_file(__package__, "scans_flushed").encode()).fetchall())

    def _finish(self, hearing: Hearing, *, in_transaction: bool) -> None:
        """Commit what whoever runs the script would; what the script left open is rolled back by its end."""
        import psycopg

        if self._block is None or self._verdict.over or self._watch.why is not None:
            return
        if in_transaction:
            self._block.check_deferred()
        try:
            wire.send(self._connection, "COMMIT" if in_transaction else "ROLLBACK")
        except psycopg.Error as error:
            if is_end(error):
                raise
            self._verdict.at_commit(failure(error))
