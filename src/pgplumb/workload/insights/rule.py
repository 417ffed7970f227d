"""An insight rule: one thing that a plan can show, with its reasons. One file a rule, in `rules/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity, Value
from pgplumb.workload.insights.raw import Explained, Node


class Needs(StrEnum):
    """Which plans a rule can read."""

    ANALYSED = "analysed"
    """Only plans that were run: it compares what happened."""
    ESTIMATED = "estimated"
    """Only plans that were not run: where one was, a rule that saw what happened speaks instead."""
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a rule fires. What is None is the rule's own."""

    node: Node
    message: str
    evidence: Mapping[str, Value]
    severity: Severity | None = None
    hint: str | None = None
    subject: str | None = None
    """What it is about, where many nodes can say the same (partitions of one table): the first one speaks."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It reads the plan and the context, and changes nothing."""

    id: str
    title: str
    """A short statement of what is wrong ("A sequential scan throws most of its rows away")."""
    severity: Severity
    needs: Needs
    fires: str
    """The exact condition with its thresholds, one line."""
    silent: str
    """What keeps it silent, one line."""
    why: str
    """Two sentences."""
    source: str
    """Where it is written: a page of the PostgreSQL documentation."""
    hint: str
    """What to do."""
    look: Callable[[Explained, Context], Iterable[Found]]
    advise: bool = False
    """Whether an index would help."""
    yields_to: tuple[str, ...] = ()
    """Rules that name the cause where this one sees the effect: where both fire on a node, this one is silent."""
