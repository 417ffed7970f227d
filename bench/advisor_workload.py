"""A shop and 25 statements over it, made so that index advice is hard: skew, correlation, nulls, HOT updates.

At full scale: customers 200,000, orders 1,000,000, order_items 1,500,000, events 800,000, products 50,000 and
sessions 100,000 rows, and a tiny table of plans. There are no indexes but the primary keys.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

SCHEMA = """
CREATE TABLE plans (code text PRIMARY KEY, title text NOT NULL, seats int NOT NULL);
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL, email text NOT NULL, name text NOT NULL,
  country text NOT NULL, plan text NOT NULL, created_at timestamp NOT NULL, deleted_at timestamp, about text);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL, status text NOT NULL,
  created_at timestamp NOT NULL, shipped_at timestamp, total numeric(12, 2) NOT NULL, note text);
CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sku text NOT NULL, name text NOT NULL, category_id int NOT NULL,
  active boolean NOT NULL, price numeric(12, 2) NOT NULL, tags text[] NOT NULL);
CREATE TABLE order_items (
  order_id bigint NOT NULL, line int NOT NULL, product_id bigint NOT NULL, quantity int NOT NULL,
  price numeric(12, 2) NOT NULL, PRIMARY KEY (order_id, line));
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL, kind text NOT NULL,
  at timestamptz NOT NULL, actor_id bigint, payload jsonb NOT NULL);
CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL, token text NOT NULL,
  created_at timestamp NOT NULL, last_seen timestamp NOT NULL, data text) WITH (fillfactor = 80);
"""

ROWS = """
INSERT INTO plans SELECT 'p' || g, 'Plan ' || g, g * 10 FROM generate_series(1, 12) g;
INSERT INTO customers (tenant_id, email, name, country, plan, created_at, deleted_at, about)
  SELECT 1 + (power(random(), 3) * 400)::int, 'User' || g || '@Example' || g % 50 || '.com',
    'Name ' || md5(g::text),
    CASE WHEN random() < 0.6 THEN 'US' ELSE 'C' || (random() * 40)::int END,
    'p' || 1 + (power(random(), 2) * 11)::int, timestamp '2020-01-01' + g * interval '1 hour' * {spread},
    CASE WHEN random() < 0.7 THEN timestamp '2024-01-01' END,
    repeat('about ', (random() * 20)::int)
  FROM generate_series(1, {customers}) g;
INSERT INTO orders (customer_id, status, created_at, shipped_at, total, note)
  SELECT 1 + (power(random(), 1.5) * ({customers} - 1))::int,
    CASE WHEN r < 0.9 THEN 'delivered' WHEN r < 0.96 THEN 'shipped' WHEN r < 0.99 THEN 'returned'
      WHEN r < 0.999 THEN 'paid' ELSE 'pending' END,
    timestamp '2020-01-01' + (g + random() * 50) * interval '2 minutes' * {spread},
    CASE WHEN r < 0.95 THEN timestamp '2021-01-01' + g * interval '2 minutes' END, (random() * 500)::numeric(12, 2),
    CASE WHEN random() < 0.2 THEN repeat('note ', (random() * 10)::int) END
  FROM (SELECT g, random() AS r FROM generate_series(1, {orders}) g) s;
INSERT INTO products (sku, name, category_id, active, price, tags)
  SELECT 'SKU-' || lpad((g * 7919 % 1000003)::text, 7, '0'), 'Product ' || md5((g * 3)::text),
    (power(random(), 2) * 200)::int,
    random() < 0.95, (random() * 100)::numeric(12, 2),
    ARRAY['t' || (power(random(), 2) * 800)::int, 't' || (random() * 800)::int, 'all']
  FROM generate_series(1, {products}) g;
INSERT INTO order_items
  SELECT o, l, 1 + (power(random(), 2) * ({products} - 11))::int, 1 + (random() * 4)::int,
    (random() * 100)::numeric(12, 2)
  FROM generate_series(1, {orders}) o, generate_series(1, 1 + o % 2) l;
