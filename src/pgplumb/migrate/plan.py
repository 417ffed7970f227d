"""A migration as a plan: strategies, steps, and what lies between the steps that only people can do.

A plan is data. It is written to a file as JSON (`plan_file`), rehearsed, proved, exported and run from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pgplumb.checks.finding import Value

Phase = Literal["expand", "backfill", "validate", "switch", "contract"]
"""Expand adds what old code does not see; contract takes away what new code does not need."""

StrategyName = Literal["direct", "online", "shim"]
"""direct: the one statement; online: several, none of which blocks for long; shim: online, with views or triggers
that let old and new code run side by side."""


@dataclass(frozen=True, slots=True)
class Batches:
    """A change of many rows, done a few at a time along a key. The runner keeps its place in the database."""

    table: str
    """Qualified, as SQL."""
    key: tuple[str, ...]
    """Columns of a unique, not null key, as SQL names: rows are walked in its order."""
    assign: str | None
    """What UPDATE sets: "tenant_id = o.tenant_id"; None deletes the rows."""
    where: str
    """The rows that still need it; must become false by the change. `t` is the table's alias."""
    source: str = ""
    """FROM items of the UPDATE, where values come from other tables: "public.owners AS o"."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done together: one transaction, or statements that must each run outside of any."""

    phase: Phase
    up: str
    """Statements that each end in a semicolon. Of a backfill, the single statement that does all at once, for tools
    that cannot do batches."""
    down: str | None
    """Takes this step back; None where nothing does, empty where there is nothing to take back."""
    autocommit: bool = False
    """Whether each statement runs by itself, outside a transaction block (CONCURRENTLY)."""
    about: str = ""
    """What it is for, in a few words: "build the index"."""
    waits_for: str = ""
    """Whom it waits for, where that is not evident: "transactions older than the build, on any table"."""
    batches: Batches | None = None
    gate: str = ""
    """What application code must do before this step runs: "deploy code that writes both columns"; empty for none."""
    lock_timeout: str = "2s"
    """As SET takes it; "0" for what must not give up half-way (CONCURRENTLY)."""
    statement_timeout: str = "0"
    reversible: Literal["exact", "shape", "none"] = "exact"
    """What `down` brings back: everything, the shape without the rows that are lost, or nothing. Claimed here, proved
    by `proof`."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to the same end."""

    name: StrategyName
    title: str
    """"Online: build, then swap"."""
    steps: tuple[Step, ...]
    online: bool
    """Whether no work that grows with a table is done while its readers or writers are locked out."""

    @property
    def deploys(self) -> int:
        """How many times application code is deployed in between: gates, and the one deploy that uses the change."""
        return 1 + sum(1 for step in self.steps if step.gate)

    @property
    def up(self) -> str:
        """All statements forward."""
        return "\n".join(step.up for step in self.steps)

    @property
    def down(self) -> str | None:
        """All statements back, last step first; None where a step cannot be taken back."""
        if any(step.down is None for step in self.steps):
            return None
        return "\n".join(step.down for step in reversed(self.steps) if step.down)


@dataclass(frozen=True, slots=True)
class Plan:
    """A migration with its way chosen."""

    id: str
    """The slug that names its files: `20261121143000_index_orders_customer_id`."""
    title: str
    strategies: tuple[Strategy, ...]
    """At most three; the default first."""
    chosen: StrategyName
    intent: str | None = None
    """None for one that was written by hand."""
    fields: Mapping[str, Value] = field(default_factory=dict)

    @property
    def strategy(self) -> Strategy:
        """The chosen way."""
        return next(s for s in self.strategies if s.name == self.chosen)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the chosen way."""
        return self.strategy.steps

    def with_strategy(self, name: StrategyName) -> Plan:
        """Return the same migration done in another way. Raises StopIteration for one that it lacks."""
        found = next(s for s in self.strategies if s.name == name)
        return Plan(self.id, self.title, self.strategies, found.name, self.intent, self.fields)

    def gates(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each step that waits for people, with what for."""
        return ((number, step.gate) for number, step in enumerate(self.steps) if step.gate)
