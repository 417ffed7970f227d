"""Rehearsing in one transaction, which is measured after each statement and rolled back at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.answer import Failure, RehearsedStatement
from pgplumb.migrate.rehearsal.looking import Held, Inside, State, effect, held_by, named
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.migrate.rehearsal.verdict import Verdict, doubts
from pgplumb.twin import wire
from pgplumb.twin.answers import Notice

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.watchdog import Watch

SAVE = "SAVEPOINT pgplumb_statement"
UNDO = "ROLLBACK TO SAVEPOINT pgplumb_statement"
KEEP = "RELEASE SAVEPOINT pgplumb_statement"


class Hearing:
    """The notices of one connection, for a block."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._heard: list[Notice] = []

    def __enter__(self) -> Hearing:
        self._connection.add_notice_handler(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.remove_notice_handler(self._hear)

    def taken(self) -> tuple[Notice, ...]:
        """Return what was heard since the last call."""
        heard, self._heard = tuple(self._heard), []
        return heard

    def _hear(self, said: psycopg.errors.Diagnostic) -> None:
        if len(self._heard) < 200:
            texts = (said.message_primary, said.sqlstate, said.message_detail, said.message_hint)
            self._heard.append(Notice(said.severity_nonlocalized or "", *((t or "")[:4000] for t in texts)))


class InsideRun:
    """One transaction in a copy. Statements that may fail because there are no rows have a savepoint before them."""

    def __init__(self, scratch: Scratch, watch: Watch, verdict: Verdict) -> None:
        self._scratch = scratch
        self._watch = watch
        self._verdict = verdict
        self._connection = scratch.caged
        self._inside = Inside(self._connection)
        self._held: Held = frozenset()
        self._state = State()

    def run(
        self, parts: Sequence[Part], prologue: Sequence[str], at_end: Callable[[], None]
    ) -> list[RehearsedStatement]:
        """Run statements until one fails for certain; `at_end` is called inside the transaction when none did."""
        import psycopg

        found: list[RehearsedStatement] = []
        with Hearing(self._connection) as hearing:
            try:
                wire.send(self._connection, "BEGIN")
                for text in prologue:
                    wire.send(self._connection, text)
                self._inside.begin()
                self._state = State(scans=self._inside.scans)
                for part in parts:
                    if self._watch.why is not None or self._verdict.over:
                        break
                    found.append(self._one(part, hearing))
                if not self._verdict.over and self._watch.why is None:
                    self._deferred()
                    at_end()
            except psycopg.Error as error:
                self._verdict.lost(self._watch.why or _said(error))
            finally:
                self._leave()
        return found

    def _one(self, part: Part, hearing: Hearing) -> RehearsedStatement:
        import psycopg

        if part.way in ("refused", "syntax", "alone") or part.ends_or_begins:
            return self._verdict.unsent(part)
        guarded = part.moves_data or self._verdict.skipped
        if guarded:
            wire.send(self._connection, SAVE)
        hearing.taken()
        began = time.monotonic()
        try:
            wire.send(self._connection, part.text, part.rows)
        except psycopg.Error as error:
            if self._watch.why is not None or error.sqlstate is None or error.sqlstate.startswith("57P"):
                raise
            seconds = time.monotonic() - began
            if guarded:
                wire.send(self._connection, UNDO)
            return self._verdict.failed(part, failure(error), hearing.taken(), seconds, guarded=guarded)
        seconds = time.monotonic() - began
        if guarded and part.control == "":
            wire.send(self._connection, KEEP)
        return self._measured(part, hearing.taken(), seconds)

    def _measured(self, part: Part, notices: tuple[Notice, ...], seconds: float) -> RehearsedStatement:
        inventory = self._scratch.inventory
        held = held_by(self._scratch.builder, self._connection.info.backend_pid)
        state = self._inside.state(oid for oid, _ in held)
        done = effect(self._state, state, inventory, empties=part.empties)
        hidden = any(oid in inventory for oid, _ in self._held)
        new = held - self._held
        self._held, self._state = held, state
        return RehearsedStatement(
            index=part.index,
            locks=named(new, inventory),
            locks_exact=not hidden,
            held=named(held, inventory),
            rewrites=done.rewrites,
            emptied=done.emptied,
            rebuilds=done.rebuilds,
            scans=done.scans,
            changed=done.changed,
            dropped=done.dropped,
            notices=notices,
            seconds=seconds,
            unknown=doubts(part, new, state, with_rows=self._verdict.with_rows),
        )

    def _deferred(self) -> None:
        """Check deferred constraints, as COMMIT would."""
        import psycopg

        wire.send(self._connection, SAVE)
        try:
            wire.send(self._connection, "SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if error.sqlstate is None or error.sqlstate.startswith("57"):
                raise
            wire.send(self._connection, UNDO)
            self._verdict.at_commit(failure(error))

    def _leave(self) -> None:
        """Leave the session as if nothing had been."""
        import psycopg
        from psycopg.pq import TransactionStatus

        try:
            status = self._connection.info.transaction_status
            if status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                wire.send(self._connection, "ROLLBACK")
            elif status == TransactionStatus.IDLE and not self._connection.closed:
                # Something ended the transaction: what it did is there to stay.
                self._scratch.spoilt = True
            wire.send(self._connection, "DISCARD ALL")
        except psycopg.Error:
            self._connection.close()


def failure(error: psycopg.Error) -> Failure:
    """Return an error of the server's as a value."""
    said = error.diag
    position = int(said.statement_position) if said.statement_position else None
    texts = (said.message_detail, said.message_hint)
    return Failure(
        said.sqlstate or "",
        (said.message_primary or "")[:4000],
        position,
        *((text or "")[:4000] for text in texts),
    )


def _said(error: BaseException) -> str:
    return "the twin's server ended the connection: " + " ".join(str(error).split())[:400]
