"""A plan looked at as a whole: what its steps lock and read, and what may go wrong, in the words of `lint`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.migrate.hazards.effect import rank
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.migrate.lint.answer import LintedStatement
from pgplumb.migrate.plan import Step
from pgplumb.sql.quote import quote_literal
from pgplumb.sql.split import split

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.twin import Twin

_OF_THE_RUNNER = frozenset({"unbatched-dml"})
"""What holds of a backfill's single statement, not of the batches in which it runs."""


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """One step, and what its statements do to relations that were there before the plan."""

    step: Step
    statements: tuple[LintedStatement, ...]
    hazards: tuple[Hazard, ...]
    """Their `statement` counts within the step, from 0."""

    @property
    def locks(self) -> dict[str, str]:
        """The strongest mode on each table, by name, as `pg_locks` prints it."""
        found: dict[str, str] = {}
        for statement in self.statements:
            for name, mode in statement.locks.items():
                if name not in found or rank(mode) > rank(found[name]):
                    found[name] = mode
        return dict(sorted(found.items()))

    @property
    def rehearsed(self) -> bool:
        """Whether every statement was measured in the twin."""
        return all(s.source == "rehearsed" and not s.unknown for s in self.statements)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What could not be told, each once."""
        return tuple(dict.fromkeys(why for s in self.statements for why in s.unknown))


@dataclass(frozen=True, slots=True)
class Judged:
    """A way of a plan, step by step."""

    steps: tuple[JudgedStep, ...]
    hazards: tuple[Hazard, ...]
    """Those of the whole."""
    executes: bool | None
    """False where a statement fails in the twin; None where that is not known."""
    sqlstate: str | None
    unknown: tuple[str, ...]


def judge(steps: Sequence[Step], catalog: Catalog | None, twin: Twin | Workshop | None) -> Judged:
    """Rehearse steps where there is a twin, read them where there is none. Never fails for what stands in them."""
    from dataclasses import replace

    from pgplumb.migrate.lint.judge import lint

    text, places = _script(steps)
    found = lint(text, mode="autocommit", catalog=catalog, twin=twin)
    statements: list[list[LintedStatement]] = [[] for _ in steps]
    hazards: list[list[Hazard]] = [[] for _ in steps]
    for statement in found.statements:
        place = places[statement.index]
        if place is not None:
            statements[place[0]].append(replace(statement, index=place[1], line=1))
    whole = []
    for hazard in found.hazards:
        place = places[hazard.statement] if hazard.statement is not None else None
        if place is None:
            whole.append(hazard)
        elif steps[place[0]].batches is None or hazard.id not in _OF_THE_RUNNER:
            hazards[place[0]].append(replace(hazard, statement=place[1]))
    return Judged(
        tuple(
            JudgedStep(step, tuple(done), tuple(wrong))
            for step, done, wrong in zip(steps, statements, hazards, strict=True)
        ),
        tuple(whole),
        found.executes,
        found.sqlstate,
        found.undecided,
    )


def _script(steps: Sequence[Step]) -> tuple[str, tuple[tuple[int, int] | None, ...]]:
    """Return steps as one text, with the timeouts that they run under, and whose each statement is."""
    lines: list[str] = []
    places: list[tuple[int, int] | None] = []
    for number, step in enumerate(steps):
        own = [statement.text for statement in split(step.up)]
        if not own:
            continue
        scope = "SET" if step.autocommit else "SET LOCAL"
        timeouts = [
            f"{scope} lock_timeout = {quote_literal(step.lock_timeout)}",
            f"{scope} statement_timeout = {quote_literal(step.statement_timeout)}",
        ]
        before = timeouts if step.autocommit else ["BEGIN", *timeouts]
        after = [] if step.autocommit else ["COMMIT"]
        lines += [*before, *own, *after]
        places += [None] * len(before) + [(number, i) for i in range(len(own))] + [None] * len(after)
    return ";\n".join([*lines, ""]), tuple(places)
