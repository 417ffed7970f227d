"""Chooses a set of indexes: again and again the one, or the pair that a plan needs, that gains most for its size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from pgplumb.workload.advisor.pricing import Priced, Prices
from pgplumb.workload.advisor.shape import Shape

CHEAP = 50.0
"""A query that costs no more is served already: a few pages."""
HALF = 0.5
"""A query must become cheaper by this factor for an index to be worth having on its account."""
COMPOSITE = 0.7
"""Where an index only adds to what is chosen, this much cheaper counts."""
LEAST = 0.01
"""Of what the workload still costs: what gains less is noise."""
PRUNE = 0.01
"""An index whose loss raises the cost by less is dropped in the end."""
NARROWER = 0.8
LOST = 0.01
"""A smaller index takes a larger one's place where it loses no more of what that gains."""
LITTLE = 2.0
"""It does so too where no query that is not cheap costs so many times more."""
_PAGE = 8192


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate with what it is and costs apart from the plans."""

    name: str
    """Qualified, as the planner's database names it."""
    shape: Shape
    table: str
    size_bytes: int
    write_cost: float
    hot_cost: float = 0.0
    """What ending HOT updates costs; its gain must be ten times that."""


class Greedy:
    """One search over a workload's queries."""

    def __init__(
        self,
        prices: Prices,
        queries: Sequence[Priced],
        choices: Mapping[str, Choice],
        relevant: Mapping[int, Sequence[str]],
    ) -> None:
        self._prices = prices
        self._queries = queries
        self._choices = choices
        self._relevant = relevant
        """For each query, the candidates that were made for its sake or begin with a key of it."""
        self._base = [prices.likely(query, ()) for query in queries]
        self._touched: dict[str, list[int]] = {}
        for number, names in sorted(relevant.items()):
            for name in names:
                self._touched.setdefault(name, []).append(number)
        self._best = [prices.likely(query, relevant.get(n, ())) for n, query in enumerate(queries)]
        self._totals: dict[frozenset[str], float] = {}

    def search(self) -> tuple[str, ...]:
        """Return the names of the chosen candidates, sorted."""
        chosen: frozenset[str] = frozenset()
        # At first each is taken for as good as all candidates together: what they cannot save need not be planned.
        waiting = {
            bundle: self._at_most(bundle, chosen) / self._root(bundle, chosen) for bundle in self._bundles()
        }
        fresh: set[tuple[str, ...]] = set()
        small: set[tuple[str, ...]] = set()
        while left := [bundle for bundle in waiting if bundle not in small and waiting[bundle] > 0]:
            best = max(left, key=lambda b: (waiting[b], _backwards(b)))
            if best not in fresh and self._at_most(best, chosen) < LEAST * self._total(chosen):
                small.add(best)
            elif best not in fresh:
                # What was chosen since can only have made it less worth having.
                waiting[best] = self._score(best, chosen)
                fresh.add(best)
            elif self._gain(best, chosen) < LEAST * self._total(chosen):
                small.add(best)
            else:
                chosen |= set(best)
                small.clear()
                touched = {n for name in best for n in self._touched.get(name, ())}
                waiting = {b: score for b, score in waiting.items() if not set(b) <= chosen}
                fresh = {
                    b for b in waiting if not touched & {n for name in b for n in self._touched.get(name, ())}
                }
        lean = self._narrowed(self._pruned(self._merged(chosen)))
        return tuple(sorted(self._pruned(self._merged(lean))))

    def _bundles(self) -> list[tuple[str, ...]]:
        """Each candidate alone, and together those that the best plan of a query uses."""
        found: set[tuple[str, ...]] = {(name,) for name in self._choices}
        for number, names in sorted(self._relevant.items()):
            used = self._prices.used(self._queries[number], names)
            if len(used) > 1:
                found.add(tuple(sorted(used)))
                for table in sorted({self._choices[name].table for name in used}):
                    same = tuple(sorted(name for name in used if self._choices[name].table == table))
                    if len(same) > 1:
                        found.add(same)
        return sorted(found)

    def _gain(self, bundle: Collection[str], chosen: frozenset[str]) -> float:
        """Return what more candidates save over the workload, upkeep taken off; 0 where it is noise."""
        new = [name for name in bundle if name not in chosen]
        numbers = sorted({n for name in new for n in self._touched.get(name, ())})
        gain, strong = 0.0, False
        for number in numbers:
            query, base = self._queries[number], self._base[number]
            before = self._prices.likely(query, chosen)
            after = self._prices.likely(query, chosen.union(new))
            if before > CHEAP and after <= COMPOSITE * before:
                gain += query.calls * (before - after)
                strong = strong or after <= HALF * base
        hot = sum(self._choices[name].hot_cost for name in new)
        if not strong or gain < 10 * hot:
            return 0.0
        return gain - hot - sum(self._choices[name].write_cost for name in new)

    def _score(self, bundle: Collection[str], chosen: frozenset[str]) -> float:
        """Return what a bundle gains for its size; 0 or less where it is not worth having."""
        return self._gain(bundle, chosen) / self._root(bundle, chosen)

    def _root(self, bundle: Collection[str], chosen: frozenset[str]) -> float:
        size = sum(self._choices[name].size_bytes for name in bundle if name not in chosen)
        return sqrt(max(size, _PAGE))

    def _at_most(self, bundle: Collection[str], chosen: frozenset[str]) -> float:
        """Return what all candidates together would save the queries that a bundle was made for."""
        numbers = {n for name in bundle if name not in chosen for n in self._touched.get(name, ())}
        queries = [(self._queries[n], self._best[n]) for n in sorted(numbers)]
        return sum(q.calls * max(self._prices.likely(q, chosen) - best, 0.0) for q, best in queries)

    def _narrowed(self, chosen: frozenset[str]) -> frozenset[str]:
        """Put a much smaller index in an index's place where it does nearly the same."""
        for name in sorted(chosen):
            choice, rest = self._choices[name], chosen - {name}
            smaller = sorted(
                (other.size_bytes, other.name)
                for other in self._choices.values()
                if other.table == choice.table
                and other.name not in chosen
                and other.shape.keys == choice.shape.keys[: len(other.shape.keys)]
                and other.shape.predicates == choice.shape.predicates
                and other.size_bytes < NARROWER * choice.size_bytes
            )
            for _, other_name in smaller:
                if self._hardly_dearer(rest | {other_name}, chosen, rest):
                    chosen = rest | {other_name}
                    break
        return chosen

    def _hardly_dearer(self, other: frozenset[str], chosen: frozenset[str], rest: frozenset[str]) -> bool:
        """Whether other indexes do nearly what those chosen do: every query, or the index's gain as a whole."""
        now = self._total(chosen)
        return self._total(other) - now <= LOST * (self._total(rest) - now) or self._alike(other, chosen)

    def _alike(self, other: frozenset[str], chosen: frozenset[str]) -> bool:
        """Whether no query that is not cheap costs much more with other indexes."""
        return all(
            self._prices.likely(query, other) <= max(LITTLE * self._prices.likely(query, chosen), CHEAP)
            for query in self._queries
        )

    def _merged(self, chosen: frozenset[str]) -> frozenset[str]:
        """Leave out what a wider one of the same keys serves nearly as well."""
        for name in sorted(chosen):
            shape, rest = self._choices[name].shape, chosen - {name}
            if any(self._choices[other].shape.extends(shape) for other in rest) and self._alike(rest, chosen):
                chosen = rest
        return chosen

    def _pruned(self, chosen: frozenset[str]) -> frozenset[str]:
        """Drop, cheapest loss first, whatever the workload hardly misses."""
        while chosen:
            now = self._total(chosen)
            loss, name = min((self._loss(name, chosen), name) for name in chosen)
            choice = self._choices[name]
            if loss > max(PRUNE * now, choice.write_cost + 10 * choice.hot_cost):
                break
            chosen -= {name}
        return chosen

    def _loss(self, name: str, chosen: frozenset[str]) -> float:
        """Return what an index's loss costs the queries that ask for its key; others had no right to it."""
        rest = chosen - {name}
        queries = [self._queries[number] for number in self._touched.get(name, ())]
        return sum(q.calls * (self._prices.likely(q, rest) - self._prices.likely(q, chosen)) for q in queries)

    def _total(self, chosen: Iterable[str]) -> float:
        names = frozenset(chosen)
        found = self._totals.get(names)
        if found is None:
            found = sum(query.calls * self._prices.likely(query, names) for query in self._queries)
            self._totals[names] = found
        return found


def _backwards(bundle: Sequence[str]) -> tuple[int, tuple[tuple[int, ...], ...]]:
    """Of equal bundles, the smaller and first in the alphabet wins."""
    return (-len(bundle), tuple(tuple(-ord(c) for c in name) for name in bundle))
