"""A fact that only the target knows: one file in `facts/`, found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pgplumb.foundation.one_a_module import found_in
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe, Status

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

Verdict = tuple[Status, str]
"""A status and its evidence."""
Judge = Callable[[Probe, "Sequence[Row]", "Session"], Verdict]


def any_row_fails(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail where the question found a row."""
    return ("fail", probe.violation) if rows else ("pass", "no such row")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is asked about statements, and what the rows that come back mean."""

    name: str
    ask: Callable[[Moment], Iterable[Probe]]
    judge: Judge = any_row_fails


@cache
def all_facts() -> tuple[Fact, ...]:
    """Return every fact, by the name of its file."""
    from pgplumb.migrate.probes import facts

    return tuple(found_in(facts, "FACT"))


@cache
def fact_named(name: str) -> Fact:
    """Return a fact. Raises KeyError."""
    return {fact.name: fact for fact in all_facts()}[name]
