"""A shop with rows, skew and a secret, for commands that plan: one a module."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.databases import Database

SECRET = "hunter2-is-a-value"

SCHEMA = f"""
    CREATE SCHEMA app;
    CREATE TABLE app.customers (id int PRIMARY KEY, email text NOT NULL, kind text NOT NULL, note text);
    CREATE TABLE app.orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES app.customers,
        placed_at timestamptz NOT NULL, total numeric NOT NULL);
    INSERT INTO app.customers SELECT g, 'user' || g || '@example.com', CASE WHEN g % 3 = 0 THEN '{SECRET}' ELSE 'b' END,
        CASE WHEN g % 2 = 0 THEN '{SECRET} ' || g END FROM generate_series(1, 8000) g;
    INSERT INTO app.orders SELECT g, 1 + g % 8000, timestamptz '2025-01-01' + g * interval '5 min', g % 900
        FROM generate_series(1, 30000) g;
    CREATE INDEX ON app.customers (lower(note));
    CREATE STATISTICS app.kinds (mcv) ON kind, note FROM app.customers;
"""

QUERIES = (
    "SELECT * FROM app.orders WHERE customer_id = $1",
    "SELECT * FROM app.customers WHERE email = $1",
    "SELECT c.email, sum(o.total) FROM app.customers c JOIN app.orders o ON o.customer_id = c.id WHERE c.kind = $1"
    " GROUP BY 1",
    "SELECT * FROM app.orders WHERE placed_at >= $1 ORDER BY placed_at LIMIT 10",
    "UPDATE app.orders SET total = total + $1 WHERE id = $2",
)


def fill(database: Database) -> None:
    """Make the shop, and its statistics once its rows are counted: counted later they would count as changes."""
    database.execute(SCHEMA)
    if database.server.major >= 15:
        database.execute("SELECT pg_stat_force_next_flush()")
    database.execute("ANALYZE")


def write_workload(path: Path, queries: Sequence[str] = QUERIES) -> str:
    """Write a workload file and return its path."""
    path.write_text(json.dumps([{"query": query, "calls": 1000, "rows": 3000} for query in queries]))
    return str(path)
