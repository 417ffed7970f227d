"""Safer SQL of a hazard put into the text."""

from __future__ import annotations

from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.sql.split import Statement

_INSTEAD = frozenset(
    {
        "not-concurrently",
        "constraint-not-not-valid",
        "ineffective-timeout",
        "lock-timeout-too-long",
        "breaks-old-code",
    }
)
"""Hazards whose safer SQL does what the statement does; that of the others belongs before it."""


def taken_over(text: str, statement: Statement, hazard: Hazard) -> tuple[int, int, str]:
    """Return the stretch of a text to replace, in characters, and what by."""
    safer = (hazard.safer or "").strip()
    if hazard.id not in _INSTEAD:
        return statement.start, statement.start, f"{safer.rstrip(';')};\n"
    ends = text[statement.end :].lstrip().startswith(";")
    return statement.start, statement.end, safer.rstrip(";") if ends else safer
