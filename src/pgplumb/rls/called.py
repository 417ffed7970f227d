"""Relations that functions may read, by the names in their bodies: what a verdict rests on beyond its own texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pgplumb.catalog.model import Catalog
from pgplumb.rls.prover.gate import FunctionFacts
from pgplumb.rls.surface import Surface

_CALL = re.compile(r'(\w+|"(?:[^"]|"")+")\s*\(')
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Called:
    """What texts of one catalog call, and what that reads. More is returned than is read, never less."""

    catalog: Catalog
    surface: Surface
    _named: dict[str, list[FunctionFacts]] = field(default_factory=dict)
    _relations: dict[str, list[int]] = field(default_factory=dict)
    _known: dict[str, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for facts in self.surface.functions.values():
            self._named.setdefault(facts.name.lower(), []).append(facts)
        for relation in self.catalog.relations.values():
            self._relations.setdefault(relation.name.lower(), []).append(relation.oid)

    def by(self, text: str) -> frozenset[int]:
        """Return the relations that the functions which a predicate or query calls may read."""
        if not self._named or "(" not in text:
            return frozenset()
        if text not in self._known:
            called = {facts.oid: facts for facts in self._functions(text)}
            self._known[text] = self.of(*called.values()) if called else frozenset()
        return self._known[text]

    def of(self, *functions: FunctionFacts) -> frozenset[int]:
        """Return the relations that functions may read, and those that they call: all where one is not text."""
        found: set[int] = set()
        seen: set[int] = set()
        waiting = list(functions)
        while waiting:
            facts = waiting.pop()
            if facts.oid in seen:
                continue
            seen.add(facts.oid)
            words = {word.lower() for word in _WORD.findall(facts.body or "")}
            if facts.body is None or facts.language not in ("sql", "plpgsql") or "execute" in words:
                return frozenset(self.catalog.relations)
            found.update(oid for word in words for oid in self._relations.get(word, ()))
            waiting += self._functions(facts.body)
            waiting += self._functions(facts.default_text or "")
        return frozenset(found)

    def _functions(self, text: str) -> list[FunctionFacts]:
        names = {name.strip('"').lower() for name in _CALL.findall(text)}
        return [facts for name in names for facts in self._named.get(name, ())]
