"""What is said of a query: findings with their proof, and rewrites with how equal they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pgplumb.workload.querylint.context import LintContext
    from pgplumb.workload.querylint.query import Query

Severity = Literal["error", "warning", "info"]
Certainty = Literal["proved", "suspected", "unknown"]
"""`proved` by catalog or plan; `suspected` from figures, with the ratio; `unknown`: the text does not tell."""
Equivalence = Literal["proved", "assuming", "advice"]
"""`proved`: the same rows for every data and parameter; `assuming`: where `assumes` holds; `advice`: another query."""
Value = str | int | float | bool | None | Sequence[str] | Mapping[str, str]
"""What evidence holds: JSON values."""

NOT_READABLE = "not-readable"
"""The id of the answer for a text that could not be analysed: it is neither clean nor faulty."""


@dataclass(frozen=True, slots=True)
class RewriteKind:
    """One way to write a query anew, and by which test its equivalence is held."""

    id: str
    title: str
    held_by: str | None
    """The test that runs original and rewrite over data with NULLs, duplicates and edges; None for advice."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A whole new text for a query. Texts are data: sanitise them to show them."""

    kind: RewriteKind
    text: str
    diff: tuple[str, ...]
    """Lines with "- ", "+ " or "  " in front."""
    equivalence: Equivalence
    assumes: tuple[str, ...] = ()
    """What must hold for the two to give the same rows, in words."""

    @property
    def safe(self) -> bool:
        """Whether it gives the same rows whatever the data and the parameters are."""
        return self.equivalence == "proved"


@dataclass(frozen=True, slots=True)
class Found:
    """What one kind found in one query."""

    message: str
    evidence: Mapping[str, Value] = field(default_factory=dict)
    objects: tuple[str, ...] = ()
    rewrite: Rewrite | None = None
    certainty: Certainty = "proved"
    severity: Severity | None = None
    """Another one than the kind's, by the size of what is at stake."""
    ask: str | None = None
    """Who has the last word: "advise" for the index advisor."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: one file in `kinds/`."""

    id: str
    title: str
    """A short statement of what is wrong ("A function hides an indexed column")."""
    severity: Severity
    why: str
    """Two sentences."""
    source: str
    """Where it is written."""
    look: Callable[[Query, LintContext], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class QueryFinding:
    """One finding about one query. `message` holds names and numbers: sanitise it to show it."""

    id: str
    title: str
    severity: Severity
    why: str
    source: str
    message: str
    evidence: Mapping[str, Value] = field(default_factory=dict)
    objects: tuple[str, ...] = ()
    """Object identifiers of what takes part: `table:public.orders`, `index:public.orders_pkey`."""
    rewrite: Rewrite | None = None
    certainty: Certainty = "proved"
    ask: str | None = None
    queryid: int | None = None
    """Of the statement in pg_stat_statements, where the text came from there."""

    @classmethod
    def of(cls, kind: Kind, found: Found, queryid: int | None = None) -> QueryFinding:
        """Return what was found with what its kind says."""
        return cls(
            id=kind.id,
            title=kind.title,
            severity=found.severity or kind.severity,
            why=kind.why,
            source=kind.source,
            message=found.message,
            evidence=found.evidence,
            objects=found.objects,
            rewrite=found.rewrite,
            certainty=found.certainty,
            ask=found.ask,
            queryid=queryid,
        )


def not_readable(reason: str, queryid: int | None = None) -> QueryFinding:
    """Return the answer for a text that could not be analysed."""
    return QueryFinding(
        id=NOT_READABLE,
        title="The query could not be analysed",
        severity="info",
        why="Nothing is known about this text. It is neither clean nor faulty.",
        source="https://www.postgresql.org/docs/current/pgstatstatements.html",
        message=f"not readable: {reason}",
        evidence={"reason": reason},
        certainty="unknown",
        queryid=queryid,
    )
