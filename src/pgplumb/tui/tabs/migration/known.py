"""A reading made ready to be drawn, so that the event loop has nothing left to find out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pgplumb.tui.tabs.migration.measured import with_measured
from pgplumb.tui.tabs.migration.reading import Job, Reading, Script, read
from pgplumb.tui.tabs.migration.remarks import remarks_of
from pgplumb.tui.tabs.migration.rows import Row, rows_of
from pgplumb.tui.tabs.migration.summary import counts
from pgplumb.tui.widgets.editor.text_sheet import Remark
from pgplumb.tui.widgets.ink import Line

if TYPE_CHECKING:
    from pgplumb.migrate.probes import Answer
    from pgplumb.tui.live.rehearsed import ComparedPlans, Rehearsed


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a migration, and how it is shown."""

    reading: Reading
    rows: tuple[Row, ...]
    summary: Line
    beside_up: Mapping[int, Remark]
    """What stands beside the lines of the up, by number from 0."""
    beside_down: Mapping[int, Remark]
    text: Reading
    """The reading as it was before anything was measured."""

    @classmethod
    def of(cls, reading: Reading, text: Reading | None = None) -> Known:
        """Make a reading ready; `text` is what it was made from."""
        rows = rows_of(reading)
        summary = counts(rows, measured=reading.measured is not None)
        return cls(reading, rows, summary, remarks_of(rows, "up"), remarks_of(rows, "down"), text or reading)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found out: a text, with what was found out about it elsewhere."""

    job: Job
    measured: Rehearsed | None = None
    answers: Sequence[Answer] | None = None
    compared: ComparedPlans | None = None
    why_not: str | None = None
    """Why it was not rehearsed."""


def find_out(job: Job, wanted: Wanted | None = None, text: Reading | None = None) -> Known:
    """Read a migration. Never fails: a text that the analysis cannot cope with is unread.

    `wanted` brings what was found out elsewhere; `text` is the reading of the same text where that was made already.
    """
    try:
        reading = text if text is not None else read(job)
        if wanted is None:
            return Known.of(reading)
        joined = with_measured(reading, wanted.measured, wanted.answers, wanted.compared)
        return Known.of(replace(joined, untried=wanted.why_not), reading)
    except Exception as error:
        reason = f"the analysis failed ({type(error).__name__}), so nothing is known of this text"
        return Known.of(Reading(job, Script(), Script(), unread=reason))
