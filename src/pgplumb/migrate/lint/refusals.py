"""A statement that failed in the twin, as a hazard."""

from __future__ import annotations

from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.rehearsal.answer import Failure

OF_FAILURES = frozenset(
    {"concurrently-in-transaction", "unsupported-operation", "syntax-or-semantic-error", "blocked-by-dependents",
     "enum-value-used-in-same-transaction", "fails-on-existing-rows"}
)  # fmt: skip
"""Hazards that say that a statement fails: one that ran has none of them."""
MISSING = frozenset({"42P01", "42703", "42704", "42883", "3F000", "42P02", "3D000"})
"""Something that a statement names is not there."""
_OF_ROWS = ("21", "22", "23", "P0")
_UNSUPPORTED = ("0A000", "42809", "55000", "55006", "25001")
_IDS = {"2BP01": "blocked-by-dependents", "55P04": "enum-value-used-in-same-transaction"}


def fails_on_rows(error: Failure, *, with_rows: bool) -> bool:
    """Whether the rows are the reason."""
    return with_rows and error.sqlstate[:2] in _OF_ROWS


def refusal_hazard(error: Failure, statement: int, objects: tuple[str, ...], *, with_rows: bool) -> Hazard:
    """Return the hazard of a failure, in the server's words."""
    if fails_on_rows(error, with_rows=with_rows):
        name = "fails-on-existing-rows"
    elif error.sqlstate == "25001" and "CONCURRENTLY" in error.message.upper():
        name = "concurrently-in-transaction"
    elif error.sqlstate in _UNSUPPORTED:
        name = "unsupported-operation"
    else:
        name = _IDS.get(error.sqlstate, "syntax-or-semantic-error")
    words = " ".join(part for part in (error.message.rstrip(".") + ".", error.detail, error.hint) if part)
    return hazard(name, statement, objects, f"{words} ({error.sqlstate})", source="rehearsed")