INSERT INTO events (tenant_id, kind, at, actor_id, payload)
  SELECT 1 + (power(random(), 3) * 400)::int, 'kind.' || (power(random(), 3) * 24)::int,
    timestamptz '2024-01-01 00:00+00' + g * interval '30 seconds' * {spread},
    CASE WHEN random() < 0.5 THEN 1 + (random() * ({customers} - 1))::int END,
    jsonb_build_object('order', 1 + (random() * ({orders} - 1))::int, 'source', 's' || (random() * 5)::int,
      'ip', '10.0.' || (random() * 250)::int || '.' || (random() * 250)::int)
  FROM generate_series(1, {events}) g;
INSERT INTO sessions (user_id, token, created_at, last_seen, data)
  SELECT 1 + (power(random(), 2) * ({customers} - 1))::int, md5('t' || g),
    timestamp '2024-05-01' + g * interval '1 minute',
    timestamp '2024-06-01' + random() * interval '30 days', repeat('d', 40 + (random() * 60)::int)
  FROM generate_series(1, {sessions}) g;
"""

CONSTRAINTS = """
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders;
ALTER TABLE order_items ADD FOREIGN KEY (product_id) REFERENCES products;
ALTER TABLE sessions ADD FOREIGN KEY (user_id) REFERENCES customers;
"""


@dataclass(frozen=True, slots=True)
class Named:
    """One normalised statement with how often it ran, and how real values of its parameters are drawn."""

    name: str
    query: str
    calls: int
    rows: int
    """In total."""
    sample: str
    """A query that gives the parameters as text, one set a row."""
    needs_index: bool = True
    """False where no index may be advised for its sake."""


def _drawn(columns: str, table: str, percent: str = "0.5") -> str:
    return f"SELECT {columns} FROM {table} TABLESAMPLE BERNOULLI ({percent}) REPEATABLE (11)"


WORKLOAD = (
    Named(
        "customer by mail address",
        "SELECT id, name, email FROM customers WHERE lower(email) = $1",
        20_000,
        20_000,
        _drawn("lower(email)", "customers"),
    ),
    Named(
        "newest living customers of a tenant",
        "SELECT id, name, created_at FROM customers WHERE tenant_id = $1 AND deleted_at IS NULL"
        " ORDER BY created_at DESC LIMIT $2",
        3_000,
        60_000,
        _drawn("tenant_id, 20", "customers"),
    ),
    Named(
        "events of a kind",
        "SELECT id, at, payload FROM events WHERE tenant_id = $1 AND kind = $2 AND at >= $3"
        " ORDER BY at DESC LIMIT $4",
        8_000,
        120_000,
        _drawn("tenant_id, kind, at - interval '30 days', 20", "events"),
    ),
    Named(
        "latest orders",
        "SELECT id, customer_id, total FROM orders ORDER BY created_at DESC LIMIT $1",
        2_000,
        40_000,
        "SELECT 20",
    ),
    Named(
        "orders of a customer",
        "SELECT id, status, total FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT $2",
        9_000,
        40_000,
        _drawn("customer_id, 10", "orders"),
    ),
    Named(
        "what a customer bought",
        "SELECT o.id, i.product_id, i.quantity FROM orders o JOIN order_items i ON i.order_id = o.id"
        " WHERE o.customer_id = $1 AND o.status = $2",
        2_000,
        15_000,
        _drawn("customer_id, status", "orders"),
    ),
    Named(
        "orders with a product",
        "SELECT o.id, o.created_at FROM products p JOIN order_items i ON i.product_id = p.id"
        " JOIN orders o ON o.id = i.order_id WHERE p.sku = $1",
        1_500,
        45_000,
        _drawn("sku", "products"),
    ),
    Named(
        "sessions of users",
        "SELECT id, user_id, last_seen FROM sessions WHERE user_id = ANY($1)",
        4_000,
        12_000,
        _drawn("array[user_id, user_id + 1, user_id + 2]::bigint[]", "sessions"),
    ),
    Named(
        "orders that wait",
        "SELECT id, customer_id, created_at FROM orders WHERE status IN ($1, $2) AND created_at > $3",
        500,
        100_000,
        "SELECT 'pending', 'paid', o.created_at FROM orders o,"
        " (SELECT max(created_at) AS last, min(created_at) AS first FROM orders) t"
        " WHERE o.id % 1009 = 1 AND o.created_at > t.last - 0.04 * (t.last - t.first)",
    ),
    Named(
        "next page of events",
        "SELECT id, at, kind FROM events WHERE tenant_id = $1 AND (at, id) < ($2, $3)"
        " ORDER BY at DESC, id DESC LIMIT $4",
        3_000,
        150_000,
        _drawn("tenant_id, at, id, 50", "events"),
    ),
    Named(
        "events of an order",
        "SELECT id, kind, at FROM events WHERE payload->>'order' = $1",
        2_500,
        2_500,
        _drawn("payload->>'order'", "events"),
    ),
    Named(
        "events like this",
        "SELECT id, kind FROM events WHERE payload @> $1",
        1_000,
        13_000,
        _drawn("jsonb_build_object('ip', payload->'ip')", "events"),
    ),
    Named(
        "orders of a day",
        "SELECT count(*), sum(total) FROM orders WHERE date(created_at) = $1",
        400,
        400,
        _drawn("date(created_at)", "orders"),
    ),
    Named(
        "customers with a returned order",
        "SELECT c.id, c.name FROM customers c WHERE c.tenant_id = $1 AND EXISTS (SELECT 1 FROM orders o"
        " WHERE o.customer_id = c.id AND o.status = $2 AND o.total > $3)",
        300,
        9_000,
        _drawn("tenant_id, 'pending', 300", "customers"),
    ),
    Named(
        "products with a tag",
        "SELECT id, name FROM products WHERE tags @> $1 AND active",
        2_000,
        120_000,
        _drawn("tags[1:1]", "products"),
    ),
    Named(
        "a session is seen",
        "UPDATE sessions SET last_seen = $1 WHERE token = $2",
        50_000,
        50_000,
        _drawn("now()::timestamp, token", "sessions"),
    ),
    Named(
        "a customer leaves",
        "DELETE FROM customers WHERE id = $1",
        60,
        60,
        "SELECT c.id FROM customers c WHERE c.id % 101 = 0"
        " AND NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)"
        " AND NOT EXISTS (SELECT FROM sessions s WHERE s.user_id = c.id)",
    ),
    Named(
        "a product is dropped",
        "DELETE FROM products WHERE id = $1",
        40,
        40,
        "SELECT id FROM products ORDER BY id DESC LIMIT 5",
    ),
    Named(
        "count by status",
        "SELECT status, count(*) FROM orders GROUP BY status",
        20,
        100,
        "SELECT",
        needs_index=False,
    ),
    Named(
        "sessions seen since",
        "SELECT count(*) FROM sessions WHERE last_seen > $1",
        30,
        30,
        _drawn("last_seen", "sessions"),
        needs_index=False,
    ),
    Named(
        "customer by id",
        "SELECT * FROM customers WHERE id = $1",
        100_000,
        100_000,
        _drawn("id", "customers"),
        needs_index=False,
    ),
    Named(
        "orders by ids",
        "SELECT * FROM orders WHERE id = ANY($1)",
        30_000,
        300_000,
        _drawn("array[id, id + 7, id + 11]::bigint[]", "orders"),
        needs_index=False,
    ),
    Named(
        "turnover",
        "SELECT count(*), sum(total) FROM orders WHERE total > $1",
        10,
        10,
        "SELECT 1",
        needs_index=False,
    ),
    Named(
        "products on sale",
        "SELECT id, sku, price FROM products WHERE active = $1",
        40,
        1_900_000,
        "SELECT true",
        needs_index=False,
    ),
    Named(
        "plan of a customer",
        "SELECT title FROM plans WHERE seats > $1",
        40_000,
        200_000,
        "SELECT 50",
        needs_index=False,
    ),
)


def load(conninfo: str, scale: float = 1.0) -> None:
    """Create and fill the tables, then VACUUM ANALYZE; the same rows at every call on one server version."""
    counts = {
        "customers": round(200_000 * scale),
        "orders": round(1_000_000 * scale),
        "products": round(50_000 * scale),
        "events": round(800_000 * scale),
        "sessions": round(100_000 * scale),
        "spread": 1 / scale,
    }
    with psycopg.connect(conninfo, autocommit=True) as connection:
        # Pages are not all-visible after VACUUM while an asynchronous commit has not reached the disk.
        connection.execute("SET synchronous_commit = on")
        connection.execute("SELECT setseed(0.25)")
        connection.execute(SCHEMA.encode())
        connection.execute(ROWS.format(**counts).encode())
        connection.execute(CONSTRAINTS.encode())
        connection.execute("VACUUM ANALYZE")
