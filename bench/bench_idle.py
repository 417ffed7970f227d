"""What watching costs: bytes and processor time while nothing changes, memory, connections; DDL until it is seen."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import psycopg

from bench.figure import Figure
from bench.server import schema
from bench.terminal import PROGRAM, cpu_seconds, memory_mb, started

IDLE_SECONDS = 20.0
ROUNDS = 6
"""Of each pattern of DDL, each in another phase of the tick."""
BAR_MS = 1500
Connection = psycopg.Connection[tuple[object, ...]]


def idle(conninfo: str, size: str) -> list[Figure]:
    """Measure the program at rest on one database."""
    count = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'pgplumb' AND datname = current_database()"
    )
    with (
        psycopg.connect(conninfo, autocommit=True) as watch,
        started([PROGRAM, conninfo], "analytics.") as drive,
    ):
        most = held = 0
        end = time.monotonic() + 12
        while time.monotonic() < end:
            drive.read(0.05)
            [(held,)] = watch.execute(count).fetchall()
            most = max(most, held)
        pid = drive.process.pid
        bytes_before, cpu_before, end = drive.sent, cpu_seconds(pid), time.monotonic() + IDLE_SECONDS
        while (left := end - time.monotonic()) > 0:
            drive.read(left)
        sent, used = drive.sent - bytes_before, cpu_seconds(pid) - cpu_before
        return [
            Figure(f"idle on {size}: bytes a second", sent / IDLE_SECONDS, "bytes", 0),
            Figure(f"idle on {size}: processor time of the client", 100 * used / IDLE_SECONDS, "%", 1),
            Figure(f"idle on {size}: memory at its peak", memory_mb(pid), "MB", {"M": 90, "L": 200}[size]),
            Figure(f"idle on {size}: memory now", memory_mb(pid, "VmRSS"), "MB"),
            Figure(f"connections at most, {size}", most, "", 2),
            Figure(f"connections when idle, {size}", held, "", 1),
        ]


def one(connection: Connection, name: str) -> float:
    connection.execute(f"CREATE TABLE zz.{name} (id bigint PRIMARY KEY)".encode())
    return time.perf_counter()


def two(connection: Connection, name: str) -> float:
    connection.execute(f"CREATE TABLE zz.{name}_early (id bigint PRIMARY KEY)".encode())
    time.sleep(0.2)
    return one(connection, name)


def thirty(connection: Connection, name: str) -> float:
    for number in range(29):
        connection.execute(f"CREATE TABLE zz.{name}_{number} (id bigint PRIMARY KEY)".encode())
    return one(connection, name)


def transaction(connection: Connection, name: str) -> float:
    with connection.transaction():
        connection.execute(f"CREATE TABLE zz.{name} (id bigint PRIMARY KEY)".encode())
        connection.execute(f"ALTER TABLE zz.{name} ADD COLUMN body text".encode())
        connection.execute(f"CREATE INDEX ON zz.{name} (body)".encode())
    return time.perf_counter()


def passing(connection: Connection, name: str) -> float:
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        return one(other, name)


PATTERNS: dict[str, Callable[[Connection, str], float]] = {
    "one statement from an idle prompt": one,
    "two, 0.2 s apart": two,
    "thirty back to back": thirty,
    "a transaction of three": transaction,
    "connect, one, quit": passing,
}


def noticed(conninfo: str) -> list[Figure]:
    """Measure how long it takes from a commit by another session until its table stands on the screen."""
    figures = []
    with (
        psycopg.connect(conninfo, autocommit=True) as other,
        started([PROGRAM, conninfo], "analytics.") as drive,
    ):
        other.execute("DROP SCHEMA IF EXISTS zz CASCADE; CREATE SCHEMA zz")
        drive.settle(8.0)
        drive.write("/zz.")
        drive.settle(1.0)
        for number, (pattern, work) in enumerate(PATTERNS.items()):
            took = []
            for turn in range(ROUNDS):
                name = f"p{number}_{turn}_last"
                drive.settle(2.0 + 0.5 * turn / ROUNDS)
                since = work(other, name)
                drive.until(lambda name=name: f"zz.{name} " in drive.text, 20)  # type: ignore[misc]
                took.append(1000 * (time.perf_counter() - since))
                other.execute("DROP SCHEMA zz CASCADE; CREATE SCHEMA zz")
            figures += [
                Figure(f"DDL to the screen, {pattern}: p50", statistics.median(took), "ms"),
                Figure(f"DDL to the screen, {pattern}: longest", max(took), "ms", BAR_MS),
            ]
    return figures


def run() -> list[Figure]:
    """Measure on 1,000 and on 10,000 tables."""
    figures = idle(schema("M"), "M")
    figures += noticed(schema("M"))
    figures += idle(schema("L"), "L")
    return figures + [Figure(f"{f.name} (L)", f.value, f.unit, f.bar) for f in noticed(schema("L"))]
