-- A shop of eight kinds of table: skew, correlation, nulls, partitions and every kind of index that plans depend on.
CREATE TYPE order_state AS ENUM ('new', 'paid', 'packed', 'shipped', 'done', 'returned');
CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL, plan text NOT NULL, created_at timestamptz NOT NULL);
INSERT INTO tenants SELECT g, 'tenant ' || g, (ARRAY['free','free','free','pro','team'])[1 + g % 5],
       timestamptz '2023-01-01 00:00+00' + g * interval '7 hours' FROM generate_series(1, 400) g;

CREATE TABLE customers (
    id bigint PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, email text NOT NULL, country char(2) NOT NULL,
    city text, tags text[] NOT NULL, deleted_at timestamptz, created_at timestamptz NOT NULL, score numeric(8,2));
INSERT INTO customers
SELECT g, 1 + (random() ^ 3 * 399)::int, 'User' || g || '@' || (ARRAY['example.com','mail.test','shop.invalid'])[1 + g % 3],
       c.country, c.country || ' city ' || (random() ^ 2 * 40)::int,
       ARRAY['t' || (random() * 50)::int, 't' || (random() ^ 4 * 500)::int],
       CASE WHEN random() < 0.03 THEN timestamptz '2025-06-01 00:00+00' END,
       timestamptz '2023-01-01 00:00+00' + g * interval '5 minutes', (random() * 1000)::numeric(8,2)
  FROM generate_series(1, 200000) g
 CROSS JOIN LATERAL (SELECT (ARRAY['DE','DE','DE','DE','FR','FR','US','US','US','JP','BR','IS'])[1 + (random() ^ 1.5 * 11)::int + 0 * g] AS country) c;
CREATE INDEX customers_tenant ON customers (tenant_id, created_at DESC);
CREATE UNIQUE INDEX customers_email ON customers (lower(email));
CREATE INDEX customers_deleted ON customers (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX customers_tags ON customers USING gin (tags);
CREATE INDEX customers_city ON customers (country, city);
CREATE STATISTICS customers_place (ndistinct, dependencies, mcv) ON country, city FROM customers;

CREATE TABLE products (
    id int PRIMARY KEY, sku text NOT NULL UNIQUE, name text NOT NULL, category int NOT NULL, price numeric(10,2) NOT NULL,
    attributes jsonb NOT NULL, active bool NOT NULL);
INSERT INTO products SELECT g, 'SKU-' || lpad(g::text, 7, '0'), 'product ' || md5(g::text), 1 + (random() ^ 2 * 199)::int,
       (random() * 500)::numeric(10,2), jsonb_build_object('color', (ARRAY['red','green','blue'])[1 + g % 3], 'size', g % 40), g % 20 <> 0
  FROM generate_series(1, 50000) g;
CREATE INDEX products_category ON products (category) INCLUDE (price);
CREATE INDEX products_attributes ON products USING gin (attributes jsonb_path_ops);
CREATE INDEX products_active ON products (category, price) WHERE active;

CREATE TABLE orders (
    id bigint PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, customer_id bigint NOT NULL REFERENCES customers,
    state order_state NOT NULL, placed_at timestamptz NOT NULL, total numeric(12,2) NOT NULL, note text, dropped_later int);
INSERT INTO orders
SELECT g, 1 + (random() ^ 3 * 399)::int, 1 + (random() ^ 2 * 199999)::bigint,
       (ARRAY['new','paid','packed','shipped','done','returned'])[1 + (5 * (1 - random() ^ 4))::int]::order_state,
       timestamptz '2024-01-01 00:00+00' + g * interval '40 seconds', (random() * 900)::numeric(12,2),
       CASE WHEN random() < 0.1 THEN md5(g::text) END, 0
  FROM generate_series(1, 1000000) g;
ALTER TABLE orders DROP COLUMN dropped_later;
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_tenant_placed ON orders (tenant_id, placed_at);
CREATE INDEX orders_placed_brin ON orders USING brin (placed_at);
CREATE INDEX orders_open ON orders (placed_at) WHERE state IN ('new', 'paid');
CREATE INDEX orders_day ON orders (((placed_at AT TIME ZONE 'UTC')::date));
CREATE STATISTICS orders_tenant_state ON tenant_id, state FROM orders;

CREATE TABLE order_items (
    order_id bigint NOT NULL REFERENCES orders, line int NOT NULL, product_id int NOT NULL REFERENCES products,
    quantity int NOT NULL, price numeric(10,2) NOT NULL, PRIMARY KEY (order_id, line));
INSERT INTO order_items SELECT o, l, 1 + (random() ^ 2 * 49999)::int, 1 + (random() * 4)::int, (random() * 300)::numeric(10,2)
  FROM generate_series(1, 1000000) o, generate_series(1, 2) l;
CREATE INDEX order_items_product ON order_items (product_id);

CREATE TABLE events (id bigint NOT NULL, tenant_id int NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, payload jsonb NOT NULL,
                     PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2025_01 PARTITION OF events FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2025-02-01 00:00+00');
CREATE TABLE events_2025_02 PARTITION OF events FOR VALUES FROM ('2025-02-01 00:00+00') TO ('2025-03-01 00:00+00');
CREATE TABLE events_2025_03 PARTITION OF events FOR VALUES FROM ('2025-03-01 00:00+00') TO ('2025-04-01 00:00+00');
CREATE TABLE events_2025_04 PARTITION OF events FOR VALUES FROM ('2025-04-01 00:00+00') TO ('2025-05-01 00:00+00');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT g, 1 + (random() ^ 3 * 399)::int, (ARRAY['view','view','view','click','cart','buy'])[1 + (random() ^ 2 * 5)::int],
       timestamptz '2025-01-01 00:00+00' + g * interval '13 seconds', jsonb_build_object('page', g % 300)
  FROM generate_series(1, 800000) g;
CREATE INDEX events_tenant ON events (tenant_id, at);
CREATE INDEX events_kind ON events (kind) WHERE kind <> 'view';

CREATE TABLE sessions (id uuid PRIMARY KEY, customer_id bigint NOT NULL, started_at timestamptz NOT NULL, during tstzrange NOT NULL, agent text);
INSERT INTO sessions SELECT md5(g::text)::uuid, 1 + (random() * 199999)::bigint, timestamptz '2025-03-01 00:00+00' + g * interval '1 minute',
       tstzrange(timestamptz '2025-03-01 00:00+00' + g * interval '1 minute', timestamptz '2025-03-01 00:10+00' + g * interval '1 minute'),
       'agent ' || (random() ^ 3 * 60)::int FROM generate_series(1, 100000) g;
CREATE INDEX sessions_during ON sessions USING gist (during);
CREATE INDEX sessions_agent ON sessions USING hash (agent);
CREATE INDEX sessions_customer ON sessions (customer_id);

CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, who text NOT NULL, what text NOT NULL, ref bigint);
INSERT INTO audit (at, who, what, ref) SELECT timestamptz '2024-06-01 00:00+00' + g * interval '20 seconds', 'worker ' || g % 17,
       md5(g::text) || md5((g + 1)::text), NULLIF(g % 9, 0) * 1000 FROM generate_series(1, 500000) g;
CREATE INDEX audit_at ON audit USING brin (at) WITH (pages_per_range = 32);
CREATE INDEX audit_ref ON audit (ref DESC NULLS LAST);
CREATE VIEW open_orders AS SELECT o.*, c.country FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state IN ('new', 'paid');
