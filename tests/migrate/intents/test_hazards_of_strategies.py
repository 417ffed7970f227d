"""What the analyser of hazards says of the default strategies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.migrate.change import Fields
from pgplumb.migrate.hazards.analysis import analyse
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Step
from tests.conftest import Clusters, majors, sampled
from tests.databases import Database
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import Ground, filled, schema_of


@pytest.fixture(scope="module")
def ground(clusters: Clusters) -> Iterator[Ground]:
    newest = max(majors())
    database = Database.create(clusters.get(newest), "hazards_of_strategies")
    ground = Ground.with_cases(database, [c for c in CASES if c.owned and c.since <= newest])
    yield ground
    ground.owner.close()
    database.drop()


def script_of(steps: tuple[Step, ...]) -> str:
    """Return steps as a script for psql: timeouts, and transactions where a step is one."""
    lines = []
    for step in steps:
        lines += [
            f"SET lock_timeout = '{step.lock_timeout}';",
            f"SET statement_timeout = '{step.statement_timeout}';",
        ]
        lines += [step.up] if step.autocommit else ["BEGIN;", step.up, "COMMIT;"]
    return "\n".join(lines)


AVOIDABLE = frozenset(
    {
        "table-rewrite",
        "full-scan-under-lock",
        "blocks-reads-and-writes",
        "blocks-writes",
        "index-rebuild",
        "not-concurrently",
        "long-work-after-exclusive-lock",
        "missing-lock-timeout",
        "lock-timeout-too-long",
        "ineffective-timeout",
        "timeout-may-cancel-concurrent-build",
        "constraint-not-not-valid",
        "validate-in-same-transaction",
        "concurrently-in-transaction",
        "unsupported-operation",
        "unbatched-dml",
        "transaction-nesting",
        "uncommitted-transaction",
        "rls-locks-out-readers",
        "rls-opens-rows",
        "security-definer-search-path",
        "identifier-truncated",
        "syntax-or-semantic-error",
        "enum-value-used-in-same-transaction",
        "enum-value-unordered",
        "blocked-by-dependents",
        "fails-on-existing-rows",
        "invalid-index-left-behind",
        "cascade-drops-others",
    }
)
"""What a strategy is written to avoid. The rest lies in what was asked for: it drops, renames, grants or forbids."""

NO_WRITERS = "nobody writes to a materialized view, and its readers go on"
PROVED = "a check of the same plan spares the reading, as the counters of the server show"
EMPTY = "the referencing table has no partition yet, so that nothing is looked up"
NAMED = "ADD GENERATED ... (SEQUENCE NAME ...) made it"
ALONE = "ALTER TABLE ONLY declares the key of a partitioned table and builds nothing"
BUILT = ("blocks-reads-and-writes", "full-scan-under-lock", "not-concurrently", "constraint-not-not-valid")
WRONG = {
    ("matview-refreshed", "blocks-writes"): NO_WRITERS,
    ("matview-refreshed", "full-scan-under-lock"): NO_WRITERS,
    ("drop-index-partitioned", "not-concurrently"): "a partitioned index has no concurrent form",
    (
        "column-dropped",
        "cascade-drops-others",
    ): "they are asked for with the column, and the way back makes them again",
    ("detached", "missing-lock-timeout"): "given up half-way it would leave the partition half detached",
    ("partition-beside-a-default", "blocks-reads-and-writes"): PROVED,
    ("partition-beside-a-default", "full-scan-under-lock"): PROVED,
    ("attached-beside-a-default", "blocks-reads-and-writes"): PROVED,
    ("attached-beside-a-default", "full-scan-under-lock"): PROVED,
    ("attached-list", "blocks-reads-and-writes"): PROVED,
    ("attached-list", "full-scan-under-lock"): PROVED,
    ("live-table", "blocks-writes"): EMPTY,
    ("live-table", "full-scan-under-lock"): EMPTY,
    ("live-table", "long-work-after-exclusive-lock"): EMPTY,
    ("live-table-of-identities", "blocks-reads-and-writes"): PROVED,
    ("live-table-of-identities", "full-scan-under-lock"): PROVED,
    ("live-table-of-identities", "long-work-after-exclusive-lock"): PROVED,
    ("live-table-of-identities", "syntax-or-semantic-error"): NAMED,
    **{
        (case, hazard): ALONE
        for case in ("primary-key-partitioned", "unique-partitioned")
        for hazard in BUILT
    },
    ("wide-key", "syntax-or-semantic-error"): NAMED,
}
"""Where the analyser says more than the server does, by case and hazard, with the reason."""


@pytest.mark.parametrize("case", sampled([c for c in CASES if c.owned], 4), ids=lambda c: c.id)
def test_an_online_default_has_no_hazard_that_could_be_avoided(ground: Ground, case: Case) -> None:
    schema = schema_of(case)
    fields = {name: filled(value, schema) for name, value in case.fields.items()}
    strategy = intent(case.intent).plan(Fields(fields), ground.catalog)[0]
    if not strategy.online:
        return
    found = analyse(script_of(strategy.steps), ground.catalog, mode="autocommit")
    avoidable = [
        f"{h.id}: {h.message} ({found.statements[h.statement].sql if h.statement is not None else 'all'})"
        for h in found.hazards
        if h.id in AVOIDABLE and (case.id, h.id) not in WRONG
    ]
    assert not avoidable
