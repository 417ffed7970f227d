"""A question to the target, as data, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["pass", "fail", "unknown"]

LIMIT_MS = 2000
"""How long a question may take on the server."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question about one statement of a migration."""

    id: str
    """The fact's name: `nulls`, `duplicates`, `orphans`, `long-transactions`."""
    question: str
    """For people: "Is a total of public.orders null?" """
    statement: int
    """The statement's number from 0."""
    objects: tuple[str, ...]
    """Names without their kind, as hazards write them."""
    sql: str
    """What runs, to the letter; empty where nothing can be asked."""
    reads_rows: bool
    """Whether it reads rows of users or plans their statements: it runs only when somebody has seen `sql`."""
    limit_ms: int = LIMIT_MS
    settles: bool = False
    """Whether the answer decides if the statement fails on the rows that are there."""
    violation: str = ""
    """What it means when there is such a row: "public.orders holds a null total"."""
    cannot: str | None = None
    """Why it cannot be asked, or why an answer of now would not hold when the statement runs."""
    search_path: tuple[str, ...] | None = None
    """Where names in `sql` are looked for; None for pg_catalog alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the target says. `unknown` is never as good as `pass`."""

    probe: Probe
    status: Status
    evidence: str
    """One line, without a value of any row. Names of the database may be in it: sanitise to show."""
    seconds: float
