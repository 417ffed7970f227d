"""Advice on 25 statements over 6 tables: what it saves once it is really built, and what it took to find it.

Every statement runs with values drawn from the tables, before and after; its blocks are those that
pg_stat_statements counted, foreign keys' look-ups included, times its calls. The advice is built in a clone.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench.advisor_workload import WORKLOAD, Named, load
from bench.figure import Figure
from bench.server import server
from pgplumb.catalog.reader import read_whole
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.sql.quote import quote_literal
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.advisor.advice import Advice
from pgplumb.workload.advisor.advise import advise
from pgplumb.workload.advisor.workload import Entry
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.plan_diff import shape

SAMPLES = 5
"""Sets of real values for each statement."""
SEEDS = ("0", "1", "2")
UPDATES = 2000


@dataclass(frozen=True, slots=True)
class Measured:
    """Blocks of one call, by the statement's name."""

    blocks: Mapping[str, float]

    @property
    def weighted(self) -> float:
        """Blocks of the whole workload."""
        return sum(self.blocks[named.name] * named.calls for named in WORKLOAD)


@contextmanager
def opened(conninfo: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection for the bench's own SQL."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


def samples(connection: psycopg.Connection[tuple[object, ...]], named: Named) -> list[tuple[str, ...]]:
    """Return sets of values as SQL literals."""
    rows = connection.execute(f"SELECT * FROM ({named.sample}) s LIMIT {SAMPLES}".encode()).fetchall()
    return [tuple(quote_literal(_text(value)) for value in row) for row in rows] or [()]


def _text(value: object) -> str:
    if isinstance(value, list):
        return "{" + ",".join(str(v) for v in value) + "}"
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value)


def filled(query: str, values: Sequence[str]) -> str:
    """Put literals in the place of $n."""
    return re.sub(r"\$(\d+)", lambda match: values[int(match[1]) - 1], query)


def measure(conninfo: str, values: Mapping[str, Sequence[tuple[str, ...]]]) -> Measured:
    """Run every statement with its values, undone at once, and count blocks."""
    found: dict[str, float] = {}
    with opened(conninfo) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        for named in WORKLOAD:
            total = 0.0
            for chosen in values[named.name]:
                connection.execute("BEGIN")
                connection.execute("SELECT pg_stat_statements_reset()")
                connection.execute(filled(named.query, chosen).encode())
                row = connection.execute(
                    "SELECT sum(shared_blks_hit + shared_blks_read)::float8 FROM pg_stat_statements"
                    " WHERE query !~ 'pg_stat_statements|^(BEGIN|ROLLBACK)' AND toplevel"
                ).fetchone()
                connection.execute("ROLLBACK")
                total += float(str(row[0] or 0)) if row else 0.0
            found[named.name] = total / max(len(values[named.name]), 1)
    return Measured(found)


def hot_share(conninfo: str) -> float:
    """Update sessions as the workload does and return the share that was HOT."""
    with opened(conninfo) as connection:
        connection.execute("SELECT pg_stat_reset_single_table_counters('sessions'::regclass)")
        connection.execute(
            f"DO $$ DECLARE t text; BEGIN FOR t IN SELECT token FROM sessions WHERE id % 31 = 0 LIMIT {UPDATES} LOOP"
            " UPDATE sessions SET last_seen = now()::timestamp WHERE token = t; END LOOP; END $$".encode()
        )
        connection.execute("SELECT pg_stat_force_next_flush()")
    with opened(conninfo) as connection:
        row = connection.execute(
            "SELECT n_tup_hot_upd::float8 / nullif(n_tup_upd, 0) FROM pg_stat_user_tables WHERE relname = 'sessions'"
        ).fetchone()
        return float(str(row[0] or 0)) if row else 0.0


def advice_for(conninfo: str) -> tuple[Advice, float, list[str]]:
    """Return the advice, its seconds, and the twin's plan shapes with the advice, one a statement."""
    workload = [Entry(named.query, named.calls, named.rows) for named in WORKLOAD]
    with Session.open(Target(conninfo)) as session:
        catalog, statistics = read_whole(session)
        source = read_source(session)
    with Twin.start(source) as twin:
        begun = time.perf_counter()
        advice = advise(catalog, statistics, workload, twin.planning)
        taken = time.perf_counter() - begun
        planning = twin.planning(1, [index.ddl for index in advice.indexes])
        planning.show([candidate.name for candidate in planning.candidates])
        shapes = shapes_of(planning.session)
    return advice, taken, shapes


