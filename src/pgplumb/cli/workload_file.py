"""A workload file for a command: its statements, or an error of one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    from pgplumb.workload.advisor.workload import Entry


def read_workload(path: Path) -> tuple[Entry, ...]:
    """Return the statements of a file. Raises UsageError for one that cannot be used."""
    from pgplumb.workload.advisor.workload import WorkloadError, from_file

    try:
        return from_file(path)
    except WorkloadError as error:
        raise UsageError(str(error)) from None
