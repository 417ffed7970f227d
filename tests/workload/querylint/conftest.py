"""One shop, read once: a catalog from a real server, with tables that say they are large."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.workload.querylint.context import LintContext
from tests.databases import Database

SCHEMA = """
CREATE EXTENSION pg_trgm;
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, name varchar(80), country text COLLATE "C",
                        referrer_id int, since date, data jsonb, tags text[], numbers int[], code char(8));
CREATE INDEX customers_email ON customers (email);
CREATE INDEX customers_lower_name ON customers (lower(name));
CREATE INDEX customers_name ON customers (name);
CREATE INDEX customers_code ON customers (code);
CREATE INDEX customers_since ON customers (since);
CREATE INDEX customers_tags ON customers USING gin (tags);
CREATE INDEX customers_data_kind ON customers ((data ->> 'kind'));
CREATE INDEX customers_country_trgm ON customers USING gin (country gin_trgm_ops);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, at timestamp NOT NULL,
                     paid_at timestamptz, day date, quantity int NOT NULL, total numeric, status text, note text,
                     product_id int, "Parent Id" bigint);
CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE INDEX orders_at ON orders (at);
CREATE INDEX orders_paid_at ON orders (paid_at);
CREATE INDEX orders_day ON orders (day);
CREATE INDEX orders_quantity ON orders (quantity);
CREATE INDEX orders_status_total ON orders (status) INCLUDE (total);
CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders, line int NOT NULL, product_id int, price numeric,
                    PRIMARY KEY (order_id, line));
CREATE TABLE settings (only_one bool PRIMARY KEY, currency text);
CREATE TABLE wide (id int PRIMARY KEY, body text, c1 int, c2 int, c3 int, c4 int, c5 int, c6 int, c7 int, c8 int,
                   c9 int, c10 int, c11 int, c12 int, c13 int, c14 int,
                   c15 int, c16 int, c17 int, c18 int, c19 int);
CREATE INDEX wide_body ON wide (body);
CREATE INDEX wide_body_start ON wide ("left"(body, 5));
CREATE TABLE pages (id int PRIMARY KEY, body text);
CREATE TABLE readings (sensor int, at timestamp, value real) PARTITION BY RANGE (at);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE readings_2 PARTITION OF readings FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE readings_3 PARTITION OF readings FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
CREATE TABLE readings_4 PARTITION OF readings FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
CREATE SCHEMA other;
CREATE TABLE other.orders (id bigint, at timestamp);
CREATE VIEW paid AS SELECT * FROM orders WHERE paid_at IS NOT NULL;
INSERT INTO customers SELECT g, 'c' || g || '@example.org', 'Name ' || g, 'DE', nullif(g % 7, 0), '2026-01-01', '{}',
       '{a}', '{1}' FROM generate_series(1, 2000) g;
INSERT INTO orders SELECT g, 1 + g % 2000, '2026-01-01'::timestamp + g * interval '1 hour', now(), '2026-01-01',
       g % 100, g, 'new', NULL, nullif(g % 9, 0) FROM generate_series(1, 4000) g;
INSERT INTO items SELECT g, 1, g % 50, 1 FROM generate_series(1, 4000) g;
INSERT INTO settings VALUES (true, 'EUR');
INSERT INTO pages SELECT g, repeat('x', 1800) FROM generate_series(1, 1000) g;
ANALYZE;
"""

LARGE = """
UPDATE pg_class SET relpages = 5000, reltuples = 400000 WHERE oid = ANY('{orders,items}'::regclass[]);
"""
"""What a large table's statistics would say, without its rows."""


@pytest.fixture(scope="module")
def shop(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "querylint_shop")
    database.execute(SCHEMA)
    database.execute(LARGE)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def context(shop: Database) -> LintContext:
    catalog, statistics = read_whole(shop.session())
    return LintContext(catalog, statistics)
