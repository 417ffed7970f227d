-- A small shop with what plans depend on: skew, correlation, partitions, every kind of index.
CREATE TYPE state AS ENUM ('new', 'paid', 'done');
CREATE TABLE customers (id bigint PRIMARY KEY, gone int, email text NOT NULL, country char(2) NOT NULL, city text, tags text[] NOT NULL);
INSERT INTO customers SELECT g, 0, 'User' || g || '@example.com', CASE WHEN g % 10 < 7 THEN 'DE' ELSE 'FR' END,
       CASE WHEN g % 10 < 7 THEN 'DE ' ELSE 'FR ' END || g % 13, ARRAY['t' || g % 50, 't' || g % 7] FROM generate_series(1, 20000) g;
ALTER TABLE customers DROP COLUMN gone;
CREATE UNIQUE INDEX customers_email ON customers (lower(email));
CREATE INDEX customers_tags ON customers USING gin (tags);
CREATE STATISTICS customers_place (ndistinct, dependencies, mcv) ON country, city FROM customers;
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, state state NOT NULL,
                     placed_at timestamptz NOT NULL, total numeric(12,2) NOT NULL);
INSERT INTO orders SELECT g, 1 + (g * 7919) % 20000, CASE WHEN g % 50 = 0 THEN 'new' WHEN g % 5 = 0 THEN 'paid' ELSE 'done' END::state,
       timestamptz '2025-01-01 00:00+00' + g * interval '1 minute', (g * 31 % 9000) / 10.0 FROM generate_series(1, 60000) g;
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_open ON orders (placed_at) WHERE state = 'new';
CREATE INDEX orders_placed ON orders USING brin (placed_at) WITH (pages_per_range = 8);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
INSERT INTO events SELECT g, date '2025-01-01' + g % 59, 'kind ' || g % 5 FROM generate_series(1, 30000) g;
CREATE INDEX events_at ON events (at, kind);
CREATE VIEW open_orders AS SELECT o.id, o.placed_at, c.country FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'new';
CREATE TABLE grown (id int PRIMARY KEY, note text);
INSERT INTO grown SELECT g, 'a note' FROM generate_series(1, 100) g;
