"""Deparsed expressions, kept apart from the structure: they are read later and may be locked away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.catalog.unread import NOT_YET, Text, Unread


@dataclass(frozen=True, slots=True)
class Expressions:
    """Texts by the oid of what they belong to, and why the others are missing."""

    defaults: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    """By relation, then column number; generated columns included."""
    bounds: Mapping[int, str] = field(default_factory=dict)
    policies: Mapping[int, tuple[str | None, str | None]] = field(default_factory=dict)
    """USING and WITH CHECK."""
    checks: Mapping[int, str] = field(default_factory=dict)
    indexes: Mapping[int, tuple[str | None, str | None]] = field(default_factory=dict)
    """Predicate and list of expressions."""
    locked: Mapping[int, Unread] = field(default_factory=dict)
    """Relations that were left out because somebody holds or awaits ACCESS EXCLUSIVE."""
    missing: Unread | None = NOT_YET
    """Why nothing was read at all; None once it was."""

    def why(self, relation: int) -> Unread:
        """Return why a text of a relation is missing."""
        return self.missing or self.locked.get(relation) or Unread("left out: the relation was locked")

    def default(self, relation: int, number: int) -> Text:
        """Return a column's default or generation expression."""
        found = self.defaults.get(relation, {}).get(number)
        return self.why(relation) if found is None else found

    def bound(self, relation: int) -> Text:
        """Return a partition's bound."""
        found = self.bounds.get(relation)
        return self.why(relation) if found is None else found

    def policy(self, oid: int, relation: int) -> tuple[Text | None, Text | None]:
        """Return a policy's USING and WITH CHECK."""
        return self.policies.get(oid) or (self.why(relation), self.why(relation))

    def check(self, oid: int, relation: int) -> Text:
        """Return a CHECK constraint's condition."""
        found = self.checks.get(oid)
        return self.why(relation) if found is None else found

    def index(self, oid: int, relation: int) -> tuple[Text | None, Text | None]:
        """Return an index's predicate and its list of expressions."""
        return self.indexes.get(oid) or (self.why(relation), self.why(relation))


NO_EXPRESSIONS = Expressions()
"""Before the first reading."""