def shapes_of(session: Session) -> list[str]:
    """Return the shape of each statement's generic plan."""
    plans = [explain(session, named.query) for named in WORKLOAD]
    return [shape(plan.root) if isinstance(plan, Plan) else str(plan) for plan in plans]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one run measures."""

    advice: Advice
    seconds: float
    before: Measured
    after: Measured
    sizes: Sequence[tuple[str, int, int]]
    """Name, estimated and real bytes of each index."""
    hot_before: float
    hot_after: float
    same_shape: int


def outcome(conninfo: str, scale: float) -> Outcome:
    """Load, advise, build the advice in a clone, and measure both."""
    load(conninfo, scale)
    with opened(conninfo) as connection:
        values = {named.name: samples(connection, named) for named in WORKLOAD}
    before = measure(conninfo, values)
    advice, seconds, shapes = advice_for(conninfo)
    clone = clone_of(conninfo)
    with opened(clone) as connection:
        for index in advice.indexes:
            connection.execute(index.ddl.encode())
        connection.execute("VACUUM ANALYZE")
        sizes = []
        for index in advice.indexes:
            row = connection.execute("SELECT pg_relation_size(%s::regclass)", [index.name]).fetchone()
            sizes.append((index.name, index.size_bytes, int(str(row[0])) if row else 0))
    with Session.open(Target(clone)) as session:
        same = sum(a == b for a, b in zip(shapes, shapes_of(session), strict=True))
    after = measure(clone, values)
    hot = hot_share(conninfo), hot_share(clone)
    return Outcome(advice, seconds, before, after, sizes, *hot, same)


def clone_of(conninfo: str) -> str:
    """Copy a database, file by file."""
    with opened(server().conninfo()) as connection:
        name = psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"]
        connection.execute("CHECKPOINT")
        connection.execute(f"CREATE DATABASE {name}_built TEMPLATE {name} STRATEGY file_copy".encode())
    return server().conninfo(f"{name}_built")


def different_bytes(conninfo: str) -> int:
    """Advise in processes with other hash seeds; return how many different answers there were."""
    program = (
        "import sys, json; from bench.bench_advisor import advice_for;"
        "print(json.dumps(advice_for(sys.argv[1])[0].to_json()))"
    )
    answers = set()
    for seed in SEEDS:
        run = subprocess.run(
            [sys.executable, "-c", program, conninfo],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(run.stdout)
    return len(answers)


def uncalled_for(advice: Advice) -> int:
    """Count indexes that serve only statements that need none."""
    needing = {named.query for named in WORKLOAD if named.needs_index}
    return sum(1 for index in advice.indexes if not needing & {effect.query for effect in index.helps})


def run() -> list[Figure]:
    """Measure at full scale, or at the share of it that PGPLUMB_BENCH_SCALE says."""
    scale = float(os.environ.get("PGPLUMB_BENCH_SCALE", "1"))
    with opened(server().conninfo()) as connection:
        connection.execute("CREATE DATABASE advisor_shop")
    conninfo = server().conninfo("advisor_shop")
    found = outcome(conninfo, scale)
    if os.environ.get("PGPLUMB_BENCH_DETAILS"):
        print(details(found))
    left = found.after.weighted / found.before.weighted
    better = sum(found.before.blocks[named.name] >= 10 * found.after.blocks[named.name] for named in WORKLOAD)
    off = [abs(estimate / real - 1) for _, estimate, real in found.sizes if real]
    close = sum(error <= 0.25 for error in off)
    real = sum(size for *_, size in found.sizes)
    lost = found.hot_before - found.hot_after
    mentioned = any(index.notes for index in found.advice.indexes)
    return [
        Figure(
            "weighted blocks left by the advice",
            left,
            "x",
            0.05,
            f"{found.before.weighted / 1e6:.1f} M without",
        ),
        Figure("  statements not 10 times better", len(WORKLOAD) - better, "statements", 9),
        Figure("advice on 25 statements", found.seconds, "s", 5),
        Figure("  plans asked for", float(found.advice.settings["plans"]), "plans"),
        Figure("  indexes", len(found.advice.indexes), "indexes", 16),
        Figure("  really built", real / 1e6, "MB"),
        Figure("  for statements that need none", uncalled_for(found.advice), "indexes", 0),
        Figure(
            "  sizes off by over 25 %", 1 - close / max(len(off), 1), "x", 0.1, "the indexes really built"
        ),
        Figure("  HOT updates lost unmentioned", 0.0 if mentioned else max(lost, 0.0), "x", 0.01),
        Figure("  plans of another shape once built", len(WORKLOAD) - found.same_shape, "plans", 2),
        Figure(
            "  different answers", different_bytes(conninfo) - 1, "answers", 0, f"{len(SEEDS)} hash seeds"
        ),
    ]


def details(found: Outcome) -> str:
    """Write every statement's and index's figures."""
    lines = []
    for named in WORKLOAD:
        before, after = found.before.blocks[named.name], found.after.blocks[named.name]
        lines.append(f"{named.name:40} {before:12,.0f} {after:12,.1f}  {after * named.calls / 1e6:8.2f} M")
    lines += [f"{name:60} {estimate >> 10:8} kB {real >> 10:8} kB" for name, estimate, real in found.sizes]
    lines += [f"{index.ddl}" for index in found.advice.indexes]
    lines += [f"{d.query[:70]}: {d.reason}" for d in found.advice.declined]
    return "\n".join([*lines, *found.advice.notes])


def main() -> None:
    """Print the figures alone."""
    for figure in run():
        print(figure)


if __name__ == "__main__":
    main()
