"""The project's profile: which rules hold, with what thresholds, and what people have waived or attested.

A profile is a `pgplumb.toml` beside the project's code:

    preset = "saas-multi-tenant"
    tenant_columns = ["tenant_id"]
    identities = ["current_setting('app.tenant_id')"]

    [tenant_map]
    "public.tasks" = "project_id -> projects.tenant_id"

    [thresholds]
    dead-tuples-low = 0.2

    [rules]
    enabled = ["boolean-name-prefix"]
    disabled = ["table-plurality-consistent"]

    [naming]
    index = "ix_{table}_{columns}"

    [severities]
    fk-columns-indexed = "warning"

    [[waivers]]
    rule = "table-has-primary-key"
    object = "table:public.import_*"
    reason = "loaded once a night, dropped in the morning"
    by = "maria"
    until = 2027-01-31

    [[attestations]]
    rule = "restore-test-declared"
    by = "jonas"
    on = 2026-10-01
    until = 2026-12-31

    [[rls.accepted]]
    object = "public.announcements"
    role = "*"
    command = "SELECT"
    branch = "is_public"
    reason = "published for everybody"
    by = "maria"
    until = 2027-01-31

`docs/profile.md` explains every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType

FILE_NAME = "pgplumb.toml"
"""The profile's usual name, in the directory that pgplumb is started in."""


NAMED_KINDS = (
    *("schema", "table", "view", "sequence", "column", "function", "type"),
    *("index", "primary_key", "foreign_key", "unique", "check", "exclusion"),
)
"""What `[naming]` has patterns for."""


class ProfileError(Exception):
    """A profile that cannot be used: one line of text that names file, line, key and what to do."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings that people accept: of one rule, on the objects that a pattern matches."""

    rule: str
    object: str
    """An object identifier, `*` and `?` as in shell patterns: `index:public.*`."""
    reason: str
    by: str
    until: date | None = None
    """The last day that it holds; None means no end."""

    def covers(self, rule: str, object_id: str) -> bool:
        """Whether a finding is meant, whatever the day."""
        return rule == self.rule and (object_id == self.object or fnmatchcase(object_id, self.object))

    def holds(self, on: date) -> bool:
        """Whether it has not expired on a day."""
        return self.until is None or on <= self.until


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's word for what no catalog can show: a restore was tested, an alert exists."""

    rule: str
    """A rule, or an item of the quality checklist."""
    by: str
    on: date
    until: date
    """The last day that it counts."""

    def holds(self, on: date) -> bool:
        """Whether it counts on a day: from the day it was given to its last."""
        return self.on <= on <= self.until


@dataclass(frozen=True, slots=True)
class AcceptedBranch:
    """A way past the tenant that people want: a branch of a policy, for some objects, roles and commands."""

    object: str
    """Qualified, without the kind; `*` and `?` as in shell patterns."""
    role: str
    command: str
    """SELECT, INSERT, UPDATE, DELETE, TRUNCATE, EXECUTE, or * for all."""
    branch: str
    """The condition as `pgplumb rls` shows it."""
    reason: str
    by: str
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it has not expired on a day."""
        return self.until is None or on <= self.until


@dataclass(frozen=True, slots=True)
class ConfirmedTenants:
    """Whose rows are whose, as somebody looked through it: nothing is inferred beside it."""

    columns: tuple[str, ...]
    """Names: the first that a relation has is its tenant's."""
    identities: tuple[str, ...]
    """Expressions that stand for the tenant of the session."""
    paths: Mapping[str, str]
    """`schema.table` to another column, or to a path, as in `Profile.tenant_map`."""
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a profile may use: others are refused, with those that are near."""

    rules: frozenset[str]
    thresholds: frozenset[str]
    items: frozenset[str] = frozenset()
    """Of the quality checklist: what can be attested beside rules."""


def _empty() -> Mapping[str, float]:
    return MappingProxyType({})


def _no_severities() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Profile:
    """What a project decided; the empty profile changes nothing."""

    tenant_columns: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    """Expressions that stand for the current tenant in policies."""
    thresholds: Mapping[str, float] = field(default_factory=_empty)
    enabled: frozenset[str] = frozenset()
    """Optional rules that are turned on."""
    disabled: frozenset[str] = frozenset()
    severities: Mapping[str, str] = field(default_factory=_no_severities)
    """Rule to error, warning or info."""
    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    preset: str | None = None
    """The preset that it started from."""
    naming: Mapping[str, str] = field(default_factory=_no_severities)
    """By kind (`NAMED_KINDS`): a regular expression, with {table} and {columns} where those names stand."""
    tenant_map: Mapping[str, str] = field(default_factory=_no_severities)
    """`schema.table` to its tenant column, or to a path of them: "project_id -> projects.tenant_id"."""
    accepted: tuple[AcceptedBranch, ...] = ()
    """Branches of policies that lead past the tenant and are meant to."""
    confirmed: ConfirmedTenants | None = None
    """Where there is one: `tenant_columns` and `identities` are its own unless the file states them above it."""

    def threshold(self, name: str, default: float) -> float:
        """Return a threshold as the project sets it, or the rule's own."""
        return self.thresholds.get(name, default)

    def waiver(self, rule: str, object_id: str, on: date) -> Waiver | None:
        """Return the waiver that covers a finding on a day, or None."""
        return next((w for w in self.waivers if w.covers(rule, object_id) and w.holds(on)), None)

    def expired_waiver(self, rule: str, object_id: str, on: date) -> Waiver | None:
        """Return a waiver that would cover a finding had it not expired, or None."""
        return next((w for w in self.waivers if w.covers(rule, object_id) and not w.holds(on)), None)

    def attestation(self, rule: str) -> Attestation | None:
        """Return the newest attestation of a rule, expired or not: `holds` tells."""
        return max((a for a in self.attestations if a.rule == rule), key=lambda a: a.on, default=None)


def find_profile(directory: Path) -> Path | None:
    """Return the `pgplumb.toml` of a directory, or None where it has none."""
    path = directory / FILE_NAME
    return path if path.is_file() else None


def load_profile(path: Path | str, known: Known | None = None) -> Profile:
    """Read a profile; `known` refuses names of rules and thresholds that are none.

    Raises ProfileError naming file, line, key and the next step.
    """
    from pgplumb.foundation.profile_file import read_profile

    return read_profile(Path(path), known)
