"""Everything that the program reads, while ACCESS EXCLUSIVE is held on one table: nothing may wait over 50 ms."""

from __future__ import annotations

import threading
import time

import psycopg

from bench.figure import Figure
from bench.server import schema
from pgplumb.server.target import Target
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.state import State

SECONDS = 8.0


def run() -> list[Figure]:
    """Open the feed beside a lock, and sample how long any of its sessions waits for one."""
    conninfo = schema("M")
    done = threading.Event()
    complete = threading.Event()

    def post(state: State) -> None:
        if state.checklist is not None and state.access is not None:
            complete.set()

    waits: list[float] = []
    with psycopg.connect(conninfo) as holder, psycopg.connect(conninfo, autocommit=True) as watch:
        row = holder.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid LIMIT 1"
        ).fetchone()
        assert row is not None
        holder.execute(f"LOCK TABLE {row[0]} IN ACCESS EXCLUSIVE MODE".encode())

        def sample() -> None:
            while not done.is_set():
                found = watch.execute(
                    """SELECT extract(epoch FROM clock_timestamp() - l.waitstart)::float8 FROM pg_locks l
                         JOIN pg_stat_activity a USING (pid)
                        WHERE NOT l.granted AND a.application_name = 'pgplumb' AND l.waitstart IS NOT NULL"""
                ).fetchall()
                waits.extend(float(value) for (value,) in found)
                done.wait(0.002)

        sampler = threading.Thread(target=sample)
        sampler.start()
        feed = LiveFeed(Target(conninfo))
        begun = time.perf_counter()
        feed.start(post)
        complete.wait(SECONDS)
        took = time.perf_counter() - begun
        done.wait(max(SECONDS - took, 0))
        feed.stop()
        done.set()
        sampler.join()
    return [
        Figure("longest wait behind a held lock", 1000 * max(waits, default=0.0), "ms", 50),
        Figure("all read and judged beside it", took, "s", SECONDS),
    ]
