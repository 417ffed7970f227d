"""The kinds of steps that strategies are made of, each with the timeouts that it needs.

A short step asks for a strong lock, does nothing that grows with the table, and gives up soon; a long one blocks
nobody and may take hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from pgplumb.migrate.change import Change, script
from pgplumb.migrate.plan import Batches, Phase, Step, Strategy
from pgplumb.sql.split import Statement, split

Reversible = Literal["exact", "shape", "none"]
BUILDS = "transactions that write to the table, and snapshots older than the build on any table"
"""Whom CREATE INDEX CONCURRENTLY waits for."""
READERS = "transactions that read or write the table"
"""Whom DROP INDEX CONCURRENTLY and DETACH PARTITION CONCURRENTLY wait for."""
VACUUMS = "VACUUM, ANALYZE, index builds and validations on the table"
"""Whom VALIDATE CONSTRAINT waits for."""

_ALONE = re.compile(
    r"\b(INDEX|TABLE|DATABASE|SCHEMA) CONCURRENTLY\b|\bDETACH PARTITION\b.* CONCURRENTLY\Z"
    r"|\A(VACUUM|ALTER SYSTEM|REINDEX DATABASE)\b"
)
"""What PostgreSQL refuses inside a transaction block."""
_PATIENT = re.compile(rf"{_ALONE.pattern}|\AREINDEX\b")
"""What must not be given up half-way, or may take its time."""
_READS = re.compile(r"\bVALIDATE CONSTRAINT\b|\A(ANALYZE|WITH|INSERT|UPDATE|DELETE)\b")


def text(statements: str | Sequence[str]) -> str:
    """Return statements as a step's text, each ended by a semicolon."""
    if isinstance(statements, str):
        return script(statements) if statements else ""
    return script(*statements)


def short(
    up: str | Sequence[str],
    down: str | Sequence[str] | None,
    about: str,
    *,
    phase: Phase = "expand",
    reversible: Reversible = "exact",
    gate: str = "",
    waits_for: str = "",
) -> Step:
    """Return a step of one transaction that holds strong locks for a moment."""
    back = None if down is None else text(down)
    return Step(
        phase,
        text(up),
        back,
        about=about,
        gate=gate,
        waits_for=waits_for,
        statement_timeout="5s",
        reversible=_claim(reversible, back),
    )


def long(
    up: str | Sequence[str],
    down: str | Sequence[str] | None,
    about: str,
    *,
    phase: Phase = "expand",
    reversible: Reversible = "exact",
    gate: str = "",
) -> Step:
    """Return a step of one transaction that may take as long as the table is large: only where nobody minds."""
    back = None if down is None else text(down)
    return Step(phase, text(up), back, about=about, gate=gate, reversible=_claim(reversible, back))


def validate(up: str, about: str, *, down: str = "") -> Step:
    """Return a step that reads a table beside its readers and writers."""
    return Step("validate", text(up), text(down), about=about, waits_for=VACUUMS)


def alone(
    up: str | Sequence[str],
    down: str | Sequence[str] | None,
    about: str,
    *,
    phase: Phase = "expand",
    waits_for: str = BUILDS,
    gate: str = "",
    lock_timeout: str = "0",
    statement_timeout: str = "0",
    reversible: Reversible = "exact",
) -> Step:
    """Return a step whose statements run by themselves, and that must not give up half-way."""
    statements = [down] if isinstance(down, str) and down else down or []
    back = None if down is None else text(_timed(statements, lock_timeout == "0"))
    return Step(
        phase,
        text(up),
        back,
        autocommit=True,
        about=about,
        waits_for=waits_for,
        gate=gate,
        lock_timeout=lock_timeout,
        statement_timeout=statement_timeout,
        reversible=_claim(reversible, back),
    )


def batched(up: str, batches: Batches, about: str, *, down: str | None = "") -> Step:
    """Return a step that changes rows a few at a time; with down None, old values are gone."""
    return Step(
        "backfill",
        text(up),
        None if down is None else text(down),
        about=about,
        waits_for="writers of the same rows",
        batches=batches,
        reversible="none" if down is None else "exact",
    )


def _claim(wanted: Reversible, down: str | None) -> Reversible:
    return "none" if down is None else wanted


def from_change(change: Change, title: str, phase: Phase = "expand") -> Strategy:
    """Return a change as the one step that it is: a transaction, or statements that each run by themselves."""
    up, up_together = _bare(split(change.up))
    down, down_together = _bare(split(change.down or ""))
    apart = any(_ALONE.search(s) for s in (*up, *down))
    apart |= not (up_together and down_together)
    patient = any(_PATIENT.search(s) for s in up)
    timeless = patient or not change.online or any(_READS.search(s) for s in up)
    step = Step(
        phase,
        text(up),
        None if change.down is None else text(_timed(down, patient)),
        autocommit=apart,
        about=title[:1].lower() + title[1:],
        lock_timeout="0" if patient else "2s",
        statement_timeout="0" if timeless else "5s",
        reversible=_claim(change.reversible, change.down),
    )
    quick = not any(_READS.search(s) or _PATIENT.search(s) for s in up)
    return Strategy("direct" if quick or not change.online else "online", title, (step,), change.online)


def _bare(statements: Sequence[Statement]) -> tuple[list[str], bool]:
    """Return statements without BEGIN and COMMIT, and whether they are at most one transaction."""
    texts = [s.text for s in statements]
    if texts[:1] == ["BEGIN"] and texts[-1] == "COMMIT" and texts.count("BEGIN") == 1:
        return texts[1:-1], True
    return texts, len(texts) < 2


def _timed(statements: Iterable[str], patient: bool) -> list[str]:
    """Return the statements of a way back with the waiting that they need where the way forth waits otherwise."""
    timed: list[str] = []
    for statement in statements:
        needed = _PATIENT.search(statement) is not None
        if needed != patient:
            timed += (
                ["SET lock_timeout = 0", "SET statement_timeout = 0"]
                if needed
                else ["SET lock_timeout = '2s'"]
            )
            patient = needed
        timed.append(statement)
    return timed


def direct(title: str, *steps: Step, online: bool = True) -> Strategy:
    """Return the way of the one statement."""
    return Strategy("direct", title, steps, online)


def online(title: str, *steps: Step) -> Strategy:
    """Return a way of several steps, none of which blocks for long."""
    return Strategy("online", title, steps, True)


def shim(title: str, *steps: Step) -> Strategy:
    """Return a way on which old and new code run side by side."""
    return Strategy("shim", title, steps, True)


def ordered(careful: Strategy, at_once: Strategy, empty: bool) -> tuple[Strategy, ...]:
    """Return two strategies, the careful one first where there is anything to be careful of."""
    return (at_once, careful) if empty else (careful, at_once)
