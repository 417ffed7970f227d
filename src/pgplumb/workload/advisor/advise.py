"""The advisor: from a workload, a catalog and a planner to advice. The same input gives the same advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import Statistics
from pgplumb.foundation.names import dotted
from pgplumb.workload.advisor.advice import Advice, Declined
from pgplumb.workload.advisor.candidates import candidates
from pgplumb.workload.advisor.cards import cards
from pgplumb.workload.advisor.drops import drops
from pgplumb.workload.advisor.facts import Facts
from pgplumb.workload.advisor.greedy import CHEAP, Choice, Greedy
from pgplumb.workload.advisor.likely_values import texts_of
from pgplumb.workload.advisor.names import name_of
from pgplumb.workload.advisor.planner import Planner, PlanningDatabase
from pgplumb.workload.advisor.pricing import Priced, Prices, Text, Unplannable, total
from pgplumb.workload.advisor.reading import Read, read_entry
from pgplumb.workload.advisor.shape import Shape
from pgplumb.workload.advisor.workload import Entry
from pgplumb.workload.advisor.writes import Writes, hot_note
from pgplumb.workload.twin_plan import lacking

_MOST_CANDIDATES = 600


@dataclass(frozen=True)
class _Query:
    read: Read
    shapes: frozenset[Shape]
    texts: tuple[Text, ...] = ()

    @cached_property
    def priced(self) -> Priced:
        return self.read.priced(self.texts)


def advise(
    catalog: Catalog,
    statistics: Statistics,
    workload: Sequence[Entry],
    planner: Planner,
    *,
    scales: bool = True,
) -> Advice:
    """Return advice for a workload, every figure from the planner.

    `planner` gives databases that plan like the target (`Twin.planning`); `scales` plans the result at ten times
    the rows too. Raises LostConnection where the planner's server is lost.
    """
    facts = Facts(catalog, statistics)
    entries = sorted(workload, key=lambda e: (e.query, e.userid, e.calls, e.rows or 0.0))
    declined: list[Declined] = []
    reads = _read(entries, facts, planner, declined)
    writes = Writes(facts)
    for read in reads:
        rows = read.entry.calls if read.entry.rows is None else read.entry.rows
        writes.add(read.uses.writes, read.entry.calls, rows)
    queries = _with_candidates(reads, facts)
    named = _named(_shapes(queries), catalog)
    database = planner(1, [shape.ddl(name, concurrently=False) for name, shape in named.items()])
    choices = _choices(database, named, facts, writes)
    prices = Prices(database, {name: choice.table for name, choice in choices.items()})
    planned = _planned(_with_values(queries, catalog, database), prices, declined)
    priced = [query.priced for query in planned]
    relevant = {i: _relevant(query, choices) for i, query in enumerate(planned)}
    chosen = Greedy(prices, priced, choices, relevant).search()
    made = cards(chosen, choices, prices, priced, planner, facts, writes, scales=scales)
    before, after = total(prices, priced, ()), total(prices, priced, chosen)
    notes = _notes(choices, chosen, prices, priced, writes, facts)
    helped = {effect.query for card in made for effect in card.helps}
    declined += _unhelped(planned, helped, prices, relevant, facts)
    found_drops = drops(database, prices, priced, chosen, choices, facts)
    return Advice(
        before,
        after,
        made,
        found_drops.drops,
        tuple(sorted(set(declined), key=lambda d: (d.query, d.reason))),
        (*_gap_notes(database), *notes, *found_drops.notes),
        {
            "queries": len(entries),
            "planned": len(planned),
            "candidates": len(choices),
            "plans": prices.explained,
        },
    )


def _read(entries: Sequence[Entry], facts: Facts, planner: Planner, declined: list[Declined]) -> list[Read]:
    found: list[Read] = []
    views = _views(facts.catalog, entries, planner)
    for entry in entries:
        read = read_entry(entry, facts, views)
        if isinstance(read, str):
            declined.append(Declined(entry.query, read))
        else:
            found.append(read)
    return found


def _views(catalog: Catalog, entries: Sequence[Entry], planner: Planner) -> Mapping[str, str]:
    """Return the definitions of views, where the workload may name any."""
    names = {r.name for r in catalog.relations.values() if r.kind == "v" and r.extension is None}
    if not any(name.lower() in entry.query.lower() for name in names for entry in entries):
        return {}
    session = planner(1, ()).session
    with session.unit() as unit:
        rows = unit.query(
            "SELECT n.nspname::text, c.relname::text, pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class c"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND c.oid >= 16384"
        )
    return {dotted(schema, name): text for schema, name, text in rows}


def _with_candidates(reads: Sequence[Read], facts: Facts) -> list[_Query]:
    popularity: dict[tuple[int, str], int] = {}
    for read in reads:
        for pair in {(u.relation.oid, k.sql) for u in read.all_uses for k in (*u.equal, *u.listed)}:
            popularity[pair] = popularity.get(pair, 0) + 1
    found = []
    for read in reads:
        trusted = [use for use in read.all_uses if facts.unanalysed(use.relation) is None]
        shapes = frozenset(s for use in trusted for s in candidates(use, facts, popularity))
        found.append(_Query(read, shapes))
    return found


def _shapes(queries: Sequence[_Query]) -> list[Shape]:
    """Return all candidates in one order; where they are too many, those of the queries that run most often."""
    found: dict[Shape, None] = {}
    for query in sorted(queries, key=lambda q: (-q.read.entry.calls, q.read.entry.query)):
        found |= dict.fromkeys(sorted(query.shapes, key=lambda s: s.sort_key))
    return sorted(list(found)[:_MOST_CANDIDATES], key=lambda s: s.sort_key)


def _named(shapes: Iterable[Shape], catalog: Catalog) -> dict[str, Shape]:
    """Give every candidate the name that it would be created with."""
    taken: dict[str, set[str]] = {}
    for relation in catalog.relations.values():
        names = taken.setdefault(relation.schema, set())
        names.add(relation.name)
        names.update(index.name for index in relation.indexes)
    found: dict[str, Shape] = {}
    for shape in shapes:
        name = name_of(shape, taken.setdefault(shape.schema, set()) | found.keys())
        found[name] = shape
    return found


def _choices(
    database: PlanningDatabase, named: Mapping[str, Shape], facts: Facts, writes: Writes
) -> dict[str, Choice]:
    """Return the candidates that the planner's server took, by their qualified names."""
    found: dict[str, Choice] = {}
    for planned, shape in zip(database.candidates, named.values(), strict=True):
        relation = facts.catalog.by_name[shape.schema, shape.table]
        if planned.error is None:
            loss = writes.hot_loss(shape, relation)
            found[planned.name] = Choice(
                planned.name,
                shape,
                relation.qualified,
                planned.size_bytes,
                writes.cost(shape, relation),
                loss.cost if loss else 0.0,
            )
    return found


