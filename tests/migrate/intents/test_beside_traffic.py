"""Default strategies run while others write and read the table: nobody waits long, and no row is lost or wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.checks.finding import Value
from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Batches, Step
from pgplumb.sql.split import split
from tests.conftest import Clusters, majors
from tests.databases import Database

ROWS = 20_000
BATCH = 2_000
LONGEST = 1.0
"""Seconds that a writer or reader may wait on a busy machine; work that grows would be far above with more rows."""

SETUP = f"""
    CREATE TABLE tenants (id int PRIMARY KEY); INSERT INTO tenants SELECT generate_series(1, 5);
    CREATE TABLE owners (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
    INSERT INTO owners SELECT n, 1 + n % 5 FROM generate_series(1, 50) n;
    CREATE TYPE mood AS ENUM ('fine', 'sad', 'bad');
    CREATE TABLE items (id serial PRIMARY KEY, owner_id int NOT NULL REFERENCES owners, name text NOT NULL UNIQUE,
        price numeric(10,2), at timestamptz NOT NULL DEFAULT now(),
        mood mood NOT NULL DEFAULT 'fine');
    CREATE INDEX ON items (owner_id); CREATE INDEX ON items (lower(name));
    INSERT INTO items (owner_id, name, price, mood)
        SELECT 1 + n % 50, 'n' || n, n, 'bad' FROM generate_series(1, {ROWS}) n;
    CREATE TABLE parts (id int PRIMARY KEY, item_id int REFERENCES items);
    CREATE INDEX ON parts (item_id);
    INSERT INTO parts SELECT n, n FROM generate_series(1, 1000) n;
    ANALYZE;"""

WRITE = "INSERT INTO items (owner_id, name, price) VALUES (1 + %(n)s %% 50, 'w' || %(n)s, %(n)s) RETURNING id"
CHANGE = "UPDATE items SET price = price + 1, owner_id = 1 + (owner_id + 1) %% 50 WHERE id = %(n)s"
READ = "SELECT name FROM items WHERE id = %(n)s"

CASES: tuple[tuple[str, dict[str, Value], str], ...] = (
    ("create-index", {"table": "public.items", "columns": ["price"]}, "true"),
    ("set-not-null", {"table": "public.items", "column": "price"}, "true"),
    ("add-check", {"table": "public.items", "expression": "price >= 0"}, "true"),
    ("add-unique", {"table": "public.items", "columns": ["id", "name"]}, "true"),
    (
        "add-foreign-key",
        {"table": "public.parts", "columns": ["item_id"], "references": "public.items", "name": "k"},
        "true",
    ),
    (
        "add-column",
        {
            "table": "public.items",
            "column": "u",
            "type": "uuid",
            "default": "gen_random_uuid()",
            "not_null": True,
        },
        "(SELECT count(DISTINCT u) = count(*) FROM items)",
    ),
    ("add-timestamps", {"table": "public.items"}, "true"),
    ("soft-delete", {"table": "public.items"}, "true"),
    ("audit-trail", {"table": "public.items"}, "(SELECT count(*) > 0 FROM items_audit)"),
    (
        "change-type",
        {
            "table": "public.items",
            "column": "price",
            "type": "bigint",
            "using": "(price * 100)::bigint",
            "back": "(price / 100.0)::numeric(10,2)",
        },
        "(SELECT count(*) = 0 FROM items WHERE name LIKE 'n%' AND price < 100)",
    ),
    (
        "change-type",
        {"table": "public.items", "column": "owner_id", "type": "bigint"},
        "(SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = 'items'::regclass)",
    ),
    (
        "add-tenant-column",
        {"table": "public.items", "tenant_table": "public.tenants", "rls": False},
        "(SELECT count(*) = 0 FROM items i JOIN owners o ON o.id = i.owner_id WHERE i.tenant_id IS NULL)",
    ),
    (
        "rename-column",
        {"table": "public.items", "column": "price", "name": "cost"},
        "(SELECT count(*) = 0 FROM items WHERE cost IS DISTINCT FROM price)",
    ),
    (
        "int-to-bigint-key",
        {"table": "public.items"},
        "(SELECT count(*) = 0 FROM parts p LEFT JOIN items i ON i.id = p.item_id WHERE i.id IS NULL)",
    ),
    (
        "enum-remove-value",
        {"enum": "public.mood", "value": "bad", "replacement": "sad"},
        "(SELECT bool_and(mood::text <> 'bad') FROM items)",
    ),
    (
        "partition-table",
        {"table": "public.items", "column": "at", "boundary": "2090-01-01", "default": True},
        "true",
    ),
)


@dataclass
class Traffic:
    """What others did meanwhile."""

    written: list[int]
    longest: float = 0.0
    failed: str = ""


@contextmanager
def traffic(conninfo: str) -> Iterator[Traffic]:
    """Let one session write and one read until the block ends."""
    seen, stop, started = Traffic([]), threading.Event(), threading.Barrier(3)

    def run(work: Callable[[psycopg.Connection[tuple[object, ...]], int], None]) -> None:
        number = 0
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.prepare_threshold = None
            started.wait(30)
            while not stop.is_set():
                number += 1
                before = time.monotonic()
                try:
                    work(connection, number)
                except psycopg.Error as error:
                    seen.failed = str(error)
                    return
                seen.longest = max(seen.longest, time.monotonic() - before)

    def write(connection: psycopg.Connection[tuple[object, ...]], number: int) -> None:
        row = connection.execute(WRITE, {"n": number}).fetchone()
        assert row is not None
        seen.written.append(int(str(row[0])))
        connection.execute(CHANGE, {"n": 1 + number * 7 % ROWS})

    def read(connection: psycopg.Connection[tuple[object, ...]], number: int) -> None:
        connection.execute(READ, {"n": 1 + number % ROWS}).fetchone()

    threads = [threading.Thread(target=run, args=(work,)) for work in (write, read)]
    for thread in threads:
        thread.start()
    started.wait(30)
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def run_step(connection: psycopg.Connection[tuple[object, ...]], step: Step) -> None:
    """Run a step as a runner does: rows in batches, the rest in a transaction or alone."""
    for name in ("lock_timeout", "statement_timeout"):
        connection.execute(f"SET {name} = '{getattr(step, name)}'".encode())
    if step.batches is not None:
        text = batch_text(step.batches)
        while connection.execute(text.encode()).rowcount:
            pass
    elif step.autocommit:
        for statement in split(step.up):
            connection.execute(statement.text.encode())
    else:
        with connection.transaction():
            connection.execute(step.up.encode())


def batch_text(change: Batches) -> str:
    """Return the statement of one batch."""
    sources = f", {change.source}" if change.source else ""
    aimed = f"SELECT {', '.join(f't.{k}' for k in change.key)} FROM {change.table} AS t{sources} WHERE {change.where}"
    found = f"({', '.join(f't.{k}' for k in change.key)}) IN ({aimed} LIMIT {BATCH})"
    origin = f" FROM {change.source}" if change.source else ""
    assert change.assign is not None
    return f"UPDATE {change.table} AS t SET {change.assign}{origin} WHERE {change.where} AND {found}"


@pytest.mark.parametrize(("name", "fields", "holds"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_nobody_waits_long_and_no_row_is_wrong(
    clusters: Clusters, name: str, fields: dict[str, Value], holds: str
) -> None:
    database = Database.create(clusters.get(max(majors())), "traffic")
    try:
        database.execute(SETUP)
        if name == "partition-table":
            database.execute("ALTER TABLE items DROP CONSTRAINT items_name_key")
        catalog = read_whole(database.session())[0]
        found = intent(name).plan(Fields(fields), catalog)
        strategy = next((s for s in found if s.name == "shim"), found[0])
        steps = strategy.steps
        if name == "rename-column":
            # The last step is for when no code uses the old name, which the writer still does.
            steps = steps[:-1]
        with database.connect() as connection, traffic(database.conninfo) as seen:
            connection.autocommit = True
            for step in steps:
                run_step(connection, step)
        assert not seen.failed
        assert seen.written
        count = database.execute("SELECT count(*) FROM items")[0][0]
        assert count == ROWS + len(seen.written)
        assert database.execute(f"SELECT {holds}")[0][0]
        assert seen.longest < LONGEST, f"{seen.longest:.2f} s"
        print(f"{name}: longest wait {seen.longest * 1000:.0f} ms, {len(seen.written)} rows written")
    finally:
        database.drop()
