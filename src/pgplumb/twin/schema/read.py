"""Reading a schema from the target as ready statements, over the safe session.

About 25 statements in one transaction, whatever the size of the schema; then views, rules and functions with
parsed bodies in short transactions of their own, since deparsing one keeps ACCESS SHARE on what it reads until
the transaction ends. Nothing waits behind a lock: a relation that somebody holds, or waits for, in ACCESS
EXCLUSIVE mode is left out and named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from pgplumb.catalog.locked import holders
from pgplumb.catalog.statement import statement as catalog_statement
from pgplumb.foundation.names import dotted, function_id, object_id
from pgplumb.server.errors import QueryError
from pgplumb.server.rows import Row, Rows
from pgplumb.server.session import Session
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.schema import extensions
from pgplumb.twin.schema.relations import Relations, choose
from pgplumb.twin.schema.statement import statement
from pgplumb.twin.schema.text import MAKES, SchemaText, Step

READ_TIMEOUT_MS = 120_000
"""For a whole schema: ten times the largest one measured, on a slow link."""

ATTEMPTS = 4
"""A lock taken between the look and the read fails the reading within 50 ms; the next look leaves it out."""

AT_A_TIME = 200
"""Views of one transaction: 20 to 50 ms of ACCESS SHARE on what they read."""

FACTS = ("owner", "extensions", "base_types", "event_triggers", "tablespaces")
"""Statements whose rows are no steps."""

STEPS = (
    *("roles", "schemas", "foreign", "text_search", "collations", "types", "functions", "sequences"),
    *("aggregates", "operators", "tables", "columns", "constraints", "attach", "indexes", "triggers"),
    *("policies", "statistics", "publications", "grants", "comments"),
)
"""Statements whose rows are steps, and which keep no lock."""


def read_schema(session: Session, relations: frozenset[str] | None = None) -> SchemaText:
    """Return everything that makes the target's schema again.

    `relations` limits it to tables and views of these qualified names, as `foundation.names.dotted` writes them,
    and to what they need: parents, partitions, what views and policies read. Roles, types and functions come
    whole. Raises QueryError and LostConnection.
    """
    reader = _Reader(session)
    listed, inherits, edges = reader.rows(("relations", "inherits", "edges"))
    found = choose(listed, inherits, edges, relations)
    reader.only = found.only
    read = reader.rows((*FACTS, *STEPS))
    (owner,), installed, base_types, event_triggers, spaces = (rows.all() for rows in read[: len(FACTS)])
    rows = [row for result in read[len(FACTS) :] for row in result.all()]
    for batch in _batches(found.of_kinds("vm"), AT_A_TIME):
        rows += reader.rows(("views",), some=batch)[0].all()
    for result in (reader.rows(("rules",)), reader.rows(("functions",), atomic=True)):
        rows += result[0].all()
    made, refused = extensions.steps(installed)
    steps = sorted([*made, *_steps(rows, found)], key=lambda step: step.phase)
    notes = [
        *refused.values(),
        *(f"type {dotted(*row)} is left out: a base type needs functions in C" for row in base_types),
        *(f"event trigger {name} is left out" for (name,) in event_triggers),
        *(f"tablespace {name} has costs of its own, which the twin does not use: {o}" for name, o in spaces),
        *(f"{_identifier(r)} is a stub: it is written in {r[6]}" for r in rows if len(r) > 6 and r[6]),
    ]
    unread_policies = sorted({row[3] for row in rows if row[1] == "policy" and row[4] is None})
    missing = _missing(steps, found, reader.locked, refused, unread_policies)
    roles = tuple(row[2][0] for row in rows if row[0] == 0)
    return SchemaText(tuple(steps), Gaps(missing, {}, tuple(notes)), owner[0], roles)


_VANISHED = frozenset(["XX000", "42P01", "42704", "3F000"])
"""How a deparse function fails for what was dropped after the statement's snapshot."""


class _Reader:
    """Runs statements that leave out the same locked relations; those may become more while it reads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.only: Collection[int] | None = None
        self.locked: dict[int, str] = {}
        self._look()

    def rows(
        self, names: Sequence[str], *, some: Collection[int] | None = None, atomic: bool = False
    ) -> list[Rows]:
        """Return the rows of each statement, all of one transaction.

        Reads again where a lock was taken or an object dropped in between; raises the last QueryError.
        """
        version = self._session.server_version
        for attempt in range(ATTEMPTS):
            texts = [
                statement(n, version, locked=self.locked, only=self.only, some=some, atomic=atomic)
                for n in names
            ]
            try:
                with self._session.unit(READ_TIMEOUT_MS) as unit:
                    return unit.results(texts)
            except QueryError as error:
                transient = error.sqlstate == "55P03" or error.sqlstate in _VANISHED
                if attempt == ATTEMPTS - 1 or not transient:
                    raise
                self._look()
        raise AssertionError("the last attempt returns or raises")

    def _look(self) -> None:
        rows = self._session.once(catalog_statement("locked", self._session.server_version))
        self.locked |= {oid: holder.summary for oid, holder in holders(rows.all()).items()}


def _batches(oids: Sequence[int], size: int) -> Iterator[list[int]]:
    rest = iter(oids)
    while batch := list(islice(rest, size)):
        yield batch


def _steps(rows: Sequence[Row], found: Relations) -> Iterator[Step]:
    for row in rows:
        phase, _, _, oid, sql, substitute = row[:6]
        # Deparsing gives NULL for what was dropped in between.
        if sql is not None:
            above = found.ancestors(oid) if phase in (20, 24) else ()
            concerns = tuple(sorted(found.names[parent] for parent in above))
            yield Step(phase, _identifier(row), found.names.get(oid), sql, substitute, concerns)


def _identifier(row: Row) -> str:
    _, kind, parts = row[:3]
    return function_id(parts[0], parts[1], parts[2:]) if kind == "function" else object_id(kind, *parts)


def _missing(
    steps: Sequence[Step],
    found: Relations,
    locked: Mapping[int, str],
    refused: Mapping[str, str],
    unread_policies: Collection[int],
) -> dict[str, str]:
    """Return why relations are not in the text, and which ones lack a child for that."""
    made = {step.relation for step in steps if step.phase in MAKES}
    missing: dict[int, str] = {}
    for oid, name in found.names.items():
        if not found.takes(oid):
            continue
        if oid in locked:
            missing[oid] = locked[oid]
        elif (extension := found.extension.get(oid)) is not None:
            if extension in refused:
                missing[oid] = refused[extension]
        elif found.kinds[oid] == "f":
            missing[oid] = "it is a foreign table"
        elif name not in made and found.kinds[oid] in "rpvm":
            missing[oid] = (
                "it reads a relation that is locked" if found.kinds[oid] in "vm" else "it was not read"
            )
    named = {found.names[oid]: why for oid, why in missing.items()}
    for relation in unread_policies:
        named.setdefault(found.names[relation], "a policy of it reads a relation that is locked")
    for oid in list(missing):
        for parent in found.ancestors(oid):
            named.setdefault(found.names[parent], f"its child {found.names[oid]}: {missing[oid]}")
    return named
