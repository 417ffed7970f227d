"""Rehearsing in one transaction that is rolled back at the end, in a copy that serves again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.answer import RehearsedStatement
from pgplumb.migrate.rehearsal.hearing import Hearing, ended
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.migrate.rehearsal.transaction import Transaction
from pgplumb.migrate.rehearsal.verdict import Verdict
from pgplumb.twin import wire

if TYPE_CHECKING:
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.watchdog import Watch


def run_inside(
    scratch: Scratch,
    watch: Watch,
    verdict: Verdict,
    parts: Sequence[Part],
    prologue: Sequence[str],
    at_end: Callable[[], None],
) -> list[RehearsedStatement]:
    """Run statements until one fails for certain; `at_end` is called inside the transaction when none did."""
    import psycopg

    found: list[RehearsedStatement] = []
    connection = scratch.caged
    with Hearing(connection) as hearing:
        transaction = Transaction(scratch, watch, verdict, hearing)
        try:
            for text in prologue:
                wire.send(connection, text)
            transaction.begin()
            for part in parts:
                if verdict.over or watch.why is not None:
                    break
                scratch.spoilt |= part.outlives
                sent = part.way in ("inside", "control")
                found.append(transaction.statement(part) if sent else verdict.unsent(part))
            if not verdict.over and watch.why is None:
                transaction.check_deferred()
                at_end()
        except psycopg.Error as error:
            verdict.lost(watch.why or ended(error))
        finally:
            _leave(scratch)
    return found


def _leave(scratch: Scratch) -> None:
    """Leave the session as if nothing had been."""
    import psycopg
    from psycopg.pq import TransactionStatus

    connection = scratch.caged
    try:
        if connection.info.transaction_status == TransactionStatus.IDLE:
            # Something ended the transaction: what it did is there to stay.
            scratch.spoilt = True
        else:
            wire.send(connection, "ROLLBACK")
        wire.send(connection, "DISCARD ALL")
    except psycopg.Error:
        connection.close()
