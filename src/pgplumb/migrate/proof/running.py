"""Runs blocks in a copy of the twin, as the cage role, for good: what they do stays there until the copy is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.migrate.proof.script import Block
from pgplumb.migrate.rehearsal.answer import Failure
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.twin import wire

if TYPE_CHECKING:
    import psycopg

    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.watchdog import Watch


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that did not run; None for the check of deferred constraints at a commit."""

    part: Part | None
    failure: Failure
    number: int
    """Of the statement over all blocks, from 1."""


class Runner:
    """One copy with what every script starts from."""

    def __init__(
        self, scratch: Scratch, watch: Watch, role: str | None, settings: Mapping[str, str] | None
    ) -> None:
        self._scratch = scratch
        self._watch = watch
        self._prologue = [
            sql.SQL("SELECT pg_catalog.set_config({}, {}, false)")
            .format(sql.Literal(name), sql.Literal(value))
            .as_string()
            for name, value in (settings or {}).items()
        ]
        if role is not None:
            self._prologue.append(sql.SQL("SET ROLE {}").format(sql.Identifier(role)).as_string())

    def run(self, blocks: Sequence[Block]) -> Broken | None:
        """Run blocks in a session of their own; return the first failure. Raises psycopg.Error for a lost server."""
        import psycopg

        connection = self._scratch.caged
        number, part = 0, None
        try:
            for text in self._prologue:
                wire.send(connection, text)
            for block in blocks:
                if block.together:
                    wire.send(connection, "BEGIN")
                for part in block.parts:
                    number += 1
                    if self._watch.why is not None:
                        return None
                    wire.send(connection, part.text, part.rows)
                part = None
                if block.together:
                    wire.send(connection, "COMMIT")
        except psycopg.Error as error:
            if connection.closed or self._watch.why is not None:
                raise
            return Broken(part, _failure(error), number)
        finally:
            _leave(connection)
        return None


def _leave(connection: psycopg.Connection) -> None:
    import psycopg
    from psycopg.pq import TransactionStatus

    with suppress(psycopg.Error):
        if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
            wire.send(connection, "ROLLBACK")
        if not connection.closed:
            wire.send(connection, "DISCARD ALL")


def _failure(error: psycopg.Error) -> Failure:
    said = error.diag
    place = said.statement_position
    return Failure(
        said.sqlstate or "XX000",
        " ".join((said.message_primary or str(error)).split()),
        int(place) if place else None,
        said.message_detail or "",
        said.message_hint or "",
    )
