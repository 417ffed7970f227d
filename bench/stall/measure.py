"""Applying one plan beside a reader and a writer, and the longest time that either had to wait."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.stall.cases import Case, Ways
from bench.stall.worlds import Worlds
from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import Failed, Finished, Retrying, StepBegan, Stopped
from pgplumb.migrate.apply.runner import Runner
from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Plan
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from pgplumb.server.target import Target

SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "jit": "off",
    # A waiting session stops autovacuum only after deadlock_timeout, which is short here for the log's sake.
    "autovacuum": "off",
    "log_lock_waits": "on",
    "deadlock_timeout": "10ms",
    "logging_collector": "on",
    "log_directory": "log",
    "log_line_prefix": "%a|",
}
_WAITED = re.compile(r"^(reader|writer)\|.*process \d+ acquired \w+ on .* after ([\d.]+) ms", re.M)
QUIET = 1.0
"""Seconds in which reader and writer are alone, before and after."""


@dataclass(frozen=True)
class Client:
    """What a reader or writer saw, in seconds."""

    longest: float
    """Of any of its statements, whatever it waited for."""
    locked: float
    """The longest wait for a lock, by the server's log; 0 where none took 10 ms."""
    step: str
    """What ran when its longest began."""
    done: int
    failed: str


@dataclass(frozen=True)
class Stall:
    """One case."""

    case: Case
    strategy: str
    online: bool
    reason: str
    """The strategy's own words on why it is not online."""
    reader: Client
    writer: Client
    seconds: float
    steps: int
    retries: int
    ended: str
    """Empty where the plan was applied to its end."""


class Clients:
    """A reader and a writer, each a program of its own."""

    def __init__(self, conninfo: str, rows: int, ways: dict[str, Ways], pause: float) -> None:
        self._running = {
            name: subprocess.Popen(
                [sys.executable, "-m", "bench.stall.traffic", conninfo, name, str(rows), str(pause), json.dumps(w)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name, w in ways.items()
        }  # fmt: skip
        for process in self._running.values():
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("a client could not begin")

    def end(self) -> dict[str, dict[str, float | int | str]]:
        """Stop both and return what they saw."""
        found = {}
        for name, process in self._running.items():
            said, _ = process.communicate(timeout=60)
            found[name] = json.loads(said)
        return found

    def kill(self) -> None:
        """End them, whatever they do."""
        for process in self._running.values():
            process.kill()
            process.wait()


@contextmanager
def running(major: int | None, rows: int) -> Iterator[tuple[EmbeddedServer, Worlds]]:
    """Start a server for stalls."""
    with EmbeddedServer.start(major=major, settings=SETTINGS) as server:
        with server.connect() as admin:
            admin.execute("CREATE ROLE stalled_role BYPASSRLS")
        yield server, Worlds(server, rows)


def measure(server: EmbeddedServer, worlds: Worlds, case: Case, rows: int, pause: float = 0.002) -> Stall:
    """Apply the default strategy of a case beside traffic."""
    name = worlds.copy(case.world, case.prepare)
    conninfo = server.conninfo(name)
    with Session.open(Target(conninfo)) as session:
        catalog, _ = read_whole(session)
    strategy = intent(case.intent).plan(Fields(case.fields), catalog)[0]
    plan = Plan("stall", case.intent, (strategy,), strategy.name, case.intent, case.fields)
    gates = [number for number, _ in enumerate(plan.steps, 1)]
    runner = Runner(plan, Target(conninfo), controls=Controls(gates_passed=gates))
    before = _log(server)
    clients = Clients(conninfo, rows, {"reader": case.reads, "writer": case.writes}, pause)
    times: list[tuple[float, str]] = [(0.0, "before")]
    retries, ended = 0, "it did not end"
    try:
        time.sleep(QUIET)
        began = time.monotonic()
        for event in runner.run():
            if isinstance(event, StepBegan):
                times.append((time.monotonic(), f"{event.step}: {event.about}"))
            elif isinstance(event, Retrying):
                retries += 1
            elif isinstance(event, Stopped | Failed):
                ended = event.why
            elif isinstance(event, Finished):
                ended = ""
        took = time.monotonic() - began
        times.append((time.monotonic(), "after"))
        time.sleep(QUIET)
        seen = clients.end()
    finally:
        clients.kill()
    waits = _WAITED.findall(_log(server)[len(before) :])
    return Stall(
        case,
        f"{strategy.name}: {strategy.title}",
        strategy.online,
        "" if strategy.online else strategy.title,
        _client("reader", seen, waits, times),
        _client("writer", seen, waits, times),
        took,
        len(plan.steps),
        retries,
        ended,
    )


def _client(
    name: str,
    seen: dict[str, dict[str, float | int | str]],
    waits: list[tuple[str, str]],
    times: list[tuple[float, str]],
) -> Client:
    one = seen[name]
    at = float(one["at"])
    step = [text for when, text in times if when <= at][-1]
    locked = max((float(ms) / 1000 for who, ms in waits if who == name), default=0.0)
    return Client(float(one["longest"]), locked, step, int(one["done"]), str(one["failed"]))


def _log(server: EmbeddedServer) -> str:
    folder: Path = server.data_directory / "log"
    return "".join(path.read_text(errors="replace") for path in sorted(folder.glob("*.log")))
