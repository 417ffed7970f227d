"""What a statement locks by itself, where its transaction holds locks already that hide the ones it takes again.

In a copy that is thrown away, each statement of the transaction is committed before the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.answer import RANK, RehearsedStatement, RelationLock
from pgplumb.migrate.rehearsal.looking import held_by, named
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.twin import wire

if TYPE_CHECKING:
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.watchdog import Watch


def hidden(found: Sequence[RehearsedStatement]) -> bool:
    """Whether there is a statement whose locks may be hidden."""
    return any(statement.ran and not statement.locks_exact for statement in found)


def unhidden(
    scratch: Scratch,
    watch: Watch,
    parts: Sequence[Part],
    found: Sequence[RehearsedStatement],
    prologue: Sequence[str],
) -> list[RehearsedStatement]:
    """Return the same statements with all of their locks, as far as they run apart from each other."""
    apart = _locks(scratch, watch, [part for part in parts if found[part.index].ran], prologue)
    return [
        replace(one, locks=_both(one.locks, apart[one.index]), locks_exact=True)
        if one.index in apart and not one.locks_exact
        else one
        for one in found
    ]


def _locks(
    scratch: Scratch, watch: Watch, parts: Sequence[Part], prologue: Sequence[str]
) -> dict[int, tuple[RelationLock, ...]]:
    import psycopg

    found: dict[int, tuple[RelationLock, ...]] = {}
    connection = scratch.caged
    again: list[str] = []
    scratch.spoilt = True
    try:
        for text in prologue:
            wire.send(connection, text)
        for part in parts:
            if part.control or watch.why is not None:
                # A state that only the transaction as a whole can be in.
                break
            if part.node.kind == "VariableSetStmt":
                again.append(part.text)
                found[part.index] = ()
                continue
            for text in ("BEGIN", *again, part.text):
                wire.send(connection, text, part.rows if text is part.text else b"")
            found[part.index] = named(
                held_by(scratch.builder, connection.info.backend_pid), scratch.inventory
            )
            wire.send(connection, "COMMIT")
    except psycopg.Error:
        # It runs only together with those before it: what is known by now is what there is.
        connection.close()
    return found


def _both(one: Sequence[RelationLock], other: Sequence[RelationLock]) -> tuple[RelationLock, ...]:
    """Return the stronger of the locks on each relation."""
    strongest: dict[tuple[str, bool], RelationLock] = {}
    for lock in (*one, *other):
        key = lock.object, lock.is_index
        if key not in strongest or RANK[strongest[key].mode] < RANK[lock.mode]:
            strongest[key] = lock
    return tuple(strongest[key] for key in sorted(strongest))
