"""Default strategies of all intents on tables of 1,000,000 rows: the longest wait of a reader and of a writer.

`python -m bench.bench_stall [INTENT...]` prints the whole table, `PGPLUMB_STALL_ROWS` and `PGPLUMB_STALL_MAJOR`
choose another size and server.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from bench.figure import Figure
from bench.stall.cases import CASES, ELSEWHERE
from bench.stall.measure import Stall, measure, running
from pgplumb.migrate.intents import intent_names

ROWS = int(os.environ.get("PGPLUMB_STALL_ROWS", "1000000"))
BAR = 100.0
"""Milliseconds."""


def stalls(names: Sequence[str], major: int | None = None) -> Iterator[Stall]:
    """Measure the cases of intents."""
    missing = set(intent_names()) - {case.intent for case in CASES}
    if missing:
        raise LookupError(f"no case for {', '.join(sorted(missing))}")
    with running(major, ROWS) as (server, worlds):
        for case in CASES:
            if (not names or case.intent in names) and case.since <= server.major:
                yield measure(server, worlds, case, ROWS)


def row(stall: Stall) -> str:
    """Write one case as a line of the table."""
    reader, writer = stall.reader, stall.writer
    cells = [
        stall.case.intent.ljust(25),
        stall.strategy.partition(":")[0].ljust(7),
        f"{reader.locked * 1000:6.0f} {reader.longest * 1000:6.0f} {writer.locked * 1000:6.0f}"
        f" {writer.longest * 1000:6.0f} {stall.seconds:7.1f}",
        "" if stall.online else f"not online: {stall.reason}",
        f"FAILED: {stall.ended}" if stall.ended else "",
        f"client: {reader.failed or writer.failed}" if reader.failed or writer.failed else "",
        f"{stall.retries} retries" if stall.retries else "",
        f"[{reader.step} | {writer.step}]" if max(reader.longest, writer.longest) * 1000 > BAR / 2 else "",
        "no table" if stall.case in ELSEWHERE else "",
    ]
    return "  ".join(cell for cell in cells if cell)


def run() -> list[Figure]:
    """Measure every intent; what has no online form, and says so, is told apart."""
    found = list(stalls(()))
    online = [s for s in found if s.online]
    waits = [max(s.reader.locked, s.writer.locked) * 1000 for s in online]
    seen = [max(s.reader.longest, s.writer.longest) * 1000 for s in online]
    return [
        Figure(
            f"stalls, {ROWS:,} rows: plans that did not end", sum(bool(s.ended) for s in found), "plans", 0
        ),
        Figure(f"stalls, {ROWS:,} rows: longest wait for a lock, online", max(waits), "ms", BAR),
        Figure(f"stalls, {ROWS:,} rows: longest statement of others, online", max(seen), "ms"),
        Figure(f"stalls, {ROWS:,} rows: intents over the bar", sum(w > BAR for w in waits), "intents", 0),
        Figure(f"stalls, {ROWS:,} rows: intents without an online form", len(found) - len(online), "intents"),
    ]


if __name__ == "__main__":
    print("intent                     way       reader lock/all   writer lock/all      s  (milliseconds)")
    wanted = os.environ.get("PGPLUMB_STALL_MAJOR")
    for found in stalls(sys.argv[1:], int(wanted) if wanted else None):
        print(row(found), flush=True)
