"""What a case is, the schemas that cases start from, and expressions that tell whether a change happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.checks.finding import Value


@dataclass(frozen=True)
class Case:
    """`{s}` in the texts stands for the case's own schema."""

    id: str
    intent: str
    setup: str
    fields: Mapping[str, Value]
    true_after: str
    """An expression that holds after the change; before it, it does not."""
    online: bool = True
    exact: bool = True
    """Whether the way back leaves everything as it was; False where there is no way back."""
    since: int = 13
    owned: bool = True
    """Whether a role that owns the schema may do it."""
    expect: tuple[str, ...] = ()
    """Pieces that the text of the change must have."""


def exists(name: str) -> str:
    """Whether a relation or index of a name is there."""
    return f"to_regclass('{{s}}.{name}') IS NOT NULL"


def index(name: str, what: str) -> str:
    """Something about an index."""
    return f"(SELECT {what} FROM pg_index WHERE indexrelid = to_regclass('{{s}}.{name}'))"


def relation(name: str, what: str) -> str:
    """Something about a relation."""
    return f"(SELECT {what} FROM pg_class WHERE oid = to_regclass('{{s}}.{name}'))"


def column(table: str, name: str, what: str) -> str:
    """Something about a column."""
    return f"(SELECT {what} FROM pg_attribute WHERE attrelid = to_regclass('{{s}}.{table}') AND attname = '{name}')"


def constraint(name: str, what: str = "true") -> str:
    """Something about every constraint of a name, or that there is one."""
    found = f"FROM pg_constraint WHERE connamespace = '{{s}}'::regnamespace AND conname = '{name}'"
    return f"coalesce((SELECT bool_and({what}) {found}), false)"


def policy(name: str, what: str) -> str:
    """Something about a policy of `docs`."""
    return f"(SELECT {what} FROM pg_policy WHERE polrelid = '{{s}}.docs'::regclass AND polname = '{name}')"


def function(what: str) -> str:
    """Something about the one function of the schema."""
    return f"(SELECT {what} FROM pg_proc WHERE pronamespace = '{{s}}'::regnamespace)"


ORDERS = """CREATE TABLE {s}.customers (id bigint PRIMARY KEY, email text, org int);
    CREATE TABLE {s}.orders (id bigint PRIMARY KEY, customer_id bigint, "Total" numeric(10,2), at timestamp, note text);
    INSERT INTO {s}.customers VALUES (1, 'a@x', 1), (2, 'b@x', 1);
    INSERT INTO {s}.orders SELECT n, 1 + n % 2, n, now(), 'n' FROM generate_series(1, 20) n;"""

EVENTS = """CREATE TABLE {s}.events (id bigint, at date NOT NULL, kind text) PARTITION BY RANGE (at);
    CREATE TABLE {s}.events_2024 PARTITION OF {s}.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE {s}.events_2025 PARTITION OF {s}.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
        PARTITION BY LIST (kind);
    CREATE TABLE {s}.events_2025_a PARTITION OF {s}.events_2025 FOR VALUES IN ('a');
    INSERT INTO {s}.events SELECT n, '2024-02-01', 'a' FROM generate_series(1, 5) n;"""

DOCS = """CREATE TABLE {s}.docs (id int, tenant_id uuid, body text);
    CREATE POLICY readers ON {s}.docs FOR SELECT USING (tenant_id IS NOT NULL);
    CREATE POLICY writers ON {s}.docs FOR UPDATE TO pg_monitor USING (true);"""
