"""Whether the server's disk has room for what a plan writes, where that can be known: on this machine alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.foundation.text import size
from pgplumb.migrate.apply.events import Direction
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.preflight.item import Item, passed, unknown
from pgplumb.migrate.apply.preflight.touched import Scope
from pgplumb.sql.lexer import significant
from pgplumb.sql.split import split

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Step

_REWRITE = 2.2
"""What a rewrite may need, as a multiple of the table: its copy, its indexes and the log."""
_BUILD = 1.0
"""What an index may need, sorting included; a backfill, which leaves a dead row for each."""
_REWRITES = frozenset(["CLUSTER", "VACUUM", "REFRESH MATERIALIZED VIEW"])
_BUILDS = frozenset(["CREATE INDEX", "REINDEX"])
_REWRITING_WORDS = frozenset(
    ["type", "logged", "unlogged", "generated", "serial", "bigserial", "tablespace", "method"]
)
_TITLE = "The disk has room"


def room_item(
    directory: str | None,
    block_size: int,
    touched: Scope,
    steps: tuple[Step, ...],
    direction: Direction,
    limits: Limits,
) -> Item:
    """Compare what is free with the worst that the steps can need, by their words: rehearsal knows it better."""
    pages = sum(table.pages for table in touched.tables)
    need = int(sum(map(_times, steps)) * block_size * pages) if direction == "up" else 0
    free = _free(directory)
    wanted = f"up to {size(need)} may be needed, and {size(limits.spare_disk)} left over"
    if free is None:
        return unknown("disk-room", _TITLE, f"what is free on the server cannot be seen from here; {wanted}")
    if free < need + limits.spare_disk:
        next_step = "Make room, or choose steps that write less."
        return Item("disk-room", _TITLE, "fail", f"{size(free)} are free; {wanted}", next_step)
    return passed("disk-room", _TITLE, f"{size(free)} are free; {wanted}")


def _times(step: Step) -> float:
    """Return how often the tables may be written by a step, as a multiple of their size."""
    if step.batches is not None:
        return _BUILD
    found = 0.0
    for statement in split(step.up):
        words = {token.lower for token in significant(statement.text)}
        if statement.kind in _BUILDS:
            found += _BUILD
        elif statement.kind in _REWRITES or (statement.kind == "ALTER TABLE" and words & _REWRITING_WORDS):
            found += _REWRITE
    return found


def _free(directory: str | None) -> int | None:
    """Return the bytes free where the server's files are, if they are on this machine."""
    if directory is None:
        return None
    try:
        # A directory of the same name may be there by chance: that of a server has this file.
        if not (Path(directory) / "PG_VERSION").exists():
            return None
        found = os.statvfs(directory)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize
