"""What findings about the cost of policies say. Names and conditions of the database are sanitised here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count, percent, sanitise, shorten
from pgplumb.rls.cost.ends import FILTER, HASHED, INDEX, SUBPLAN, End

if TYPE_CHECKING:
    from pgplumb.rls.cost.cost import Effect, Looked

LONGEST = 160
WHERE = {
    INDEX: "ends in an index",
    FILTER: "is a filter",
    HASHED: "is a filter that looks each row up in a hashed sub-select",
    SUBPLAN: "is a sub-select that runs for each row",
}


def unseen(textless: int) -> Iterator[str]:
    """Say what limits all of it."""
    yield (
        "costs are the planner's, in its own units; WITH CHECK is in no plan, so what it costs writers is not counted"
    )
    if textless:
        noun = "1 statement has" if textless == 1 else f"{textless:,} statements have"
        yield f"{noun} no text that this role may read, and could not be planned"


def plain(text: str) -> str:
    """Return a condition on one line, not too long."""
    return shorten(sanitise(" ".join(text.split())), LONGEST)


def rows(end: End | None) -> str:
    """Say of how many rows a condition is asked."""
    if end is None or end.where == INDEX:
        return ""
    return f" on {'at least ' if end.at_least else 'about '}{count(end.rows)} rows"


def cost(effects: Sequence[Effect]) -> str:
    """Say what the worst query costs before and after."""
    worst = max(effects, key=lambda e: e.before - e.after)
    number = "1 query" if len(effects) == 1 else f"{len(effects)} queries"
    share = sum(e.share for e in effects)
    took = f", {percent(share)} of the time of all statements" if share >= 0.005 else ""
    return f"{worst.before:,.0f} → {worst.after:,.0f} in the plan that gains most ({number}{took})"


def policies(names: Sequence[str], table: str) -> str:
    """Name policies."""
    shown = ", ".join(sanitise(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    return f"{'policy' if len(names) == 1 else 'policies'} {shown} of {sanitise(table)}"


def looked(one: Looked | None) -> str:
    """Say where a table's predicates end where nothing is found to cost less."""
    if one is None or not one.queries:
        return "none of the queries that were planned reads it through its policies"
    told = sum(one.ends.values())
    ends = [(WHERE[where], number) for where, number in sorted(one.ends.items())]
    if one.queries > told:
        ends.append(("does not show (the query's own conditions may imply it)", one.queries - told))
    noun = "1 query" if one.queries == 1 else f"{one.queries} queries"
    said = [text if number == one.queries else f"{text} in {number}" for text, number in ends]
    return f"in the plans of {noun} its predicate {', '.join(said)}"
