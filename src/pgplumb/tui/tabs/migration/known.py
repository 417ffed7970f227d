"""A reading made ready to be drawn, so that the event loop has nothing left to find out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.tui.tabs.migration.reading import Job, Reading, Script, read
from pgplumb.tui.tabs.migration.remarks import remarks_of
from pgplumb.tui.tabs.migration.rows import Row, rows_of
from pgplumb.tui.tabs.migration.summary import counts
from pgplumb.tui.widgets.editor.text_sheet import Remark
from pgplumb.tui.widgets.ink import Line


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a migration, and how it is shown."""

    reading: Reading
    rows: tuple[Row, ...]
    summary: Line
    beside_up: Mapping[int, Remark]
    """What stands beside the lines of the up, by number from 0."""
    beside_down: Mapping[int, Remark]

    @classmethod
    def of(cls, reading: Reading) -> Known:
        """Make a reading ready."""
        rows = rows_of(reading)
        return cls(reading, rows, counts(rows), remarks_of(rows, "up"), remarks_of(rows, "down"))


def find_out(job: Job) -> Known:
    """Read a migration. Never fails: a text that the analysis cannot cope with is unread."""
    try:
        return Known.of(read(job))
    except Exception as error:
        reason = f"the analysis failed ({type(error).__name__}), so nothing is known of this text"
        return Known.of(Reading(job, Script(), Script(), unread=reason))
