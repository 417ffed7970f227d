"""Reads again only what changed: relations whose catalog rows are young, and those that lost a part.

Everything else is shared with the reading before, by identity. An insert or update shows by the row's xmin; a delete
leaves none, so it shows as a count that no longer fits, and only then are the oids themselves compared. What cannot
be pinned to a relation (a comment set to NULL, a new name that other relations' texts hold) makes the whole structure
be read again, and then compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Protocol

from pgplumb.catalog.assemble import Structure, assemble
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import (
    READ_TIMEOUT_MS,
    STRUCTURE,
    Reading,
    read_expressions,
    read_structure,
    with_expressions,
)
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.renamed import relations_moved, texts_moved
from pgplumb.catalog.shared import shared, shared_relations
from pgplumb.catalog.small import SMALL, build
from pgplumb.catalog.statement import statement
from pgplumb.catalog.unread import Unread
from pgplumb.server.rows import Rows
from pgplumb.server.session import Session, Unit


class _Noted(Protocol):
    """Anything that may carry a comment."""

    @property
    def comment(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each kind a set of relations has."""

    relations: int = 0
    indexes: int = 0
    constraints: int = 0
    policies: int = 0
    triggers: int = 0
    rules: int = 0
    parents: int = 0
    members: int = 0
    """Those that belong to an extension."""
    comments: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(Counts)))


def counts_of(relations: Iterable[Relation]) -> Counts:
    """Count the rows of some relations, decoding them."""
    total = Counts()
    for r in relations:
        parts: Iterable[_Noted] = chain(r.columns, r.constraints, r.indexes, r.policies, r.triggers)
        noted = sum(part.comment is not None for part in parts)
        total += Counts(
            1,
            len(r.indexes),
            len(r.constraints),
            len(r.policies),
            len(r.triggers),
            len(r.rules) + (r.kind in "vm"),
            len(r.parents),
            r.extension is not None,
            noted + (r.comment is not None),
        )
    return total


def counts_of_structure(structure: Structure) -> Counts:
    """Count the rows of a whole reading, decoding little."""
    return Counts(
        len(structure.relation),
        len(structure.index),
        len(structure.constraint),
        len(structure.policy),
        len(structure.trigger),
        len(structure.rewrite),
        sum(map(len, structure.inherits.column(1))),
        structure.ownership.column(1).count("e"),
        sum(map(len, structure.comment.column(2))),
    )


