"""Rehearsing in a twin of 1,000 tables: a statement, a file of ten, the catalog as it would be, the checklist."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.figure import Figure
from bench.server import schema
from pgplumb.checks.gather import gather
from pgplumb.foundation.profile import Profile
from pgplumb.migrate.rehearsal import rehearse
from pgplumb.migrate.what_if import WhatIf
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.twin.scratch import scratches_of
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin

TIMES = 15


def timed(work: Callable[[], object], times: int = TIMES) -> tuple[float, float]:
    """Return the median and the worst of some runs, in milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), max(taken)


def run() -> list[Figure]:
    """Measure."""
    conninfo = schema("M")
    with Session.open(Target(conninfo)) as session:
        source = read_source(session)
        facts = gather(session, Profile())
    catalog = facts.catalog
    tables = [t for t in catalog.tables if t.kind == "r" and t.primary_key][:40:4]
    ten = "\n".join(
        (
            f"ALTER TABLE {tables[0].qualified} ADD COLUMN bench_a text;",
            f"ALTER TABLE {tables[1].qualified} ADD COLUMN bench_b int NOT NULL DEFAULT 5;",
            f"CREATE INDEX bench_i ON {tables[2].qualified} ({tables[2].columns[0].name});",
            f"ALTER TABLE {tables[3].qualified} ADD CONSTRAINT bench_c CHECK (true) NOT VALID;",
            f"ALTER TABLE {tables[3].qualified} VALIDATE CONSTRAINT bench_c;",
            f"ALTER TABLE {tables[4].qualified} ADD COLUMN bench_u uuid DEFAULT gen_random_uuid();",
            f"CREATE TABLE {tables[5].qualified}_bench (LIKE {tables[5].qualified} INCLUDING ALL);",
            f"COMMENT ON TABLE {tables[6].qualified} IS 'a bench';",
            f"ALTER TABLE {tables[7].qualified} ENABLE ROW LEVEL SECURITY;",
            "CREATE FUNCTION public.bench_f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        )
    )
    one = ten.splitlines()[0]
    with Twin.start(source) as twin:
        copies = scratches_of(twin)
        began = time.perf_counter()
        copies.give_back(copies.take())
        made = (time.perf_counter() - began) * 1000
        assert rehearse(twin, ten, catalog=catalog).executes is True
        single = timed(lambda: rehearse(twin, one))
        plain = timed(lambda: rehearse(twin, ten, exact=False))
        whole = timed(lambda: rehearse(twin, ten, catalog=catalog, exact=False))
        changed = rehearse(twin, ten, catalog=catalog, exact=False).catalog_after
        assert changed is not None
        whatif = WhatIf(facts)
        rules = timed(lambda: (whatif.after(changed), whatif.after(catalog)))
        exact = timed(lambda: rehearse(twin, ten, catalog=catalog), 5)
        copies.prepare(7)
        copies.wait()
        spare = timed(lambda: rehearse(twin, ten, catalog=catalog), 5)
        statements = [s.seconds * 1000 for s in rehearse(twin, ten).statements]
    return [
        Figure("rehearsal, 1,000 tables: making a copy", made, "ms"),
        Figure("rehearsal, 1,000 tables: one statement", single[0], "ms", 50),
        Figure("rehearsal, 1,000 tables: ten statements", plain[0], "ms", 300),
        Figure("rehearsal, 1,000 tables: ten statements, worst", plain[1], "ms"),
        Figure("rehearsal, 1,000 tables: ten statements and the catalog after", whole[0], "ms", 300),
        Figure("rehearsal, 1,000 tables: ten statements and the catalog after, worst", whole[1], "ms"),
        Figure("what if, 1,000 tables: the checklist after a file of ten, and back", rules[0], "ms"),
        Figure("rehearsal, 1,000 tables: the same with hidden locks, a copy ready", spare[0], "ms", 300),
        Figure("rehearsal, 1,000 tables: the same with hidden locks, no copy ready", exact[0], "ms"),
        Figure("rehearsal, 1,000 tables: a statement by itself", statistics.median(statements), "ms"),
    ]
