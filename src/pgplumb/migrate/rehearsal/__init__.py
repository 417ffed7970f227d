"""Rehearsing a migration in the twin: locks, rewrites and scans are measured, nothing is supposed."""

from pgplumb.migrate.rehearsal.answer import Changed, Failure, Rehearsal, RehearsedStatement, RelationLock
from pgplumb.migrate.rehearsal.rehearse import prepare, rehearse
from pgplumb.migrate.rehearsal.stopping import Stop
from pgplumb.migrate.rehearsal.workshop import SetupFailed, Workshop

__all__ = [
    "Changed", "Failure", "Rehearsal", "RehearsedStatement", "RelationLock", "SetupFailed", "Stop", "Workshop",
    "prepare", "rehearse",
]  # fmt: skip
