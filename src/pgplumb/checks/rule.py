"""A rule: one idea of good practice, with its reasons. One file a rule, in `rules/<category>/`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report


class Severity(StrEnum):
    """How bad a failure is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Tier(StrEnum):
    """When it starts to matter."""

    NOW = "now"
    """Must have."""
    GROWTH = "growth"
    """When the data or the team grows."""
    SCALE = "scale"
    """At 100 million rows or 10,000 users."""


class Category(StrEnum):
    """The groups of the checklist panel, in its order."""

    KEYS = "keys"
    TYPES = "types"
    NORMAL_FORM = "normal-form"
    NAMING = "naming"
    INDEXES = "indexes"
    TENANCY = "tenancy"
    PRIVILEGES = "privileges"
    LIFECYCLE = "lifecycle"
    PARTITIONING = "partitioning"
    SEQUENCES = "sequences"
    QUERIES = "queries"
    VACUUM = "vacuum"
    SETTINGS = "settings"
    AVAILABILITY = "availability"
    CONNECTIONS = "connections"
    DOCUMENTATION = "documentation"


class Status(StrEnum):
    """The five answers."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Groups:
    """A question about relations that have something in common: asked of each group, and only where one changed.

    `collect` gives what a relation brings to which groups, as values that can be compared and hold no record.
    `judge` gets a group by its key: what the relations brought, by oid, in the order of their names. What a
    relation brought and how it is called is all that it may use of one.
    """

    collect: Callable[[Relation, Facts], Iterable[tuple[Hashable, Hashable]]]
    judge: Callable[[Any, Mapping[int, Sequence[Any]], Facts, Report], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. One of the `each_...` fields, or `whole`, does the looking; `whole` may add to any other.

    `reads` names the parts of `Facts` that the answer depends on beside the subject itself, as dotted paths
    ("statistics", "catalog.roles"): the engine looks again when one of them is another object than before.
    A relation's own parts and its neighbours (foreign keys both ways, partitions, what views read, sequences that it
    owns) need no mention, nor do derived values (`exposure`, `sequence_uses`), which the engine notes by itself.
    """

    id: str
    title: str
    """What the checklist shows: a short statement that is true when it passes ("Foreign keys are indexed")."""
    category: Category
    severity: Severity
    tier: Tier
    passes: str
    """The exact condition, one line."""
    why: str
    """Two sentences."""
    source: str
    """Where it is written: a page of the PostgreSQL documentation where there is one."""
    looks_at: str
    """The catalogs and views that it is answered from."""
    each_table: Callable[[Relation, Facts, Report], None] | None = None
    """For every ordinary or partitioned table that is no partition and belongs to no extension."""
    each_relation: Callable[[Relation, Facts, Report], None] | None = None
    """For every table, partition, view, materialized and foreign table that belongs to no extension."""
    each_object: Callable[[Relation, Facts, Report], None] | None = None
    """For every relation without exception: sequences, and what belongs to extensions, too."""
    each_group: Groups | None = None
    """For what tables (as `each_table` has them) and foreign tables have in common."""
    whole: Callable[[Facts, Report], None] | None = None
    """Once, for the whole database."""
    reads: tuple[str, ...] = ()
    whole_reads: tuple[str, ...] = ()
    """What `whole` reads beside that, where it adds to another."""
    unknown_when: str = ""
    """What makes it unknown, one line."""
    not_applicable_when: str = ""
    """What makes it not applicable, one line; also the reason given when nothing was checked."""
    optional: bool = False
    """Off unless the profile turns it on: matters of taste."""

    @property
    def looks_at_each(self) -> bool:
        """Whether it looks at relations one by one or by groups."""
        return bool(self.each_table or self.each_relation or self.each_object or self.each_group)