def _with_values(queries: Sequence[_Query], catalog: Catalog, database: PlanningDatabase) -> list[_Query]:
    """Give each query the values that its calls most likely had."""
    database.show(())
    texts = texts_of([query.read.asked() for query in queries], catalog, database.session)
    return [replace(query, texts=found) for query, found in zip(queries, texts, strict=True)]


def _planned(queries: Sequence[_Query], prices: Prices, declined: list[Declined]) -> list[_Query]:
    """Return the queries that can be planned and trusted."""
    found = []
    for query in queries:
        gaps = tuple(prices.database.gaps.of(sorted(query.priced.tables)))
        if gaps:
            declined.append(Declined(query.priced.query, f"not to be trusted: {gaps[0]}"))
            continue
        try:
            prices.cost(query.priced, ())
        except Unplannable as reason:
            why = lacking(query.priced.query, prices.database.gaps) or reason
            declined.append(Declined(query.priced.query, str(why)))
            continue
        found.append(query)
    return found


def _relevant(query: _Query, choices: Mapping[str, Choice]) -> tuple[str, ...]:
    """Return the candidates made for a query, and those of other queries that begin with a key that it asks for."""
    asked = {
        (use.relation.qualified, key.sql)
        for use in query.read.all_uses
        for key in (*use.equal, *use.listed, *use.joined, *use.ranges, *(s.key for s in use.sort[:1]))
    }
    return tuple(
        name
        for name, choice in choices.items()
        if choice.shape in query.shapes or (choice.table, choice.shape.keys[0].key.sql) in asked
    )


def _unhelped(
    queries: Sequence[_Query],
    helped: set[str],
    prices: Prices,
    relevant: Mapping[int, Sequence[str]],
    facts: Facts,
) -> Iterable[Declined]:
    """Say of every query without help why it got none."""
    for number, query in enumerate(queries):
        if query.priced.query in helped:
            continue
        relations: tuple[Relation, ...] = query.read.relations()
        unknown = [why for r in relations if (why := facts.unanalysed(r)) is not None]
        cost = prices.cost(query.priced, ())
        if unknown:
            reason = unknown[0]
        elif cost <= CHEAP:
            reason = f"needs no index: one call costs {cost:.1f}"
        elif not query.shapes:
            tiny = [r.qualified for r in relations if facts.tiny(r)]
            reason = (
                f"too small for an index: {', '.join(tiny)}"
                if tiny
                else "no condition that an index could serve"
            )
        else:
            best = prices.cost(query.priced, relevant[number])
            reason = f"no index is worth its cost: {cost:.1f} a call now, {best:.1f} with the best there is"
        yield Declined(query.priced.query, reason)


def _notes(
    choices: Mapping[str, Choice],
    chosen: Sequence[str],
    prices: Prices,
    queries: Sequence[Priced],
    writes: Writes,
    facts: Facts,
) -> tuple[str, ...]:
    """Name the indexes that were not advised because they would end HOT updates."""
    found = []
    now = {query: prices.cost(query, chosen) for query in queries}
    for name, choice in sorted(choices.items()):
        if (
            not choice.hot_cost
            or name in chosen
            or len(choice.shape.keys) > 1
            or choice.shape.predicates
            or choice.shape.include
        ):
            continue
        relation = facts.catalog.by_name[choice.shape.schema, choice.shape.table]
        loss = writes.hot_loss(choice.shape, relation)
        with_it = [
            q for q in queries if choice.table in q.tables and prices.cost(q, {*chosen, name}) < 0.9 * now[q]
        ]
        if with_it and loss is not None:
            columns = ", ".join(key.sql for key in choice.shape.keys)
            found.append("not advised: " + hot_note(loss, f"an index on ({columns})", choice.table))
    return tuple(dict.fromkeys(found))


def _gap_notes(database: PlanningDatabase) -> tuple[str, ...]:
    return database.gaps.notes
