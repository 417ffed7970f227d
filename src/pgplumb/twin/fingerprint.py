"""Everything that a database of the twin is, by name and in the server's own words: to tell whether two states are one.

A catalog that is read from a target leaves out what would cost too much there: bodies, queries, storage. Here nothing
waits and nobody is in the way, so all of it is read, with the server's deparse functions. After a change only the
relations whose catalog rows were written since are read again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pgplumb.catalog.described.privileges import MAINTAIN_FROM, privileges
from pgplumb.catalog.described.thing import Fact, Thing, Things
from pgplumb.catalog.diff import CatalogDiff, compare
from pgplumb.foundation.names import function_id, object_id
from pgplumb.sql.query_files import query_file
from pgplumb.twin.cage import CAGE

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row

RELATIONS = ("relation", "column", "part")
"""Texts that can be limited to some relations."""
OTHERS = ("function", "type", "other")

_VERSIONED = re.compile(r"\{(\d+)\+ ([^{}]*?) \| ([^{}]*?)\}", re.DOTALL)
_ACL = {
    "table": "relation",
    "view": "relation",
    "matview": "relation",
    "foreign_table": "relation",
    "default_privileges": "column",
}
"""Which default privileges hold for a kind, where that is not its own name."""
_HELD = frozenset({"column", "sequence", "function", "schema", "type"})
"""Kinds that have privileges even where nobody wrote any."""
_OURS = "SELECT pg_catalog.set_config('search_path', 'pg_catalog', true)"
_HASHED = "SELECT pg_catalog.set_config('enable_nestloop', %s, true)"
_NEXT = "SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::int8 % 4294967296)::text"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One state of a database. Two of them are compared with `differences`."""

    of_relations: Mapping[int, Mapping[str, Thing]]
    """A relation's own record and those of its parts, by the oid of the relation."""
    others: Mapping[str, Thing]
    counts: Mapping[int, int]
    """Catalog rows of each relation."""
    since: str
    """The transaction that would have come next: rows as young as that were written later."""
    renamed: Mapping[str, str] = field(default_factory=dict)

    def things(self, without: Collection[int] = ()) -> Things:
        """Return all objects by key, without those of some relations."""
        found = dict(self.others)
        for oid, things in self.of_relations.items():
            if oid not in without:
                found.update(things)
        return Things(found)


def fingerprint(
    connection: psycopg.Connection[Row],
    before: Fingerprint | None = None,
    *,
    stands_for: str | None = None,
) -> Fingerprint:
    """Read the state of a database, as the builder. Raises psycopg.Error.

    With `before`, an earlier state of the same database or of the one that it was copied from, only what was written
    since is read. `stands_for` names the role that the cage's is called by.
    """
    renamed = before.renamed if before is not None else {CAGE: stands_for} if stands_for else {}
    version = connection.info.server_version
    with connection.transaction():
        connection.execute(_OURS)
        (since,) = _one(connection.execute(_NEXT).fetchone())
        reader = _Reader(connection, version, renamed)
        # The catalogs of a copy were never analysed: with nested loops it takes twice as long.
        connection.execute(_HASHED, ["off"])
        touched = connection.execute(
            _text("touched", version).encode(), {"since": before.since if before else since}
        ).fetchall()
        connection.execute(_HASHED, ["on"])
        others = reader.others()
        counts = {oid: count for oid, _, count in touched}
        relations: Mapping[int, Mapping[str, Thing]]
        if before is None:
            relations = reader.relations(None)
        else:
            again = {oid for oid, young, count in touched if young or before.counts.get(oid) != count}
            new = reader.relations(again) if again else {}
            if _renames(before, new, others):
                # Definitions of others name what has another name now, and no row of theirs was written.
                relations = reader.relations(None)
            else:
                kept = {o: t for o, t in before.of_relations.items() if o in counts and o not in again}
                relations = {**kept, **new}
        return Fingerprint(relations, others, counts, str(since), renamed)


def _renames(
    before: Fingerprint, again: Mapping[int, Mapping[str, Thing]], others: Mapping[str, Thing]
) -> bool:
    """Whether anything may have been renamed: something is gone where something is new."""
    if _exchanged(before.others, others):
        return True
    if any(
        key in others and thing.facts.get("labels") != others[key].facts.get("labels")
        for key, thing in before.others.items()
    ):
        return True
    return any(_exchanged(before.of_relations.get(oid, {}), things) for oid, things in again.items())


