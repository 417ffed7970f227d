"""`pgplumb advise` for people: a card an index, what to drop, and the queries that got nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgplumb.cli.terminal import Screen
from pgplumb.foundation.text import count, shorten, size
from pgplumb.workload.advisor.advice import Advice, AdvisedIndex, Effect

_EFFECTS = 6
"""Queries of a card that are listed."""


def write(advice: Advice, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    yield screen.paint(screen.own(_headline(advice)), "bold")
    for note in advice.notes:
        yield from screen.wrap(screen.own(f"! {screen.clean(note)}"), 0, 2)
    for number, index in enumerate(advice.indexes, 1):
        yield ""
        yield from _card(number, index, screen)
    if advice.drops:
        yield ""
        yield screen.paint("to drop", "bold")
        for drop in advice.drops:
            yield from screen.wrap(screen.clean(f"{drop.ddl};"), 2, 4)
            about = f"{size(drop.size_bytes)}; {drop.reason}"
            yield from screen.wrap(screen.clean(about), 4)
    if advice.declined:
        yield ""
        yield screen.paint("no index", "bold")
        for declined in advice.declined:
            yield "  " + shorten(screen.clean(_line(declined.query)), screen.width - 2)
            yield from screen.wrap(screen.paint(screen.clean(declined.reason), "faint"), 4)


def _headline(advice: Advice) -> str:
    if not advice.indexes:
        return "no index is worth its cost for this workload"
    saved = 1 - advice.cost_after / advice.cost_before if advice.cost_before else 0.0
    one = "one index" if len(advice.indexes) == 1 else f"{len(advice.indexes)} indexes"
    return (
        f"{one}, {size(sum(i.size_bytes for i in advice.indexes))}: the workload's cost goes from"
        f" {count(round(advice.cost_before))} to {count(round(advice.cost_after))}, {saved:.1%} less"
    )


def _card(number: int, index: AdvisedIndex, screen: Screen) -> Iterator[str]:
    first, *rest = screen.wrap(screen.clean(f"{index.ddl};"), 4, 4)
    yield screen.paint(f"{number:>2}  {first.lstrip()}", "cyan")
    yield from (screen.paint(line, "cyan") for line in rest)
    facts = [size(index.size_bytes)]
    if index.size_bytes_10x is not None:
        facts.append(f"{size(index.size_bytes_10x)} at ten times the data")
    facts.append(f"upkeep costs {count(round(index.write_cost))}")
    facts.append(
        {"twin": "verified in the twin", "target": "verified on the target"}.get(
            index.verified, "not verified"
        )
    )
    yield "    " + screen.paint(screen.own(" · ".join(facts)), "faint")
    yield from _effects("helps", index.helps, screen)
    yield from _effects("hurts", index.hurts, screen)
    for note in index.notes:
        yield from screen.wrap(screen.own(f"! {screen.clean(note)}"), 4, 2)


def _effects(word: str, effects: Sequence[Effect], screen: Screen) -> Iterator[str]:
    for effect in effects[:_EFFECTS]:
        costs = f"{_cost(effect.cost_before)} -> {_cost(effect.cost_after)}"
        if effect.cost_before_10x is not None and effect.cost_after_10x is not None:
            costs += f"   10x {_cost(effect.cost_before_10x)} -> {_cost(effect.cost_after_10x)}"
        costs = screen.own(costs.replace("->", "→"))
        room = max(screen.width - 12 - 44, 20)
        text = shorten(screen.clean(_line(effect.query)), room)
        yield f"    {word:<7} {text.ljust(room)} {costs}".rstrip()
    if len(effects) > _EFFECTS:
        yield f"    {word:<7} {len(effects) - _EFFECTS} more"


def _cost(cost: float) -> str:
    return f"{cost:,.1f}" if cost < 1000 else count(round(cost))


def _line(query: str) -> str:
    return " ".join(query.split())
