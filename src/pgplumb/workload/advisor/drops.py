"""Existing indexes that the workload would not miss: redundant or unused ones, priced without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.catalog.held import held_index_pages
from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import dotted
from pgplumb.sql.quote import quote_qualified
from pgplumb.workload.advisor.advice import Drop
from pgplumb.workload.advisor.facts import Facts
from pgplumb.workload.advisor.greedy import Choice
from pgplumb.workload.advisor.planner import PlanningDatabase
from pgplumb.workload.advisor.pricing import Priced, Prices, total

YOUNG_DAYS = 30
"""Counters of fewer days say nothing: month's ends are in no week."""
_MISSED = 0.01
"""What dearer a table's queries may become without the index."""
_LEAST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Drops:
    """What was found, and what could not be decided."""

    drops: tuple[Drop, ...] = ()
    notes: tuple[str, ...] = ()


def drops(
    database: PlanningDatabase,
    prices: Prices,
    queries: Sequence[Priced],
    chosen: Sequence[str],
    choices: Mapping[str, Choice],
    facts: Facts,
) -> Drops:
    """Return the existing indexes that may go, by name, each planned without it and without those before it."""
    found: list[Drop] = []
    hidden: list[str] = []
    notes: list[str] = []
    for relation, index, reason in _suspects(facts, [choices[name] for name in chosen], notes):
        name = dotted(relation.schema, index.name)
        touching = [query for query in queries if relation.qualified in query.tables]
        before = total(prices, touching, chosen)
        database.hide([*hidden, name])
        without = Prices(database, {n: c.table for n, c in choices.items()})
        after = total(without, touching, chosen)
        if after > before * (1 + _MISSED):
            continue
        hidden.append(name)
        counters = facts.statistics.indexes.get(index.oid)
        pages = counters.pages if counters else held_index_pages(index, relation, facts.catalog)
        sql_name = quote_qualified(relation.schema, index.name)
        concurrently = "" if index.is_partitioned else "CONCURRENTLY "
        dropped = f"DROP INDEX {concurrently}{sql_name}"
        found.append(Drop(name, reason, dropped, _definition(database, name), pages * 8192))
    database.hide(())
    return Drops(tuple(found), tuple(dict.fromkeys(notes)))


def _suspects(
    facts: Facts, advised: Sequence[Choice], notes: list[str]
) -> Iterable[tuple[Relation, Index, str]]:
    """Yield indexes that nothing but speed speaks for, with why they may go."""
    gone: set[int] = set()
    for relation in facts.catalog.tables:
        for index in relation.indexes:
            if not _droppable(relation, index, facts):
                continue
            wider = _covered_by(relation, index, gone)
            new = _covered_by_advice(relation, index, advised)
            if wider is not None:
                gone.add(index.oid)
                yield (
                    relation,
                    index,
                    f"redundant: {dotted(relation.schema, wider.name)} begins with the same columns",
                )
            elif new is not None:
                gone.add(index.oid)
                yield relation, index, f"replaced by the advised {new}, which begins with the same columns"
            elif (reason := _unused(relation, index, facts, notes)) is not None:
                gone.add(index.oid)
                yield relation, index, reason


def _droppable(relation: Relation, index: Index, facts: Facts) -> bool:
    """Whether an index is there for speed alone."""
    if index.enforces or index.is_replica_identity or index.parent or not index.is_valid:
        return False
    if index.is_partitioned or any(c.index == index.oid for c in relation.constraints):
        return False
    return not any(key.index == index.oid for _, key in facts.catalog.referencing.get(relation.oid, ()))


def _covered_by(relation: Relation, index: Index, gone: set[int]) -> Index | None:
    """Return another index whose key begins with all of this one's."""
    for other in relation.indexes:
        if other.oid == index.oid or other.oid in gone or not other.is_valid or other.method != index.method:
            continue
        if index.method != "btree" or index.has_expressions or other.has_expressions:
            continue
        same_rows = index.has_predicate == other.has_predicate and (
            not index.has_predicate
            or (isinstance(index.predicate, str) and index.predicate == other.predicate)
        )
        count = index.key_count
        equal = (
            other.key_columns[:count] == index.key_columns
            and other.opclasses[:count] == index.opclasses[:count]
            and other.collations[:count] == index.collations[:count]
            and other.options[:count] == index.options[:count]
            and set(index.included) <= set(other.columns)
        )
        if same_rows and equal:
            return other
    return None


def _covered_by_advice(relation: Relation, index: Index, advised: Sequence[Choice]) -> str | None:
    """Return the advised index that begins with all of this one's columns."""
    if index.method != "btree" or index.has_expressions or index.has_predicate or any(index.options):
        return None
    names = relation.column_names(index.key_columns)
    for choice in advised:
        keys = choice.shape.keys
        plain = all(k.key.is_column and not k.descending and not k.opclass for k in keys[: len(names)])
        held = {*(k.key.sql for k in keys), *choice.shape.include}
        if (
            choice.table == relation.qualified
            and choice.shape.method == "btree"
            and not choice.shape.predicates
            and plain
            and tuple(k.key.sql for k in keys[: len(names)]) == names
            and set(relation.column_names(index.included)) <= held
        ):
            return choice.name
    return None


def _unused(relation: Relation, index: Index, facts: Facts, notes: list[str]) -> str | None:
    """Return why an index counts as unused: never scanned for long enough, and here alone."""
    counters = facts.statistics.indexes.get(index.oid)
    if counters is None or counters.scans > 0 or counters.pages * 8192 < _LEAST_BYTES:
        return None
    days = (facts.statistics.read_at - facts.statistics.since).total_seconds() / 86400
    name = dotted(relation.schema, index.name)
    if days < YOUNG_DAYS:
        notes.append(f"{name} was not scanned, but counters are {days:.0f} days old: too young to drop it")
        return None
    if facts.catalog.is_standby or isinstance(facts.statistics.replicas, Unread) or facts.statistics.replicas:
        notes.append(
            f"{name} was not scanned here; look at its scans on the other servers before dropping it"
        )
        return None
    if any(key.columns == index.key_columns[: len(key.columns)] for key in relation.foreign_keys):
        notes.append(
            f"{name} was not scanned, but it serves a foreign key: it stays for deletes of the parent"
        )
        return None
    return f"unused: no scan in {days:.0f} days, and no query of the workload is dearer without it"


def _definition(database: PlanningDatabase, name: str) -> str | None:
    with database.session.unit() as unit:
        rows = unit.query("SELECT pg_catalog.pg_get_indexdef(pg_catalog.to_regclass(%s)::oid)", [name])
    return str(rows[0][0]) if rows and rows[0][0] else None
