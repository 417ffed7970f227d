"""`pgplumb compose` for people and for psql: the statements forward, and in comments all that is known of them.

What takes the change back stands in comments too, so that running the text does the change and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.cli.writers.compose_answer import ComposeAnswer, claimed, proved_words
from pgplumb.foundation.text import sanitise
from pgplumb.sql.quote import quote_literal

if TYPE_CHECKING:
    from pgplumb.migrate.hazards.hazard import Hazard
    from pgplumb.migrate.judged import JudgedStep
    from pgplumb.migrate.plan import Step

_CLAIMS = {
    "exact": "brings back everything",
    "shape": "brings back the shape, not rows and values",
    "none": "there is none for some steps",
}
_LINE_ENDS = re.compile(r"\r\n|[\r\n]")


def write(answer: ComposeAnswer) -> Iterator[str]:
    """Give the lines; SQL stands there as it is."""
    plan = answer.plan
    yield from _remark(plan.title)
    others = [s.name for s in plan.strategies if s.name != plan.chosen]
    also = f" (there is also {', '.join(others)})" if others else ""
    yield from _remark(f"strategy {plan.chosen}: {plan.strategy.title}{also}")
    if not plan.strategy.online:
        yield from _remark("NOT ONLINE: work that grows with the table is done while others are locked out")
    yield from _back(answer)
    if answer.twin and answer.judged.executes is False:
        yield from _remark(f"FAILS in the twin ({answer.judged.sqlstate or 'at the end'}): see below")
    for found in answer.judged.hazards:
        yield from _hazard(found)
    for number, step in enumerate(answer.judged.steps, 1):
        yield ""
        yield from _step(number, len(answer.judged.steps), step)
    yield ""
    yield "-- What takes it back, last step first:"
    for done in reversed(answer.judged.steps):
        yield from _taken_back(done.step)


def _back(answer: ComposeAnswer) -> Iterator[str]:
    if answer.proof is None:
        yield from _remark(
            f"the way back {_CLAIMS[claimed(answer.plan.steps)]} (not proved: --prove tries it)"
        )
        return
    yield from _remark(f"the way back, tried in the twin: {proved_words(answer.proof)}: {answer.proof.why}")
    for loss in answer.proof.losses:
        yield from _remark(f"  lost: {loss}")
    for unknown in answer.proof.unknown:
        if unknown != answer.proof.why:
            yield from _remark(f"  unknown: {unknown}")


def _step(number: int, of: int, found: JudgedStep) -> Iterator[str]:
    step = found.step
    how = "each statement by itself" if step.autocommit else "one transaction"
    yield from _remark(f"step {number} of {of}, {step.phase}, {how}: {step.about or 'do it'}")
    if step.gate:
        yield from _remark(f"  GATE: {step.gate}")
    if step.batches is not None:
        yield from _remark(f"  `pgplumb apply` does this in batches along {', '.join(step.batches.key)}")
    for name, mode in found.locks.items():
        yield from _remark(f"  locks {name}: {mode}{'' if found.rehearsed else ' (expected)'}")
    for name in sorted({name for s in found.statements for name in s.rewrites}):
        yield from _remark(f"  rewrites {name}")
    for name in sorted({name for s in found.statements for name in s.scans}):
        yield from _remark(f"  reads all of {name}")
    if step.waits_for:
        yield from _remark(f"  waits for {step.waits_for}")
    for hazard in found.hazards:
        if hazard.severity != "info":
            yield from _hazard(hazard)
    if step.up:
        yield from _run(step, step.up)


def _run(step: Step, text: str) -> Iterator[str]:
    """Give SQL as psql runs it, under the step's timeouts."""
    scope = "SET" if step.autocommit else "SET LOCAL"
    yield from () if step.autocommit else ("BEGIN;",)
    yield f"{scope} lock_timeout = {quote_literal(step.lock_timeout)};"
    yield f"{scope} statement_timeout = {quote_literal(step.statement_timeout)};"
    yield text.rstrip("\n")
    yield from () if step.autocommit else ("COMMIT;",)


def _taken_back(step: Step) -> Iterator[str]:
    if step.down is None:
        yield from _remark(f"  ({step.about or step.phase}: nothing takes it back)")
        return
    if step.down:
        for line in _run(step, step.down):
            yield from (f"-- {part}" for part in _LINE_ENDS.split(line))


def _hazard(found: Hazard) -> Iterator[str]:
    yield from _remark(f"  {found.severity}: {found.id}: {found.message}")


def _remark(text: str) -> Iterator[str]:
    """Give one line that ends no comment, whatever it names."""
    yield f"-- {sanitise(text)}"
