"""The evidence card of each chosen index: what it helps and hurts, at today's size and at ten times it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pgplumb.sql.quote import quote_qualified
from pgplumb.workload.advisor.advice import AdvisedIndex, Effect
from pgplumb.workload.advisor.facts import Facts
from pgplumb.workload.advisor.greedy import Choice
from pgplumb.workload.advisor.planner import Planner, PlanningDatabase
from pgplumb.workload.advisor.pricing import Priced, Prices, Unplannable
from pgplumb.workload.advisor.writes import Writes, hot_note

_LARGER = 10
_NOTICEABLE = 0.02
"""A change of a query's cost by less is no help and no harm."""


def cards(
    chosen: Sequence[str],
    choices: Mapping[str, Choice],
    prices: Prices,
    queries: Sequence[Priced],
    planner: Planner,
    facts: Facts,
    writes: Writes,
    *,
    scales: bool = True,
) -> tuple[AdvisedIndex, ...]:
    """Return one card for each chosen index: most saved first."""
    larger = _Larger(planner, chosen, choices) if scales and chosen else None
    made = []
    for name in chosen:
        choice = choices[name]
        schema, bare = choice.shape.schema, _bare_name(name, choice)
        ddl = choice.shape.ddl(bare)
        relation = facts.catalog.by_name[schema, choice.shape.table]
        if relation.kind == "p":
            ddl = choice.shape.ddl(bare, concurrently=False)
        loss = writes.hot_loss(choice.shape, relation)
        notes = [hot_note(loss, bare, choice.table)] if loss else []
        if relation.kind == "p":
            notes.append(
                "a partitioned table takes no CONCURRENTLY: index each partition first, then attach them"
            )
        helps, hurts = _effects(name, chosen, prices, queries, larger)
        made.append(
            AdvisedIndex(
                name=bare,
                ddl=ddl,
                undo=f"DROP INDEX {'' if relation.kind == 'p' else 'CONCURRENTLY '}{quote_qualified(schema, bare)}",
                table=choice.table,
                method=choice.shape.method,
                columns=_columns(prices.database, name, choice),
                include=choice.shape.include,
                where=choice.shape.where,
                helps=helps,
                hurts=hurts,
                size_bytes=choice.size_bytes,
                size_bytes_10x=larger.size(name) if larger else None,
                write_cost=choice.write_cost + choice.hot_cost,
                verified="twin",
                notes=tuple(notes),
            )
        )
    return tuple(sorted(made, key=lambda card: (-_saved(card), card.table, card.name)))


class _Larger:
    """Prices of the chosen indexes where every table has ten times the rows."""

    def __init__(self, planner: Planner, chosen: Sequence[str], choices: Mapping[str, Choice]) -> None:
        ddls = [
            choices[name].shape.ddl(_bare_name(name, choices[name]), concurrently=False) for name in chosen
        ]
        database = planner(_LARGER, ddls)
        self._sizes = {c.name: c.size_bytes for c in database.candidates}
        self._prices = Prices(database, {name: choices[name].table for name in chosen})

    def size(self, name: str) -> int | None:
        """Return the estimated bytes of an index."""
        return self._sizes.get(name)

    def cost(self, query: Priced, shown: Sequence[str]) -> float | None:
        """Return what a call costs, or None where it is not planned."""
        try:
            return self._prices.cost(query, shown)
        except Unplannable:
            return None


def _effects(
    name: str, chosen: Sequence[str], prices: Prices, queries: Sequence[Priced], larger: _Larger | None
) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    """Return the queries that an index serves and those that its being there makes dearer."""
    helps, hurts = [], []
    rest = [other for other in chosen if other != name]
    for query in queries:
        after = prices.cost(query, chosen)
        if name not in prices.used(query, chosen):
            continue
        before, without = prices.cost(query, ()), prices.cost(query, rest)
        effect = Effect(
            query.query,
            query.calls,
            before,
            after,
            larger.cost(query, ()) if larger else None,
            larger.cost(query, chosen) if larger else None,
        )
        if after > max(before, without) * (1 + _NOTICEABLE):
            hurts.append(effect)
        elif after < without * (1 - _NOTICEABLE) or after < before * (1 - _NOTICEABLE):
            helps.append(effect)
    order = lambda e: (-e.calls * abs(e.cost_before - e.cost_after), e.query)  # noqa: E731
    return tuple(sorted(helps, key=order)), tuple(sorted(hurts, key=order))


def _columns(database: PlanningDatabase, name: str, choice: Choice) -> tuple[str, ...]:
    """Return the key as names; expressions as the server prints them."""
    keys = choice.shape.keys
    if all(key.key.is_column for key in keys):
        return tuple(key.key.sql for key in keys)
    with database.session.unit() as unit:
        rows = unit.query(
            "SELECT n, pg_catalog.pg_get_indexdef(%s::regclass, n, true)"
            " FROM pg_catalog.generate_series(1, %s::int) n",
            [name, len(keys)],
        )
    printed: dict[int, str] = dict(rows)
    return tuple(
        key.key.sql if key.key.is_column else str(printed.get(i, key.key.sql))
        for i, key in enumerate(keys, 1)
    )


def _bare_name(name: str, choice: Choice) -> str:
    """Return a candidate's own name, raw."""
    from pgplumb.foundation.names import part

    bare = name[len(part(choice.shape.schema)) + 1 :]
    return bare[1:-1].replace('""', '"') if bare.startswith('"') else bare


def _saved(card: AdvisedIndex) -> float:
    return sum(effect.calls * (effect.cost_before - effect.cost_after) for effect in card.helps)
