"""Verdicts of row security beside what random schemas really let through: 20,000 policies, in one process a core.

PGPLUMB_TRUTH_POLICIES says how many policies instead; PGPLUMB_TRUTH_SEED where seeds begin; PGPLUMB_TRUTH_PROCESSES
in how many processes.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from multiprocessing import get_context

from bench.figure import Figure

POLICIES = 20_000
FIRST = 100_000
"""The first seed: none that the tests use."""
CHUNK = 40
"""Schemas that one server sees before another is started."""


def run() -> list[Figure]:
    """Compare until enough policies were tried."""
    wanted = int(os.environ.get("PGPLUMB_TRUTH_POLICIES", POLICIES))
    seed = int(os.environ.get("PGPLUMB_TRUTH_SEED", FIRST))
    total: Counter[str] = Counter()
    processes = int(os.environ.get("PGPLUMB_TRUTH_PROCESSES", os.cpu_count() or 1))
    with get_context("spawn").Pool(processes) as pool:
        for found in pool.imap_unordered(_compared, range(seed, seed + 50 * wanted, CHUNK)):
            total += found
            print(f"\r{total['policies']:,} policies", end="", file=sys.stderr, flush=True)
            if total["policies"] >= wanted:
                break
        pool.terminate()
    cells = total["cells"]
    undecided = total["unproved"] + total["unproved leak"]
    return [
        Figure("random policies tried", total["policies"], "policies"),
        Figure("cells tried on the server", cells, "cells"),
        Figure("leaking cells called isolated or denied", total["unsound"], "cells", 0),
        Figure("safe cells called open or partial", total["false alarm"], "cells", 0),
        Figure("cells called denied where something passes", total["wrongly denied"], "cells", 0),
        Figure("unproved, no leak suspected", 100 * undecided / cells, "%", 5),
        Figure("safe cells suspected", 100 * total["wrongly suspected"] / cells, "%", 1),
        Figure("leaks left suspected after witnesses", 100 * total["suspected"] / cells, "%"),
    ]


def _compared(first: int) -> Counter[str]:
    """Compare some schemas, with witnesses of every predicate."""
    from tests.databases import Database
    from tests.rls.truth.compare import cells, compare, tally
    from tests.rls.truth.schema import make
    from tests.rls.truth.truth import build, observe

    from pgplumb.server.embedded import EmbeddedServer

    total: Counter[str] = Counter()
    with EmbeddedServer.start(in_memory=True) as server:
        for seed in range(first, first + CHUNK):
            made = make(seed)
            database = Database.create(server, f"truth_{seed}")
            try:
                build(database, made)
                compared = compare(cells(database, made, witness=True), observe(database, made))
            finally:
                database.drop()
            total += tally(compared)
            total["cells"] += len(compared)
            total["policies"] += made.policies
            for one in compared:
                if one.word in ("unsound", "false alarm", "wrongly denied", "wrongly suspected"):
                    print(f"\nseed {seed}: {one.word}: {one}", file=sys.stderr, flush=True)
    return total
