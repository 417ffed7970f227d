"""Reading, noticing and judging 10,000 tables: against a raw COPY of the same rows, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import psycopg

from bench.figure import Figure
from bench.server import schema
from pgplumb.catalog.names import read_names
from pgplumb.catalog.reader import STRUCTURE, read_expressions, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.catalog.small import SMALL
from pgplumb.catalog.statement import statement
from pgplumb.catalog.watch import read_tick
from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.foundation.profile import Profile
from pgplumb.server.session import Session
from pgplumb.server.target import Target

RUNS = 5
RULES = 60
"""The budget speaks of so many rules; all that there are are measured too."""


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def copied(conninfo: str) -> float:
    """Return the seconds of COPY TO STDOUT of the statements of the structure, every byte thrown away."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        version = connection.info.server_version

        def work() -> None:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for name in ("database", *SMALL, *STRUCTURE):
                text = f"COPY ({statement(name, version)}) TO STDOUT"
                with connection.cursor().copy(text.encode()) as copy:
                    for _ in copy:
                        pass
            connection.execute("COMMIT")

        return timed(work)


def read(conninfo: str) -> float:
    """Return the seconds of reading the structure in a fresh session."""
    with Session.open(Target(conninfo)) as session:
        return timed(lambda: read_structure(session))


def calls(
    connection: psycopg.Connection[tuple[object, ...]], work: Callable[[], object]
) -> tuple[int, float]:
    """Return how many statements some work sends, transaction control left out, and their milliseconds."""
    connection.execute("SELECT pg_stat_statements_reset()")
    work()
    found = connection.execute(
        """SELECT coalesce(sum(calls), 0)::int, coalesce(sum(total_exec_time), 0) FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND toplevel
              AND query !~* '^(begin|commit|savepoint|release|set)'
              AND query !~* '^select (pg_stat_statements_reset|pg_catalog.set_config)'"""
    ).fetchone()
    assert found is not None
    return int(str(found[0])), float(str(found[1]))


def run() -> list[Figure]:
    """Measure on the large schema, and the tick on the small one too."""
    conninfo = schema("L")
    figures: list[Figure] = []
    ratios, copies, reads = [], [], []
    for _ in range(RUNS):
        copies.append(copied(conninfo))
        reads.append(read(conninfo))
        ratios.append(reads[-1] / copies[-1])
    figures.append(
        Figure("structure of 10,000 tables", statistics.median(ratios), "x", 1.3, "raw COPY of the same rows")
    )
    figures.append(
        Figure("  in seconds", statistics.median(reads), "s", None, f"COPY {statistics.median(copies):.2f} s")
    )
    with psycopg.connect(conninfo, autocommit=True) as other, Session.open(Target(conninfo)) as session:
        other.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        figures.append(
            Figure("names on screen", min(timed(lambda: read_names(session)) for _ in range(RUNS)), "s")
        )

        def whole() -> None:
            with_expressions(read_structure(session), read_expressions(session))

        count, _ = calls(other, whole)
        figures.append(Figure("statements of a whole reading", count, "statements", 30))
        facts = gather(session, Profile())
        from pgplumb.checks.registry import all_rules

        rules = all_rules()
        taken = []
        for chosen in (rules[:: max(len(rules) // RULES, 1)][:RULES], rules):
            best = min(timed(lambda chosen=chosen: Engine(chosen).run(facts)) for _ in range(3))  # type: ignore[misc]
            taken.append((len(chosen), best))
        figures.append(Figure(f"{taken[0][0]} rules over it", taken[0][1], "s", 2))
        figures.append(Figure(f"all {taken[1][0]} rules over it", taken[1][1], "s", 5))
        engine = Engine()
        kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
        from dataclasses import replace

        engine.run(replace(facts, catalog=kept.reading.catalog))
        name = next(t.qualified for t in kept.reading.catalog.tables)
        other.execute(f"ALTER TABLE {name} ADD COLUMN bench_column int".encode())
        _, server_ms = calls(other, lambda: kept.update(session))
        figures.append(Figure("server time after one ALTER TABLE", server_ms, "ms"))
        after = replace(facts, catalog=kept.reading.catalog)
        figures.append(
            Figure("rules after one ALTER TABLE", 1000 * timed(lambda: engine.run(after)), "ms", 50)
        )
        other.execute(f"ALTER TABLE {name} DROP COLUMN bench_column".encode())
    for size in ("S", "L"):
        figures.append(Figure(f"tick, schema {size}", tick_ms(schema(size)), "ms", 1))
    return figures


def tick_ms(conninfo: str) -> float:
    """Return the milliseconds of server time of a tick, planning included: the median of fifty."""
    with psycopg.connect(conninfo, autocommit=True) as connection, Session.open(Target(conninfo)) as session:
        for _ in range(5):
            read_tick(session)
        text = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement("tick", session.server_version)
        taken: list[float] = []
        for _ in range(50):
            row = connection.execute(text.encode()).fetchone()
            assert row is not None
            plan = row[0][0]
            taken.append(float(plan["Planning Time"]) + float(plan["Execution Time"]))
        return statistics.median(taken)
