"""What a migration may do to a running system, as one vocabulary: the ids and how bad each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
Source = Literal["static", "catalog", "rehearsed"]

_BY_SEVERITY: dict[Severity, str] = {
    "error": """
        concurrently-in-transaction table-rewrite full-scan-under-lock blocks-reads-and-writes blocks-writes
        fails-on-existing-rows data-loss blocked-by-dependents unsupported-operation invalid-index-left-behind
        uncommitted-transaction enum-value-used-in-same-transaction rls-locks-out-readers rls-opens-rows
        identifier-truncated syntax-or-semantic-error
    """,
    "warning": """
        not-concurrently index-rebuild missing-lock-timeout ineffective-timeout lock-timeout-too-long
        timeout-may-cancel-concurrent-build constraint-not-not-valid validate-in-same-transaction
        fails-on-existing-rows-possible breaks-old-code irreversible cascade-drops-others
        long-work-after-exclusive-lock unbatched-dml transaction-nesting json-no-equality char-padding
        timestamp-without-time-zone enum-hard-to-remove enum-value-unordered fk-without-index weakens-invariant
        authz-change overbroad-grant security-definer-search-path not-crash-safe write-amplification
        narrow-key-type not-idempotent
    """,
    "info": "brief-access-exclusive brief-write-block locks-several-tables",
}
SEVERITIES: dict[str, Severity] = {
    name: level for level, names in _BY_SEVERITY.items() for name in names.split()
}
"""Every hazard id with its severity."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing that may go wrong when a migration runs."""

    id: str
    severity: Severity
    statement: int | None
    """The statement's number from 0; None means the whole text."""
    objects: tuple[str, ...]
    """Names without their kind: `public.orders`, `public.orders.total`."""
    message: str
    safer: str | None = None
    """SQL that reaches the same end more safely, where that is simple."""
    source: Source = "static"
    """What it is known from: the text alone, the text and the catalog, or what was measured in the twin."""


def hazard(
    id: str,  # noqa: A002
    statement: int | None,
    objects: Iterable[str],
    message: str,
    safer: str | None = None,
    source: Source = "static",
) -> Hazard:
    """Return a hazard with its id's severity. Raises KeyError for an id that the vocabulary lacks."""
    return Hazard(id, SEVERITIES[id], statement, tuple(objects), message, safer, source)
