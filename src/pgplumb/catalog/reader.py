"""Reads the catalog in steps, none of which waits behind a lock: names, structure, expressions, statistics.

The structure is about 25 statements in one round trip of one REPEATABLE READ transaction, whatever the size of
the schema; expressions are three more. Nothing here opens a relation except `expression_guarded.sql`, which
leaves locked ones out. A fresh backend keeps up to 90 MB after reading expressions of 10,000 tables: read them on
a session that is closed afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pgplumb.catalog.assemble import Structure, assemble
from pgplumb.catalog.counters import read_counters
from pgplumb.catalog.expressions import NO_EXPRESSIONS, Expressions
from pgplumb.catalog.locked import holders, unread
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.small import SMALL, build
from pgplumb.catalog.statement import statement
from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.server.rows import Rows
from pgplumb.server.session import Session, Unit

STRUCTURE = (
    "relation",
    "column",
    "constraint",
    "index",
    "policy",
    "trigger",
    "rewrite",
    "inherits",
    "ownership",
    "comment",
)
"""Statements about relations, in the order of `Structure`."""

DISPENSABLE = frozenset(
    [
        *("membership", "extension", "function", "setting", "setting_override", "default_privilege"),
        *("statistics_object", "publication", "subscription", "opclass", "collation"),
        *("policy", "trigger", "rewrite", "comment"),
    ]
)
"""Statements whose rows may be missing: what is built on them is then unknown, and the rest still stands."""

_READS_LOCKED = Unread("a policy reads a relation that is locked")
READ_TIMEOUT_MS = 120_000
"""For a whole structure: ten times the largest schema measured, on a slow link."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalog with what is needed to read parts of it again."""

    catalog: Catalog
    expressions: Expressions
    low_water: int
    """pg_snapshot_xmin of the reading: rows with a younger xmin may have changed since."""
    parts: Structure


def read_structure(session: Session) -> Reading:
    """Return the structure without expressions, in one transaction and one round trip."""
    version = session.server_version
    names = ("database", *SMALL, *STRUCTURE)
    texts = [statement(name, version) for name in names]
    hidden: dict[str, Unread] = {}
    with session.unit(READ_TIMEOUT_MS, isolation="REPEATABLE READ") as unit:
        try:
            with unit.savepoint():
                found = unit.results(texts)
        except QueryError as error:
            if not error.permission_denied:
                raise
            found = _one_by_one(unit, dict(zip(names, texts, strict=True)), hidden)
    parts = Structure(*found[1 + len(SMALL) :])
    small = dict(zip(SMALL, found[1 : 1 + len(SMALL)], strict=True))
    catalog, low_water = build(found[0][0], small, parts.comment)
    catalog = replace(catalog, relations=assemble(parts, NO_EXPRESSIONS), hidden=hidden)
    return Reading(catalog, NO_EXPRESSIONS, low_water, parts)


def _one_by_one(unit: Unit, texts: Mapping[str, str], hidden: dict[str, Unread]) -> list[Rows]:
    """Run statements apart; note which this role may not read (a managed service may revoke more).

    Raises QueryError where it is one without which nothing can be said.
    """
    found: list[Rows] = []
    for name, text in texts.items():
        try:
            with unit.savepoint():
                found.append(unit.result(text))
        except QueryError as error:
            if not error.permission_denied or name not in DISPENSABLE:
                raise
            hidden[name] = Unread(f"{error.what}: {error.why}")
            found.append(unit.result("SELECT WHERE false"))
    return found


def read_expressions(session: Session, only: Sequence[int] | None = None) -> Expressions:
    """Return deparsed expressions of all relations, or of some. Locked relations are named, not waited for.

    A lock that is taken between the look and the read makes the statement fail within 50 ms; it is tried again
    twice, with that relation left out.
    """
    version = session.server_version
    params = None if only is None else [list(only)]
    few = only is not None
    for attempt in range(3):
        try:
            with session.unit(READ_TIMEOUT_MS) as unit, unit.pipeline() as pipeline:
                locks = pipeline.result(statement("locked", version))
                defaults = pipeline.result(statement("expression_default", version, only=few), params)
                bounds = pipeline.result(statement("expression_bound", version, only=few), params)
                times = 4 if few else 0
                guarded = pipeline.result(
                    statement("expression_guarded", version, only=few), params * times if params else None
                )
            break
        except QueryError as error:
            if not error.timed_out or attempt == 2:
                if error.timed_out or error.permission_denied:
                    return Expressions(missing=Unread(error.what))
                raise
    return _expressions(defaults.rows, bounds.rows, guarded.rows, unread(holders(locks.rows.all())))


def _expressions(defaults: Rows, bounds: Rows, guarded: Rows, locked: Mapping[int, Unread]) -> Expressions:
    columns: dict[int, dict[int, str]] = {
        relation: dict(zip(numbers, texts, strict=True)) for relation, numbers, texts in defaults
    }
    policies: dict[int, tuple[str | None, str | None]] = {}
    checks: dict[int, str] = {}
    indexes: dict[int, tuple[str | None, str | None]] = {}
    hidden = dict(locked)
    for kind, key, number, text, second in guarded:
        if kind == "g":
            columns.setdefault(key, {})[number] = text
        elif kind == "p":
            policies[key] = (text, second)
        elif kind == "c":
            checks[key] = text
        elif kind == "l":
            hidden.setdefault(key, _READS_LOCKED)
        else:
            indexes[key] = (text, second)
    return Expressions(columns, dict(bounds), policies, checks, indexes, hidden, None)


def with_expressions(reading: Reading, expressions: Expressions) -> Reading:
    """Return a reading whose relations have their expressions."""
    relations = assemble(reading.parts, expressions)
    catalog = replace(reading.catalog, relations=relations, expressions=expressions.missing)
    return replace(reading, catalog=catalog, expressions=expressions)


def read_statistics(session: Session, *, columns: bool = True) -> Statistics:
    """Return counters, sizes and the state of replication. `columns` adds what ANALYZE found."""
    return read_counters(session, columns=columns)


def read_whole(session: Session) -> tuple[Catalog, Statistics]:
    """Return a complete catalog and its statistics over one session, for commands and tests."""
    reading = with_expressions(read_structure(session), read_expressions(session))
    return reading.catalog, read_statistics(session)
