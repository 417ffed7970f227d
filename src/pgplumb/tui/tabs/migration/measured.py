"""A reading with what was measured in the twin put in the place of what was read off the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.foundation.text import shorten
from pgplumb.migrate.hazards.analysis import Analysis, StatementFacts
from pgplumb.migrate.hazards.effect import Lock, Target
from pgplumb.sql.positions import Positions
from pgplumb.tui.tabs.migration.reading import Fault, Reading, fault_length

if TYPE_CHECKING:
    from pgplumb.migrate.hazards.hazard import Hazard, Severity
    from pgplumb.migrate.probes import Answer
    from pgplumb.tui.live.rehearsed import ComparedPlans, Rehearsed

_QUERY = 60
"""Characters of a query that name it."""


def with_measured(
    reading: Reading,
    measured: Rehearsed | None,
    answers: Sequence[Answer] | None = None,
    compared: ComparedPlans | None = None,
) -> Reading:
    """Return a reading as a rehearsal and the target's answers leave it: where they differ, what was measured holds.

    Queries whose plans get worse are hazards of the whole.
    """
    if reading.analysis is None:
        return reading
    # Imported with what brings something to join: not before the tab is drawn.
    from pgplumb.migrate.lint.refusals import OF_FAILURES
    from pgplumb.migrate.probes import settle

    if measured is None:
        if not answers:
            return reading
        settled = settle(reading.analysis.hazards, answers)
        return replace(
            reading, analysis=replace(reading.analysis, hazards=_ordered(settled)), answers=answers
        )
    linted = measured.linted
    faults = tuple(_faults(reading, measured))
    failed = {fault.statement for fault in faults}
    hazards: Sequence[Hazard] = (*linted.hazards, *(ignored.hazard for ignored in linted.ignored))
    if answers:
        hazards = settle(hazards, answers)
    said = (
        h for h in hazards if not (h.statement in failed and h.source == "rehearsed" and h.id in OF_FAILURES)
    )
    statements = tuple(
        StatementFacts(
            one.index,
            one.line,
            one.sql,
            tuple(Lock(Target(name, existed=True), mode) for name, mode in one.locks.items()),
            one.rewrites,
            one.scans,
            one.unknown,
            one.source,
        )
        for one in linted.statements
    )
    return replace(
        reading,
        up=replace(reading.up, faults=tuple(sorted((*reading.up.faults, *faults), key=_place))),
        analysis=Analysis(statements, _ordered((*said, *_worse_plans(compared)))),
        measured=measured,
        answers=answers,
    )


def _worse_plans(compared: ComparedPlans | None) -> Iterator[Hazard]:
    from pgplumb.migrate.hazards.hazard import Hazard

    for one in compared.found if compared is not None else ():
        if one.verdict in ("breaks", "worse"):
            query = shorten(" ".join(one.query.split()), _QUERY)
            severity: Severity = "error" if one.verdict == "breaks" else "warning"
            text = f"{query}: {one.message}"
            yield Hazard(f"plan-{one.verdict}", severity, None, (), text, source="rehearsed")


def _faults(reading: Reading, measured: Rehearsed) -> Iterator[Fault]:
    """Give the errors of the rehearsal that have a place in the text, unless the parser found one there before."""
    positions = Positions(reading.job.up)
    known = reading.faulty
    for seen in measured.rehearsal:
        error = seen.error
        if error is None or error.position is None or seen.index in known:
            continue
        if seen.index >= len(reading.up.statements):
            continue
        at = reading.up.statements[seen.index].start + error.position - 1
        line, column = positions.line_and_column(min(at, len(reading.job.up)))
        words = " ".join(part for part in (error.message, error.detail, error.hint) if part)
        end = column + fault_length(reading.job.up, reading.up.statements[seen.index].start, at)
        yield Fault(f"{words} ({error.sqlstate})", line, column, end, seen.index, source="rehearsed")


def _place(fault: Fault) -> tuple[int, int]:
    return fault.line, fault.column


def _ordered(hazards: Sequence[Hazard] | Iterator[Hazard]) -> tuple[Hazard, ...]:
    def order(found: Hazard) -> tuple[bool, int, int]:
        severity = ("error", "warning", "info").index(found.severity)
        return found.statement is None, found.statement or 0, severity

    return tuple(sorted(hazards, key=order))