def _exchanged(before: Mapping[str, Thing], after: Mapping[str, Thing]) -> bool:
    return bool(before.keys() - after.keys()) and bool(after.keys() - before.keys())


def differences(before: Fingerprint, after: Fingerprint) -> CatalogDiff:
    """Compare two states by name."""
    # What was not read again is the same object on both sides.
    same = {o for o, things in before.of_relations.items() if after.of_relations.get(o) is things}
    return compare(before.things(same), after.things(same), "database")


def _one(row: Row | None) -> Row:
    assert row is not None
    return row


@cache
def _text(name: str, version: int, limited: bool = False) -> str:
    text = query_file(__package__, f"fingerprint_{name}")
    before = ""
    while text != before:
        before, text = text, _VERSIONED.sub(lambda m: m[2] if version >= int(m[1]) else m[3], text)
    if limited:
        # Percent signs of format() are none of psycopg's once the text has a parameter.
        text = text.replace("%", "%%")
    return re.sub(r"\{only ([a-z.]+)\}", r"AND \1 = ANY (%(only)s::oid[])" if limited else "", text)


@dataclass(slots=True)
class _Reader:
    """Reads rows of the fingerprint's texts as objects."""

    connection: psycopg.Connection[Row]
    version: int
    renamed: Mapping[str, str]

    def relations(self, only: Collection[int] | None) -> dict[int, Mapping[str, Thing]]:
        """Return relations with their parts, all or some."""
        found: dict[int, dict[str, Thing]] = {}
        owners: dict[int, str] = {}
        for name in RELATIONS:
            text = _text(name, self.version, limited=only is not None)
            rows = self.connection.execute(text.encode(), {"only": list(only)} if only is not None else None)
            for relation, kind, parts, owner, acl, extension, facts in rows:
                identifier = object_id(kind, *parts)
                own = owners.setdefault(relation, identifier)
                thing = self._thing(
                    identifier, kind, owner, acl, extension, facts, "" if own == identifier else own
                )
                found.setdefault(relation, {})[identifier] = thing
        return dict(found)

    def others(self) -> dict[str, Thing]:
        """Return everything else."""
        things = Things()
        for name in OTHERS:
            for _, kind, parts, owner, acl, extension, facts in self.connection.execute(
                _text(name, self.version).encode()
            ):
                detail = ""
                if kind == "function":
                    schema, called, *arguments = parts
                    identifier = function_id(schema, called, arguments)
                    detail = facts.pop("arguments")
                else:
                    identifier = object_id(kind, *parts)
                things.add(self._thing(identifier, kind, owner, acl, extension, facts, ""), detail)
        return things.by_key

    def _thing(
        self,
        identifier: str,
        kind: str,
        owner: str | None,
        acl: Sequence[str] | None,
        extension: bool,
        facts: Mapping[str, object],
        part_of: str,
    ) -> Thing:
        found: dict[str, Fact] = {
            name: self._fact(value) for name, value in facts.items() if value is not None
        }
        if owner is not None and kind != "column":
            found["owner"] = self._role(owner)
        if owner is not None and (acl is not None or kind in _ACL or kind in _HELD):
            found["privileges"] = tuple(self._privileges(kind, owner, acl))
        summary = str(found.get("definition") or found.get("type") or kind)
        return Thing(identifier, found, summary, part_of, extension)

    def _privileges(self, kind: str, owner: str, acl: Sequence[str] | None) -> Iterator[str]:
        """Give who holds what, but for the cage's own rights in schemas, which the twin gave it."""
        held = privileges(acl, owner, _ACL.get(kind, kind), maintain=self.version >= MAINTAIN_FROM)
        for line in held:
            grantee, colon, rest = line.partition(": ")
            if kind != "schema" or grantee != CAGE:
                yield self._role(grantee) + colon + rest

    def _role(self, name: str) -> str:
        return self.renamed.get(name, name)

    @staticmethod
    def _fact(value: object) -> Fact:
        if isinstance(value, list):
            return tuple(map(str, value))
        return value if isinstance(value, str | bool | int) else str(value)
