"""The part of a large schema that a migration is rehearsed in: what it names, and what stands beside that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.twin.source import WHOLE

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation

_WORD = re.compile(r'"(?:[^"]|"")+"|[^\W\d][\w$]*')


def part_for(text: str, catalog: Catalog) -> frozenset[str] | None:
    """Return the qualified names of the relations to build; None for all of a schema that is not large.

    A relation counts as named where its name, or that of an index of it, stands anywhere in the text, in code and
    comments too: too many cost a moment, one too few would make a statement fail that does not.
    """
    if sum(1 for relation in catalog.relations.values() if relation.kind in "rpvm") <= WHOLE:
        return None
    words = {_name(word) for word in _WORD.findall(text)}
    named = {
        relation.oid
        for relation in catalog.relations.values()
        if relation.name in words or any(index.name in words for index in relation.indexes)
    }
    around = {other.oid for oid in named for other in _beside(catalog.relations[oid], catalog)}
    return frozenset(catalog.relations[oid].qualified for oid in named | around)


def _name(word: str) -> str:
    """Return the name that a word of a text stands for: folded, or as it is between quotes."""
    if word[0] == '"':
        return word[1:-1].replace('""', '"')
    return word.lower()


def _beside(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield what a change of a relation touches: partners of foreign keys, relatives, and what is built on it."""
    for other, _ in catalog.referencing.get(relation.oid, ()):
        yield other
    for constraint in relation.constraints:
        if constraint.foreign_relation in catalog.relations:
            yield catalog.relations[constraint.foreign_relation]
    yield from _all_below(relation, catalog)
    above = catalog.root(relation)
    if above is not relation:
        yield above
        yield from _all_below(above, catalog)


def _all_below(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield children and dependent views, and theirs."""
    waiting, seen = [relation], {relation.oid}
    while waiting:
        one = waiting.pop()
        for other in (*catalog.children.get(one.oid, ()), *catalog.dependents.get(one.oid, ())):
            if other.oid not in seen:
                seen.add(other.oid)
                waiting.append(other)
                yield other