class Rereader:
    """Keeps a reading up to date. One thread at a time."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._counts = counts_of_structure(reading.parts)

    @property
    def locked(self) -> frozenset[int]:
        """Relations whose expressions were left out because of a lock."""
        return frozenset(self.reading.expressions.locked)

    def replaced(self, reading: Reading) -> None:
        """Go on from a reading that was made as a whole."""
        self.reading = reading
        self._counts = counts_of_structure(reading.parts)

    def update(self, session: Session, also: Iterable[int] = ()) -> bool:
        """Bring the reading up to date; return whether anything is different.

        `also` names relations to read again whatever their rows say: those whose lock has gone.
        """
        before = self.reading.catalog
        version = session.server_version
        with session.unit(READ_TIMEOUT_MS, isolation="REPEATABLE READ") as unit:
            (written, *numbers), *_ = unit.query(
                statement("changed", version), {"mark": str(self.reading.low_water % 2**32)}
            )
            current = Counts(*numbers)
            near = {oid for oid in chain(written, also) if oid}
            structure = _structure(unit, version, near, before)
            expected = self._expected(before, near, structure, current)
            if expected != current:
                near |= _bereaved(unit, version, before)
                structure = _structure(unit, version, near, before)
                expected = self._expected(before, near, structure, current)
            if expected == current:
                small, low_water = _small(unit, version, structure)
        if expected != current or texts_moved(before, small) or relations_moved(before, structure):
            self._read_all(session)
            return self.reading.catalog is not before
        expressions = read_expressions(session, sorted(near)) if near else self.reading.expressions
        fresh = assemble(structure, expressions) if near else {}
        relations: Mapping[int, Relation] = before.relations
        if near:
            kept = {oid: relation for oid, relation in before.relations.items() if oid not in near}
            if fresh or len(kept) < len(before.relations):
                relations = kept | fresh
        catalog = shared(small, before, relations)
        locked: dict[int, Unread] = {
            o: r for o, r in self.reading.expressions.locked.items() if o not in near
        }
        locked.update({oid: why for oid, why in expressions.locked.items() if oid in near})
        self._counts = current
        self.reading = replace(
            self.reading,
            catalog=catalog,
            low_water=low_water,
            expressions=replace(self.reading.expressions, locked=locked),
        )
        return catalog is not before

    def _expected(self, before: Catalog, near: set[int], structure: Structure, current: Counts) -> Counts:
        """Return the counts that there would be if nothing but `near` had changed.

        Comments of functions are counted with the others but belong to no relation; they are read anew anyway.
        """
        gone = counts_of(before.relations[oid] for oid in near if oid in before.relations)
        there = counts_of(assemble(structure, self.reading.expressions).values())
        expected = self._counts - gone + there
        before_notes = sum(f.comment is not None for f in before.functions.values())
        now_notes = sum(1 for kind in structure.comment.column(1) if kind == "f")
        return replace(expected, comments=expected.comments - before_notes + now_notes)

    def _read_all(self, session: Session) -> None:
        """Read everything; keep the old records where nothing of them is different."""
        before = self.reading.catalog
        reading = with_expressions(read_structure(session), read_expressions(session))
        fresh = reading.catalog
        readable = (fresh.expressions, fresh.hidden) == (before.expressions, before.hidden)
        if readable and not texts_moved(before, fresh):
            relations = shared_relations(before.relations, fresh.relations)
            reading = replace(reading, catalog=shared(fresh, before, relations))
        self.replaced(reading)


def _structure(unit: Unit, version: int, near: set[int], before: Catalog) -> Structure:
    """Read relations by oid, their parts, and the comments of both and of functions."""
    oids = [sorted(near)]
    names = STRUCTURE[:-1]
    with unit.pipeline() as pipeline:
        pending = [pipeline.result(statement(name, version, only=True), oids) for name in names]
        functions = pipeline.result("SELECT oid FROM pg_proc WHERE oid >= 16384")
    found = {name: p.rows for name, p in zip(names, pending, strict=True)}
    parts = chain.from_iterable(
        found[name].column(1) for name in ("constraint", "index", "policy", "trigger")
    )
    noted = sorted(near | set(parts) | set(functions.rows.column(0)))
    comment = unit.result(statement("comment", version, only=True), [noted])
    return Structure(**found, comment=comment)


def _small(unit: Unit, version: int, structure: Structure) -> tuple[Catalog, int]:
    """Read everything that is no relation."""
    database, *rows = unit.results([statement(name, version) for name in ("database", *SMALL)])
    small: Mapping[str, Rows] = dict(zip(SMALL, rows, strict=True))
    return build(database[0], small, structure.comment)


def _bereaved(unit: Unit, version: int, before: Catalog) -> set[int]:
    """Return relations that are gone or that lost a part."""
    known: dict[str, set[tuple[int, int]]] = {
        "relation": {(oid, oid) for oid in before.relations},
        "index": set(),
        "constraint": set(),
        "policy": set(),
        "trigger": set(),
        "rewrite": set(),
        "inherits": set(),
    }
    for oid, r in before.relations.items():
        known["index"].update((part.oid, oid) for part in r.indexes)
        known["constraint"].update((part.oid, oid) for part in r.constraints)
        known["policy"].update((part.oid, oid) for part in r.policies)
        known["trigger"].update((part.oid, oid) for part in r.triggers)
        known["rewrite"].update((part.oid, oid) for part in r.rules)
        known["inherits"].update((parent, oid) for parent in r.parents)
    lost: set[int] = set()
    for kind, oids, relations in unit.query(statement("surviving", version)):
        there = set(zip(oids or (), relations or (), strict=True))
        lost.update(relation for _, relation in known[kind] - there)
    return lost
