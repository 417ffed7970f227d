"""A hundred queries over a shop of two million rows: their plans on the server, and in a twin without a row.

The second figure of a pair is across majors: the source is the oldest server here, the twin the newest.
Set PGPLUMB_BENCH_VERBOSE to see every plan that differs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import psycopg

from bench.figure import Figure
from pgplumb.server.bindirs import BinDir, find_bindirs
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.twin.planning import PlanningDatabase
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.plan_diff import shape
from pgplumb.workload.twin_plan import explain_in_twin

SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB", "autovacuum": "off"}


def run() -> list[Figure]:
    """Measure a twin of the same major, then one across majors."""
    found = {b.major: b for b in reversed(find_bindirs())}
    newest, oldest = found[max(found)], found[min(found)]
    figures = _measure(newest, newest)
    return figures + (_measure(oldest, newest) if oldest.major != newest.major else [])


def _measure(target: BinDir, twin: BinDir) -> list[Figure]:
    name = f"twin {twin.major} of {target.major}"
    with _shop(target) as session, _planned(session) as plans:
        began = time.perf_counter()
        source = read_source(session)
        read = time.perf_counter() - began
        with Twin.start(source, bindir=twin.path) as made:
            started = time.perf_counter() - began - read
            planning = made.planning()
            ready = time.perf_counter() - began
            differ, apart = _compare(plans, planning)
            disk = _disk(made)
    count = len(plans)
    same = target.major == twin.major
    return [
        Figure(f"{name}: plans of another shape, of {count}", differ, "plans", 1 if same else 5),
        Figure(f"{name}: total cost more than 5 % apart", apart, "plans", 5),
        Figure(f"{name}: reading the source", read, "s"),
        Figure(f"{name}: starting and building", started, "s"),
        Figure(f"{name}: ready to plan", ready, "s"),
        Figure(f"{name}: disk", disk, "MB"),
    ]


@contextmanager
def _shop(bindir: BinDir) -> Iterator[Session]:
    """Give a session on a server with the shop's data."""
    with EmbeddedServer.start(bindir, settings=SETTINGS) as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE shop")
        with psycopg.connect(server.conninfo("shop"), autocommit=True) as connection:
            connection.execute("SELECT setseed(0.42)")
            connection.execute((files("bench") / "twin" / "schema.sql").read_bytes())
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        with Session.open(Target(server.conninfo("shop"))) as session:
            yield session


@contextmanager
def _planned(session: Session) -> Iterator[dict[str, Plan]]:
    """Give the server's own plan of every query."""
    text = (files("bench") / "twin" / "queries.sql").read_text()
    plans = {}
    for query in text.splitlines():
        plan = explain(session, query)
        if not isinstance(plan, Plan):
            raise RuntimeError(f"{query}: {plan}")
        plans[query] = plan
    yield plans


def _compare(plans: dict[str, Plan], planning: PlanningDatabase) -> tuple[int, int]:
    """Count plans of another shape, and total costs more than 5 % apart."""
    differ = apart = 0
    for query, plan in plans.items():
        other = explain_in_twin(planning, query)
        if not isinstance(other, Plan):
            differ, apart = differ + 1, apart + 1
            _say(f"NO PLAN {query}\n  {other}")
            continue
        another = shape(other.root) != shape(plan.root)
        cost, found = plan.root.total_cost, other.root.total_cost
        far = abs(found - cost) > 0.05 * cost
        differ, apart = differ + another, apart + far
        if another or far:
            _say(f"{'SHAPE ' if another else 'COST '}{cost:,.2f} {found:,.2f} {query}")
            if another:
                _say(f"  {shape(plan.root)}\n  {shape(other.root)}")
    return differ, apart


def _disk(twin: Twin) -> float:
    """Return the megabytes that the twin's directory takes."""
    root = twin.root
    return sum(p.lstat().st_blocks * 512 for p in root.rglob("*")) / 1e6


def _say(text: str) -> None:
    if os.environ.get("PGPLUMB_BENCH_VERBOSE"):
        print(text, file=sys.stderr)
