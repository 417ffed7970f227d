"""A migration as if it had been rehearsed: what was measured is stated, what follows from it is worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pgplumb.checks.rule import Status
from pgplumb.migrate.lint import lint
from pgplumb.migrate.proof import Proof
from pgplumb.migrate.regressions import Regression
from pgplumb.migrate.rehearsal import Failure, Rehearsal, RehearsedStatement, RelationLock
from pgplumb.migrate.what_if import flips
from pgplumb.tui.live.rehearsed import AsItWouldBe, ComparedPlans, Proven, Rehearsed
from pgplumb.tui.requests import ComparePlans, Prove, Rehearse
from pgplumb.tui.state import RehearsalState, State
from tests.tui.saved import demo_state

UP = """-- Tasks are looked for by title
CREATE INDEX CONCURRENTLY idx_tasks_title ON app.tasks (title);

ALTER TABLE app.tasks ADD COLUMN token uuid DEFAULT gen_random_uuid();
"""
DOWN = """ALTER TABLE app.tasks DROP COLUMN token;
DROP INDEX CONCURRENTLY app.idx_tasks_title;
"""
MADE_AT = datetime(2026, 3, 14, 14, 3, tzinfo=UTC)


def lock(mode: str, name: str = "app.tasks") -> RelationLock:
    return RelationLock(name, f"{mode}Lock", "r")


MEASURED = (
    RehearsedStatement(0, (lock("ShareUpdateExclusive"),), scans=("app.tasks",), seconds=0.021),
    RehearsedStatement(1, (lock("AccessExclusive"),), rewrites=("app.tasks",), rebuilds=("app.tasks_pkey",)),
)
FAILS = (
    MEASURED[0],
    RehearsedStatement(1, error=Failure("42701", 'column "token" exists', 13), ran=False),
)


def rehearsed(state: State, up: str = UP, statements: Sequence[RehearsedStatement] = MEASURED) -> State:
    """The state once a text was rehearsed and the rules were run on what would be there."""
    catalog, before = state.catalog, state.checklist
    assert catalog is not None
    assert before is not None
    fails = any(s.error for s in statements)
    rehearsal = Rehearsal("autocommit", tuple(statements), not fails, None if fails else catalog, 0.076)
    linted = lint(up, mode="autocommit", catalog=catalog, rehearsal=rehearsal)
    failing = [r for r in before.results if r.status is Status.FAIL]
    better = replace(failing[0], status=Status.PASS, findings=())
    worse = replace(failing[-1], findings=(*failing[-1].findings, failing[0].findings[0]))
    changed = {id(failing[0]): better, id(failing[-1]): worse}
    after = replace(before, results=tuple(changed.get(id(r), r) for r in before.results))
    found = Rehearsed(
        Rehearse(up, "autocommit"), rehearsal, linted, catalog, MADE_AT, "18.6", (),
        None if fails else AsItWouldBe(before, after, flips(before, after)),
        "it does not run to its end in the twin" if fails else None, 0.08,
    )  # fmt: skip
    return replace(state, rehearsal=replace(state.rehearsal, found=found, doing=None))


def proven(state: State, proof: Proof, up: str = UP, down: str = DOWN) -> State:
    """The state once the down was tried."""
    return replace(
        state, rehearsal=replace(state.rehearsal, proven=Proven(Prove(up, down, "autocommit"), proof))
    )


def compared(state: State, up: str = UP) -> State:
    """The state once plans were compared: one gets cheaper, one dearer."""
    found = (
        Regression("SELECT * FROM app.tasks WHERE title = $1", None, None, 1 / 2600, "better", "an index"),
        Regression("UPDATE app.tasks SET title = $1 WHERE id = $2", None, None, 1.8, "worse", "a seq scan"),
        Regression("SELECT 1", None, None, 1.0, "same", "The same plan"),
    )
    return replace(state, compared=ComparedPlans(ComparePlans(up), found, 1.2))


def refused(why: str) -> State:
    """A state of a server of which no twin can be made."""
    return replace(demo_state(), rehearsal=RehearsalState(why_not=why))
