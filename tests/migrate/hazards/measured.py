"""A schema with rows, on which what statements really do was measured."""

SCHEMA = """
CREATE TABLE customers (id int PRIMARY KEY, name varchar(20) NOT NULL, note text);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id int CONSTRAINT orders_customer_fk REFERENCES customers,
    code varchar(20),
    plain varchar(20),
    amount numeric(10,2) CONSTRAINT orders_amount_check CHECK (amount >= 0),
    free numeric(10,2),
    at timestamp(3),
    seen timestamptz,
    wide interval(3),
    bits varbit(8),
    padded char(10),
    label text,
    proved int CONSTRAINT orders_proved_nn CHECK (proved IS NOT NULL),
    small int,
    net cidr,
    flag bool
);
CREATE INDEX orders_code_lower ON orders (lower(code));
CREATE INDEX orders_plain ON orders (plain);
CREATE UNIQUE INDEX orders_small ON orders (small);
CREATE UNIQUE INDEX customers_name ON customers (name);
CREATE TABLE tags (order_id bigint REFERENCES orders, tag text);
ALTER TABLE tags ADD CONSTRAINT tags_tag_check CHECK (tag <> '') NOT VALID;
CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE plainparts (id int) PARTITION BY LIST (id);
CREATE TABLE plainparts_1 PARTITION OF plainparts FOR VALUES IN (1);
CREATE TABLE loose (id bigint, at date NOT NULL);
CREATE TABLE loose_list (id int);
CREATE VIEW order_view AS SELECT id, label FROM orders;
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) AS n FROM orders GROUP BY 1;
CREATE UNIQUE INDEX totals_key ON totals (customer_id);
CREATE SEQUENCE numbers;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN anything AS int;
CREATE TABLE uses_domain (v positive, w anything);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION tricky() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION steady() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN 1; END $$;
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY orders_all ON orders USING (true);
INSERT INTO customers SELECT n, 'name ' || n FROM generate_series(1, 200) n;
INSERT INTO orders (customer_id, code, plain, amount, free, at, seen, wide, label, proved, small, net, flag)
    SELECT 1 + n % 200, 'c' || n, 'p', n, n, now(), now(), '1s', 'x', n, n, '10.0.0.0/8', true
    FROM generate_series(1, 1000) n;
INSERT INTO tags SELECT n, 't' FROM generate_series(1, 100) n;
INSERT INTO events SELECT n, '2020-01-01'::date + n FROM generate_series(1, 500) n;
INSERT INTO plainparts SELECT 1 FROM generate_series(1, 50) n;
INSERT INTO loose SELECT n, '2022-01-01'::date + n % 300 FROM generate_series(1, 50) n;
INSERT INTO loose_list SELECT 2 FROM generate_series(1, 50) n;
INSERT INTO uses_domain SELECT n, n FROM generate_series(1, 50) n;
REFRESH MATERIALIZED VIEW totals;
ANALYZE;
"""
