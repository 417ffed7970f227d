"""Indexes that a policy's condition lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.rls.cost import words
from pgplumb.rls.cost.cost import Mend, PolicyCost, pays
from pgplumb.rls.cost.ends import FILTER, form
from pgplumb.rls.cost.figures import costs, effects, total, worst
from pgplumb.sql.lexer import significant
from pgplumb.sql.quote import quote_identifier, quote_qualified

if TYPE_CHECKING:
    from pgplumb.rls.cost.find import Met
    from pgplumb.rls.cost.trial import Trial


def indexed(trial: Trial, met: Met) -> PolicyCost | None:
    """Return the index that lacks on a column that the policies compare, where the planner would use it."""
    columns = _compared(met)
    if not columns:
        return None
    table = quote_qualified(met.relation.schema, met.relation.name)
    ddls = [f"CREATE INDEX ON {table} ({quote_identifier(column)})" for column in columns]
    planning = trial.twin.planning(1, ddls)
    before = costs(met.plans)
    best: tuple[float, str, dict[int, float]] | None = None
    try:
        for column, candidate in zip(columns, planning.candidates, strict=True):
            if candidate.error is not None:
                continue
            planning.show([candidate.name])
            after = costs(trial.plans(met.queries, planning))
            together = total(met.queries, before, after)
            if any(pays(before[n], after[n]) for n in after) and (best is None or together < best[0]):
                best = (together, column, after)
    finally:
        planning.show([])
    if best is None:
        return None
    _, column, after = best
    paying = [q for q in met.queries if q.number in after and pays(before[q.number], after[q.number])]
    gained, end = effects(paying, before, after), worst(met, paying)
    if end is None:
        return None
    names = tuple(p.name for p in met.relation.policies)
    said = (
        f"{words.policies(names, met.relation.qualified)} {words.WHERE[end.where]}{words.rows(end)}:"
        f" no index leads with {sanitise(column)}; with one it costs {words.cost(gained)}"
    )
    return PolicyCost(
        "index",
        met.relation.oid,
        met.relation.id,
        met.relation.qualified,
        names,
        end.condition,
        end.where,
        end.rows,
        end.at_least,
        said,
        gained,
        Mend(columns=(column,)),
    )


def _compared(met: Met) -> list[str]:
    """Return the columns that filters of the policies set equal to something, where no index leads with them."""
    leading = {i.key_columns[:1] for i in met.relation.indexes if i.is_valid and not i.has_predicate}
    found: dict[str, None] = {}
    for query in met.queries:
        for end in met.ends[query.number]:
            if end.where != FILTER:
                continue
            sides = form(end.condition, met.relation.name).split(" = ")
            for column in met.relation.columns:
                plain = quote_identifier(column.name)
                if (
                    len(sides) == 2
                    and (column.number,) not in leading
                    and any(_last(side) == plain for side in sides)
                ):
                    found[column.name] = None
    return list(found)


def _last(side: str) -> str:
    """Return the name of a column with the table's before it taken away; empty for anything else."""
    tokens = [t for t in significant(side) if t.text not in ("(", ")")]
    names = [t.text for t in tokens if t.kind in ("word", "quoted")]
    return names[-1] if names and len(tokens) == 2 * len(names) - 1 <= 3 else ""
