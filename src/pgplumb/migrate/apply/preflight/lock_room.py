"""Whether the server's lock table has room for a step that locks a table with all its partitions and indexes.

Source: https://www.postgresql.org/docs/current/runtime-config-locks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.migrate.apply.preflight.item import Item, passed
from pgplumb.migrate.apply.preflight.touched import Scope
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.session import Session

_TITLE = "The lock table has room"


def lock_room_item(session: Session, touched: Scope) -> Item:
    """Compare what a step may lock at once with what is free; one transaction may take more than its share."""
    oids = {"oids": list(touched.related)}
    needed, share, room, used = session.once(query_file(__package__, "lock_room"), oids)[0]
    evidence = (
        f"a step locks at most {needed:,} relations; max_locks_per_transaction is {share:,},"
        f" {room - used:,} of {room:,} locks are free"
    )
    next_step = "Raise max_locks_per_transaction and restart, or change partitions a few at a time."
    if needed > room - used:
        return Item("lock-room", _TITLE, "fail", evidence, next_step)
    if needed > max(share, (room - used) // 2):
        return Item("lock-room", _TITLE, "warn", evidence, next_step)
    return passed("lock-room", _TITLE, evidence)
