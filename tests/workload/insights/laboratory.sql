-- Tables to make plans of. Every number that a test relies on is arranged here; all but `visits` are vacuumed.
-- VACUUM calls a page all-visible only if the commit of its rows is safe on disk.
SET synchronous_commit = on;

CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, country text NOT NULL, name varchar(60) NOT NULL,
                        score int NOT NULL, since timestamptz NOT NULL);
INSERT INTO customers
SELECT g, 'c' || g || '@example.com', 'k' || g % 20, 'customer ' || g, g % 1000,
       timestamptz '2024-01-01 00:00Z' + g * interval '1 hour'
  FROM generate_series(1, 5000) g;
CREATE INDEX customers_email ON customers (email);
CREATE INDEX customers_name ON customers (name);
CREATE INDEX customers_since ON customers (since);
CREATE INDEX customers_upper_country ON customers (upper(country));
CREATE INDEX customers_country ON customers (country);

-- Just over 1,000 pages and no more: the server reads tables above a quarter of shared_buffers past its cache.
-- Customer 1 has 8,000 orders, the others 6 or 7; the only order noted 'rare' is the last.
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status text NOT NULL,
                     total int NOT NULL, created_at timestamptz NOT NULL, note text NOT NULL);
INSERT INTO orders
SELECT g, CASE WHEN g % 5 = 0 THEN 1 ELSE 2 + g % 4999 END, (ARRAY['paid', 'open', 'gone'])[1 + g % 3], g,
       timestamptz '2025-01-01 00:00Z' + g * interval '1 minute',
       rpad(CASE WHEN g = 40000 THEN 'rare' ELSE 'note ' || g % 100 END, 145)
  FROM generate_series(1, 40000) g;
CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE INDEX orders_created_at ON orders (created_at);
CREATE INDEX orders_total_brin ON orders USING brin (total) WITH (pages_per_range = 8);

CREATE TABLE items (order_id int REFERENCES orders, line int, product_id int NOT NULL, quantity int NOT NULL, PRIMARY KEY (order_id, line));
INSERT INTO items SELECT g, n, 1 + (g * 7 + n) % 500, n FROM generate_series(1, 30000) g, generate_series(1, 2) n;
CREATE INDEX items_product_id ON items (product_id);

-- The city decides the country: the planner multiplies what it should not.
CREATE TABLE places (id int PRIMARY KEY, city text NOT NULL, country text NOT NULL);
INSERT INTO places SELECT g, 'city ' || g % 36, 'country ' || g % 36 FROM generate_series(1, 20000) g;

CREATE TABLE tiers (id int PRIMARY KEY, low int NOT NULL, high int NOT NULL);
INSERT INTO tiers SELECT g, (g - 1) * 20, g * 20 - 1 FROM generate_series(1, 50) g;

CREATE TABLE visits (id int PRIMARY KEY, at date NOT NULL);
INSERT INTO visits SELECT g, date '2026-01-01' + g % 30 FROM generate_series(1, 5000) g;

CREATE TABLE parents (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO parents SELECT g, 'parent ' || g FROM generate_series(1, 3000) g;
CREATE TABLE children (id int PRIMARY KEY, parent_id int NOT NULL CONSTRAINT child_of_parent REFERENCES parents);
INSERT INTO children SELECT g, 101 + g % 2900 FROM generate_series(1, 40000) g;

CREATE TABLE moved (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO moved SELECT g, 'name ' || g FROM generate_series(1, 4000) g;
CREATE TABLE unknown (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO unknown SELECT g, 'name ' || g FROM generate_series(1, 4000) g;

-- Every row asks for another customer; the planner is told that there are 20.
CREATE TABLE calls (id int PRIMARY KEY, customer_id int NOT NULL);
INSERT INTO calls SELECT g, g FROM generate_series(1, 3000) g;
ALTER TABLE calls ALTER customer_id SET (n_distinct = 20);

-- About 2,000 pages: more than a quarter of shared_buffers is neither written nor read through the whole cache.
CREATE TABLE cold AS SELECT g AS id, repeat('x', 1000) AS body FROM generate_series(1, 14000) g;

CREATE TABLE events (id int NOT NULL, at timestamp NOT NULL, kind text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
INSERT INTO events SELECT g, timestamp '2026-01-01' + g * interval '10 minutes', 'kind ' || g % 5
  FROM generate_series(1, 12000) g;

CREATE FUNCTION is_odd(int) RETURNS bool LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN $1 % 2 = 1; END $$;
CREATE FUNCTION is_even(int) RETURNS bool LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN RETURN $1 % 2 = 0; END $$;
