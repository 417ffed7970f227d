"""The object that a new migration is about: which changes can be about it, and which fields are known from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.migrate.change import Field, Intent
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.tui.objects import relation_of, split_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgplumb.catalog.model import Catalog

_OF_TABLE = ("column", "columns", "constraint", "policy", "trigger", "triggers")
_PARTS = {
    "column": "column",
    "fk": "constraint",
    "constraint": "constraint",
    "policy": "policy",
    "trigger": "trigger",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known: `kinds` gives by kind of field what would stand in one."""

    label: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)

    def filled(self, of: Intent) -> dict[str, str]:
        """Return the fields of a change that are known, by name: each kind once, the first field that has it."""
        found: dict[str, str] = {}
        used: set[str] = set()
        for one in of.fields:
            value = self._value(one)
            wanted = one.required or one.kind in _OF_TABLE or one is of.fields[0]
            if value is not None and wanted and one.kind not in used:
                found[one.name] = value
                used.add(one.kind)
        return found

    def fitting(self) -> frozenset[str]:
        """Return the names of the changes that can be about it: those whose first field it fills."""
        return frozenset(
            name
            for name in intent_names()
            if self.kinds and intent(name).fields and self._first(intent(name))
        )

    def _first(self, of: Intent) -> bool:
        wanted = {"index", *_OF_TABLE} & set(self.kinds)
        kinds = {one.kind for one in of.fields}
        if wanted:
            return any(kind in kinds or f"{kind}s" in kinds for kind in wanted)
        return self._value(of.fields[0]) is not None

    def _value(self, one: Field) -> str | None:
        return self.kinds.get(one.kind) or self.kinds.get(one.kind.removesuffix("s"))


def subject_of(object_id: str | None, catalog: Catalog | None) -> Subject:
    """Return what is known from an object identifier; nothing where it names none."""
    if not object_id or catalog is None:
        return Subject()
    kind, parts = split_id(object_id)
    relation = relation_of(object_id, catalog)
    kinds: dict[str, str] = {}
    if kind == "index" and len(parts) == 2:
        kinds["index"] = dotted(*parts)
    if kind in _PARTS and parts:
        kinds[_PARTS[kind]] = parts[-1]
    if kind == "role" and parts:
        kinds["role"] = parts[0]
    if relation is not None:
        name = relation.qualified
        kinds["relation"] = name
        by_kind = {"r": "table", "p": "table", "v": "view", "m": "matview", "S": "sequence"}
        if relation.kind in by_kind:
            kinds[by_kind[relation.kind]] = name
    return Subject(object_id.partition(":")[2], kinds) if kinds else Subject()
